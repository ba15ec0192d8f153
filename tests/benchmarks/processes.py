"""A script's whole process as a user starts it: its peak memory, and the speed seen in what it writes."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import IO, NamedTuple

from tests.benchmarks.workers import ROOT, WorkerError

_PROGRESS = re.compile(rb"epoch (\d+)/\d+:[^\r\n]*? (\d+)/(\d+) \[")


class Trained(NamedTuple):
    """A training process: examples a second in the loop (not in validation), peak resident memory in MB.

    loop: what an example takes in the loop.
    """

    examples_per_second: float
    peak_mb: float
    loop: "Spent"


class Spent(NamedTuple):
    """What was used up at a moment, or for an example: seconds, seconds of all cores, bytes over the loopback."""

    seconds: float
    cpu_seconds: float = 0.0
    loopback_bytes: float = 0.0


class RawPrediction(NamedTuple):
    """A scoring process: lines a second between its first output and its last, peak resident memory in MB."""

    lines_per_second: float
    peak_mb: float


class _Point(NamedTuple):
    spent: Spent
    done: int


def train(flags: Sequence[str], beside: Sequence[int] = ()) -> Trained:
    """Runs `train.py` on a terminal and reads its progress line; the first of several epochs is left out.

    The cores' time is that of the process and those `beside`, by their ids.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
    process = _start(["train.py", *flags], stdout=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    points: dict[int, list[_Point]] = defaultdict(list)
    tail = b""
    for seconds, data in _blocks(master):
        tail = (tail + data)[-4096:]
        if found := _PROGRESS.findall(tail):
            epoch, done, _ = map(int, found[-1])
            if not points[epoch] or points[epoch][-1].done != done:
                cpu_seconds = sum(map(_cpu_seconds, (process.pid, *beside)))
                points[epoch].append(_Point(Spent(seconds, cpu_seconds, _loopback_bytes()), done))
    os.close(master)
    peak_mb = _wait(process, tail.decode("utf-8", "replace"))
    epochs = [_an_example(points[number]) for number in sorted(points)]
    middle = Spent(*map(median, zip(*(epochs[1:] or epochs), strict=True)))
    return Trained(1 / middle.seconds, peak_mb, middle)


def score(flags: Sequence[str], source: Sequence[str]) -> RawPrediction:
    """Runs `infer.py` on the output of another command, `source`, and counts the lines it writes as they come."""
    with tempfile.TemporaryFile() as complaints:
        written = _start(source, stdout=subprocess.PIPE, stderr=complaints)
        process = _start(["infer.py", *flags], stdin=written.stdout, stdout=subprocess.PIPE, stderr=complaints)
        assert written.stdout
        written.stdout.close()  # So that the source ends with its reader.
        assert process.stdout
        points, lines = [], 0
        for seconds, data in _blocks(process.stdout.fileno()):
            lines += data.count(b"\n")
            points.append(_Point(Spent(seconds), lines))
        complaints.seek(0)
        peak_mb = _wait(process, complaints.read().decode("utf-8", "replace"))
        written.wait()
    return RawPrediction(1 / _an_example(points).seconds, peak_mb)


def _an_example(points: Sequence[_Point]) -> Spent:
    """What one takes, from the first point on to the last."""
    first, last = points[0], points[-1]
    count = last.done - first.done
    return Spent(*((after - before) / count for before, after in zip(first.spent, last.spent, strict=True)))


def _cpu_seconds(pid: int) -> float:
    """Of all threads of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def _loopback_bytes() -> int:
    """Sent over the loopback interface so far, with the headers of packets."""
    (line,) = (line for line in Path("/proc/net/dev").read_text().splitlines() if line.lstrip().startswith("lo:"))
    return int(line.split(":")[1].split()[8])


def _start(
    command: Sequence[str], stdout: int, stderr: int | IO[bytes], stdin: int | IO[bytes] | None = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, stdin=stdin, stdout=stdout, stderr=stderr)


def _blocks(descriptor: int) -> Iterator[tuple[float, bytes]]:
    """What is written to a pipe or a terminal, and when, until its other side is closed."""
    while True:
        try:
            data = os.read(descriptor, 1 << 16)
        except OSError:  # A terminal that nobody holds any more.
            return
        if not data:
            return
        yield time.perf_counter(), data


def _wait(process: subprocess.Popen[bytes], said: str) -> float:
    """The peak resident memory of a process that has closed its output, in MB (10^6 bytes)."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise WorkerError(f"{process.args!r} ended with status {process.returncode}:\n{said[-2000:]}")
    return usage.ru_maxrss * 1024 / 1e6
