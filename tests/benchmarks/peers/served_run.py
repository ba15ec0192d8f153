"""`infer.py --serve` in a process of its own, on two cores shared with whoever asks it."""

import atexit
import re
import subprocess
import sys
import urllib.request

from rnn_textclf.jobs import SHIPPED_RUN
from tests.benchmarks.machine import THREADS
from tests.benchmarks.workers import ROOT, WorkerError


class ServedRun:
    """A server of the shipped run, ended with this process.

    Attributes:
      port: of 127.0.0.1.
    """

    def __init__(self) -> None:
        command = ["infer.py", "--serve", "--port=0", f"--ckpt_dir={SHIPPED_RUN}", f"--threads={THREADS}"]
        self._process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        atexit.register(self._process.terminate)
        self.port = self._read_port()

    def megabytes(self) -> float:
        """Resident memory of the server, in MB (10^6 bytes), as it says itself."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            [number] = re.findall(r"^process_resident_memory_bytes (\S+)$", answer.read().decode(), re.MULTILINE)
        return float(number) / 1e6

    def _read_port(self) -> int:
        assert self._process.stderr
        said = []
        for line in self._process.stderr:
            said.append(line)
            if found := re.search(r"http://\S+:(\d+)/", line):
                return int(found[1])
        raise WorkerError("".join(said))
