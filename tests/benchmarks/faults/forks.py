"""Forked children of a process that has imported TensorFlow and opened no session, so that each starts at once."""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from rnn_textclf.errors import UserError

_PAUSE = 0.01  # Seconds between looks at a child.


class Child:
    """A function in a process of its own.

    Args:
      call: the function.
      log: where its stdout and stderr go.
    """

    def __init__(self, call: Callable[[], None], log: Path) -> None:
        self._log = log
        self._process = os.fork()
        if not self._process:
            _run(call, log)

    def killed_after(self, seconds: float) -> bool:
        """Kills the child after some seconds; returns False if it had ended before."""
        status = self._wait(seconds)
        if status is not None:
            return False
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        return True

    def complaint(self, seconds: float) -> str | None:
        """Waits for the end; returns the last line it wrote if it failed or took longer than that."""
        status = self._wait(seconds)
        if status is None:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            return f"hangs; said {self._last_line()!r}"
        return f"status {status}: {self._last_line()}" if status else None

    def _wait(self, seconds: float) -> int | None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            process, status = os.waitpid(self._process, os.WNOHANG)
            if process:
                return os.waitstatus_to_exitcode(status)
            time.sleep(_PAUSE)
        return None

    def _last_line(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()
        return next((line for line in reversed(lines) if line.strip()), "nothing")


def _run(call: Callable[[], None], log: Path) -> None:
    """Runs a function to the end of this process; exit status as the scripts have it, 70 for a traceback."""
    status = 70
    try:
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        sys.stdout = sys.stderr = open(descriptor, "w", encoding="utf-8")  # noqa: SIM115 - to the end of the process
        call()
        status = 0
    except UserError as error:
        print(error, file=sys.stderr)
        status = 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
