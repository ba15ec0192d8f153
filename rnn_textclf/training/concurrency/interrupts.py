"""Signals that let the step under way finish: Ctrl-C, SIGTERM, and SIGHUP of a terminal that closes."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from rnn_textclf.errors import UserError

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP.
_STOPPING = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]


class Interrupted(UserError):  # noqa: N818 - nothing went wrong
    """The user asked to stop; everything is saved.

    Args:
      message: what was saved.
      signal_number: the signal that asked; the exit status is 128 + N, as of a process that it ended.
    """

    def __init__(self, message: str, signal_number: int = signal.SIGINT) -> None:
        super().__init__(message)
        self.exit_status = 128 + signal_number


class StopRequest:
    """A user's request to stop; `asked` says whether it was made, `signal_number` by which signal."""

    def __init__(self) -> None:
        self.signal_number = 0

    @property
    def asked(self) -> bool:
        """Whether a signal has arrived."""
        return bool(self.signal_number)

    def interrupted(self, message: str) -> Interrupted:
        """The error that ends the work; `message` says what was saved."""
        return Interrupted(message, self.signal_number)


@contextlib.contextmanager
def graceful_stop() -> Iterator[StopRequest]:
    """Within the context the first signal to stop only sets `asked`; a second one does what it did before.

    A signal that the parent had ignored, as `nohup` does, stays so. On another thread than the main one, which alone
    gets signals, nothing is changed.
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {number: signal.getsignal(number) for number in _STOPPING}
    handled = {number: handler for number, handler in before.items() if handler is not signal.SIG_IGN}

    def ask(number: int, frame: FrameType | None) -> None:
        if request.asked:
            handler = handled[signal.Signals(number)]
            if callable(handler):
                handler(number, frame)
            raise KeyboardInterrupt
        request.signal_number = number

    for number in handled:
        signal.signal(number, ask)
    try:
        yield request
    finally:
        for number, handler in handled.items():
            signal.signal(number, handler)
