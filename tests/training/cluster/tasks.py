"""Clusters of real processes on this machine: forks of one that has loaded TensorFlow and, for reports, Matplotlib."""

import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cluster_ports import free_ports

ROOT = Path(__file__).parents[3]
LIMIT = 300  # Seconds, many times what is needed: a machine may be busy.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["rnn_textclf.training.pipeline", "train", "matplotlib.backends.backend_agg"])

FLAGS = {
    "num_hidden_units": 8,
    "embedding_size": 8,
    "pair_buckets": 97,
    "batch_size": 8,
    "num_epochs": 3,
    "dropout": 0,
    "threads": 1,
    "cluster_timeout": 60,
}


def run_task(log: Path, arguments: list[str], tf_config: str | None) -> None:
    """Target of a process: `train.py` with its output in a file."""
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(target, 1)
    os.dup2(target, 2)
    sys.stdout, sys.stderr = (open(number, "w", buffering=1, closefd=False) for number in (1, 2))  # noqa: SIM115
    sys.argv = ["train.py", *arguments]
    os.environ.pop("TF_CONFIG", None)
    if tf_config is not None:
        os.environ["TF_CONFIG"] = tf_config
    import train
    from rnn_textclf import entry

    entry.run(train.main)


class Task:
    """A running `train.py`."""

    def __init__(self, log: Path, arguments: list[str], tf_config: str | None = None) -> None:
        self.log = log
        self.process = _FORKS.Process(target=run_task, args=(log, arguments, tf_config), daemon=True)
        self.process.start()

    @property
    def said(self) -> str:
        """What it has printed."""
        return self.log.read_text() if self.log.exists() else ""

    def status(self) -> int | None:
        """Its exit status, when it has ended."""
        self.process.join(LIMIT)
        return self.process.exitcode

    def stop(self) -> None:
        """Asks it to stop; a fork server's children ignore SIGINT."""
        assert self.process.pid
        os.kill(self.process.pid, signal.SIGTERM)

    def kill(self) -> None:
        """Ends it at once."""
        self.process.kill()
        self.process.join()


class Cluster:
    """Addresses on this machine, and the tasks that were started there.

    Args:
      folder: of the logs and the run.
      data: folder of the corpus.
      workers: those that train, the chief included.
      servers: parameter servers.
      **flags: beside `FLAGS`.
    """

    def __init__(self, folder: Path, data: Path, workers: int = 2, servers: int = 1, **flags: Any) -> None:
        ports = free_ports(workers + servers)
        addresses = [f"localhost:{port}" for port in ports]
        jobs = {"chief": addresses[:1], "worker": addresses[1:workers], "ps": addresses[workers:]}
        self.jobs = {job: found for job, found in jobs.items() if found}
        self.folder, self.run, self._data, self.flags = folder, folder / "run", data, flags
        self.tasks: list[Task] = []

    def start(self, job: str, index: int = 0, jobs: dict[str, list[str]] | None = None, **flags: Any) -> Task:
        """Starts a task; `jobs` and `flags` are what it gets in place of the others'."""
        config = json.dumps({"cluster": jobs or self.jobs, "task": {"type": job, "index": index}})
        given = {"data_dir": self._data, "ckpt_dir": self.run, **FLAGS, **self.flags, **flags}
        log = self.folder / f"{len(self.tasks)}_{job}_{index}.log"
        self.tasks.append(Task(log, [f"--{name}={value}" for name, value in given.items()], config))
        return self.tasks[-1]

    def start_all(self) -> dict[str, list[Task]]:
        """Starts each task; by job."""
        return {job: [self.start(job, index) for index in range(len(each))] for job, each in self.jobs.items()}

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Waits until something is so."""
        until = time.monotonic() + LIMIT
        while not condition():
            assert time.monotonic() < until, self.said()
            time.sleep(0.02)

    def epochs(self) -> int:
        """Epochs that the run has finished."""
        path = self.run / "metrics.jsonl"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def said(self) -> str:
        """What all tasks have printed."""
        return "\n".join(f"{task.log.name}:\n{task.said}" for task in self.tasks)

    def statuses(self) -> list[int | None]:
        """Exit status of each task, in the order in which they were started."""
        return [task.status() for task in self.tasks]

    def end(self) -> None:
        """Ends what is still running."""
        for task in self.tasks:
            task.kill()
