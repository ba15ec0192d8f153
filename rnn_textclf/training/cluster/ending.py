"""End of a task that must not hang: the main thread may be within a TensorFlow call that never returns."""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from rnn_textclf.errors import UserError
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.tensorflow_errors import lacks_memory, reason

# What TensorFlow raises where another task ended amid a step.
SERVERS_LOST = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.InternalError,
    tf.errors.UnknownError,
    tf.errors.DeadlineExceededError,
    tf.errors.FailedPreconditionError,
)
_MOMENT = 1.0  # Seconds.
_GRACE = 10.0  # Most seconds that the main thread has to end by itself.


class TaskEnded(UserError):  # noqa: N818 - may be the right end
    """The task has to end, for a reason that another task gave."""

    def __init__(self, message: str, exit_status: int) -> None:
        super().__init__(message)
        self.exit_status = exit_status


class Ending:
    """Request to end, from any thread; the process ends soon after it, whatever the main thread does.

    Args:
      timeout: seconds, of which the main thread gets half, but ten at most.
    """

    def __init__(self, timeout: float) -> None:
        self._grace = min(_GRACE, timeout / 2)
        self._error: TaskEnded | None = None
        self._asked, self._lock, self._told = threading.Event(), threading.Lock(), False

    @property
    def asked(self) -> bool:
        """Whether the task has to end."""
        return self._asked.is_set()

    def ask(self, message: str, exit_status: int = 1) -> None:
        """Makes the task end; the first request counts."""
        with self._lock:
            if self.asked:
                return
            self._error = TaskEnded(message, exit_status)
            self._asked.set()
        threading.Thread(target=self._force, daemon=True).start()

    def check(self) -> None:
        """Raises TaskEnded where the task has to end."""
        if self._error is not None:
            raise self._error

    @contextlib.contextmanager
    def explains_errors(self) -> Iterator[None]:
        """Within the context an error of TensorFlow's servers becomes the reason for it, which comes soon after.

        Sessions, whose closing may hang, are closed within it: only then is it sure that the caller tells the reason.
        """
        try:
            yield
        except TaskEnded:
            self._told = True
            raise
        except UserError:  # Such as a checkpoint that cannot be written because the weights are gone.
            self._asked.wait(_MOMENT)
            self._raise_reason()
            raise
        except SERVERS_LOST as error:
            if lacks_memory(error):
                raise
            self._asked.wait(self._grace)
            self._raise_reason()
            raise UserError(
                f"TensorFlow's servers cannot be reached ({reason(error)}); run the same command on all again to go on"
            ) from None

    def _raise_reason(self) -> None:
        self._told = self.asked
        self.check()

    def _force(self) -> None:
        time.sleep(self._grace)
        assert self._error is not None
        if not self._told and self._error.exit_status:
            print(f"{Path(sys.argv[0]).name}: {self._error}", file=sys.stderr, flush=True)
        sys.stdout.flush()
        os._exit(self._error.exit_status)
