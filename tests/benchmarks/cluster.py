"""Cost of a cluster on one machine: two workers and a parameter server of one thread each beside one process of two.

`train.py` with an LSTM of 300 units on the packaged Cornell sentences, batches of 64 that the workers share. The tasks
talk over the loopback interface, whose bytes are counted; other programs' count too, unless this is run in a network
namespace of its own: `unshare -rn sh -c 'ip link set lo up; python -m tests.benchmarks.cluster'`.
At the end it prints what the same traffic leaves of 10 and of 100 machines.
"""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.benchmarks import network, processes, setting
from tests.benchmarks.command_line import main
from tests.benchmarks.contest import Answer, Contest, Entry, Found
from tests.benchmarks.machine import THREADS
from tests.benchmarks.table import Reach
from tests.benchmarks.workers import ROOT, WorkerError
from tests.cluster_ports import free_ports

PACKAGES = ("numpy", "tensorflow")
ROUNDS = 3
WORKERS = 2
EPOCHS = 3
_RATE, _CPU, _MB = "examples/s", "CPU ms an example", "MB a step"


class Measured:
    """A player that only calls a function."""

    def __init__(self, measure: Callable[[], Answer]) -> None:
        self.measure = measure

    def close(self) -> None:
        """Nothing is left to end."""


def single(folder: Path) -> Answer:
    """One process of two threads."""
    return _answer(processes.train(_flags(folder / "single", threads=THREADS)).loop)


def cluster(folder: Path) -> Answer:
    """A chief and a worker of one thread each, and a parameter server."""
    hosts = [f"127.0.0.1:{port}" for port in free_ports(WORKERS + 1)]
    flags = [f"--worker_hosts={','.join(hosts[:WORKERS])}", f"--ps_hosts={hosts[WORKERS]}"]
    flags += _flags(folder / "cluster", threads=1)
    with _task("worker", 1, flags) as worker, _task("ps", 0, flags) as server:
        pids = worker.pid, server.pid
        return _answer(processes.train(["--job_name=worker", "--task_index=0", *flags], pids).loop)


def computed(folder: Path) -> Answer:
    """The bytes of a step on paper."""
    return {_MB: traffic(folder, WORKERS).step(WORKERS) / 1e6}


def traffic(folder: Path, workers: int) -> network.Traffic:
    """Of one of the workers that share a batch."""
    return network.Traffic(network.dense_bytes(), network.row_bytes(network.mean_rows(folder, workers)))


def contests(folder: Path) -> list[Contest]:
    """The one contest; files go to `folder`."""
    players = {each.__name__: each for each in (cluster, single, computed)}
    described = "one process of two threads"
    entries = [
        Entry(f"{measure}, 2 workers and 1 parameter server", described, *_both(measure, "single"), reach)
        for measure, reach in ((_RATE, Reach(">=", 0.8)), (_CPU, Reach("<=", 1.5)))
    ]
    entries.append(Entry(f"{_MB}, the same", "computed", *_both(_MB, "computed"), Reach("<=", 1.1)))
    return [Contest(entries, {name: partial(Measured, partial(each, folder)) for name, each in players.items()})]


def _both(measure: str, other: str) -> tuple[Found, Found]:
    return Found("cluster", measure), Found(other, measure)


def _answer(spent: processes.Spent) -> Answer:
    return {
        _RATE: 1 / spent.seconds,
        _CPU: 1e3 * spent.cpu_seconds,
        _MB: spent.loopback_bytes * setting.BATCH_SIZE / 1e6,
    }


def _flags(folder: Path, threads: int) -> list[str]:
    """The setting; each task keeps a corpus of its own, as machines do."""
    return setting.flags(rnn_unit="lstm", num_epochs=EPOCHS, threads=threads, ckpt_dir=folder, overwrite=True)


@contextlib.contextmanager
def _task(job: str, index: int, flags: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A task beside the chief, which ends by itself."""
    command = [sys.executable, "train.py", f"--job_name={job}", f"--task_index={index}", *flags]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            yield process
            process.wait(60)
        except WorkerError as error:
            log.seek(0)
            raise WorkerError(f"{error}\n{job} {index}:\n{log.read().decode(errors='replace')[-2000:]}") from None
        finally:
            process.kill()
            process.wait()


def _print_estimate() -> None:
    """What the network leaves of many machines that each train as fast as this one with two threads."""
    with tempfile.TemporaryDirectory() as folder:
        farm = network.Farm(traffic(Path(folder), 1), setting.BATCH_SIZE / _ONE_MACHINE, setting.BATCH_SIZE)
    each = farm.traffic.one_way / 1e6
    print(
        f"\nOn paper, machines of {_ONE_MACHINE:,} examples/s, {each:.1f} MB to each before and from each after a step "
        f"({farm.traffic.dense / 1e6:.1f} of them dense), {setting.BATCH_SIZE} examples a worker and step, "
        f"examples/s (times one machine):\n{network.estimate(farm)}"
    )


_ONE_MACHINE = 3_000  # Examples a second of two threads; see `speed`.

if __name__ == "__main__":
    try:
        main(__doc__, contests, PACKAGES, ROUNDS)
    finally:
        _print_estimate()
