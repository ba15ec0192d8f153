"""Processes that answer with measurements: the parent's side, and `serve` for the modules in `peers/`."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from tests.benchmarks.contest import Answer

ROOT = Path(__file__).parents[2]


class WorkerError(Exception):
    """A program that was to be measured ended with a mistake."""


class Worker:
    """A module of `peers/` in a process of its own, asked by a line on its standard input.

    Args:
      module: its name within `peers`.
      arguments: handed to its `prepare`, as JSON.
    """

    def __init__(self, module: str, **arguments: Any) -> None:
        self._module = module
        self._complaints: IO[str] = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"tests.benchmarks.peers.{module}", json.dumps(arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            cwd=ROOT,
        )
        self._answer()  # ready

    def measure(self) -> Answer:
        """Asks once."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """Ends the process and waits for it."""
        self._process.communicate()
        self._complaints.close()

    def _answer(self) -> Answer:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise WorkerError(f"{self._module} ended:\n{_tail(self._complaints)}")
        return json.loads(line)


class Command:
    """A command for Python whose whole process is measured: seconds, and peak memory in MB (10^6 bytes).

    Args:
      command: without the interpreter.
      status: with which it ends.
      warm: whether to run it once before, which warms the disk cache.
      prints: whether its standard output is a JSON object of numbers, which the answer has too.
    """

    def __init__(
        self, command: Sequence[str | Path], *, status: int = 0, warm: bool = True, prints: bool = False
    ) -> None:
        self._command = [sys.executable, *map(str, command)]
        self._status, self._prints = status, prints
        if warm:
            self.measure()

    def measure(self) -> Answer:
        """Runs it once."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile("w+", errors="replace") as complaints:
            began = time.perf_counter()
            process = subprocess.Popen(self._command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=complaints)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != self._status:
                raise WorkerError(f"{self._command} ended with status {process.returncode}:\n{_tail(complaints)}")
            out.seek(0)
            said = json.loads(out.read()) if self._prints else {}
        return {"seconds": seconds, "peak MB": usage.ru_maxrss * 1024 / 1e6, **said}

    def close(self) -> None:
        """Nothing is left to end."""


def run(command: Sequence[str]) -> None:
    """Runs a command from the folder of `train.py`. Raises WorkerError where it fails."""
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise WorkerError(f"{' '.join(command)} ended with status {done.returncode}:\n{done.stderr[-2000:]}")


def serve(prepare: Callable[..., Callable[[], Answer]]) -> None:
    """Makes a module of `peers/` a worker: `prepare(**arguments)` returns what measures once, warm."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # Whatever a library prints is no answer.
    measure = prepare(**json.loads(sys.argv[1]))
    print("{}", file=answers, flush=True)
    for _ in sys.stdin:
        print(json.dumps(measure()), file=answers, flush=True)


def _tail(file: IO[str]) -> str:
    file.seek(0)
    return file.read()[-2000:]
