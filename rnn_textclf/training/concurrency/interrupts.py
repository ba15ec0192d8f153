"""Ctrl-C that lets the step under way finish."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from rnn_textclf.errors import UserError


class Interrupted(UserError):  # noqa: N818 - nothing went wrong
    """The user asked to stop; everything is saved."""

    exit_status = 130


class StopRequest:
    """A user's request to stop; `asked` says whether it was made."""

    def __init__(self) -> None:
        self.asked = False


@contextlib.contextmanager
def graceful_stop() -> Iterator[StopRequest]:
    """Within the context the first Ctrl-C or SIGTERM only sets `asked`; a second one interrupts.

    On another thread than the main one, which alone gets signals, nothing is changed.
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return

    def ask(signal_number: int, frame: FrameType | None) -> None:
        if request.asked:
            raise KeyboardInterrupt
        request.asked = True

    handled = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, ask) for number in handled}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
