"""Start and end of a script: one line for a user's mistake, no traceback, the right exit status."""

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import TextIO

from rnn_textclf import console
from rnn_textclf.errors import UserError

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
_STOPPING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class _Stopped(BaseException):
    """Signal that asks the process to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def run(main: Callable[[Sequence[str]], None]) -> None:
    """Calls `main` with the command line and exits.

    The status is 0, 2 for bad flags, 1 for other mistakes of the user, and 128 + N after signal N: 130 for Ctrl-C,
    143 for SIGTERM, 129 for SIGHUP. A reader of stdout that leaves early is no error.
    """
    _open_closed_streams()
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    console.show_messages()
    try:
        with _signals_as_exceptions():
            main(sys.argv)
            sys.stdout.flush()
    except UserError as error:
        _fail(str(error), error.exit_status)
    except BrokenPipeError:
        pass
    except OSError as error:
        _fail(f"{error.filename or 'output'}: {error.strerror or error}", 1)
    except KeyboardInterrupt:
        _fail("stopped", 128 + signal.SIGINT)
    except _Stopped as stop:
        _fail(f"stopped by {signal.Signals(stop.number).name}", 128 + stop.number)
    finally:
        for stream in (sys.stdout, sys.stderr):
            _flush_or_abandon(stream)
        # The process ends: freeing TensorFlow's millions of objects one by one would take it a second.
        gc.freeze()


@contextlib.contextmanager
def _signals_as_exceptions() -> Iterator[None]:
    """Raises `_Stopped` for SIGTERM and SIGHUP, so that files half written are removed on the way out.

    The training loop handles signals of its own meanwhile and restores these. A signal that the parent had ignored,
    as `nohup` does, stays so.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise _Stopped(number)

    before = {number: signal.getsignal(number) for number in _STOPPING}
    handled = {number: handler for number, handler in before.items() if handler is signal.SIG_DFL}
    for number in handled:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in handled.items():
            signal.signal(number, handler)


def _open_closed_streams() -> None:
    """Opens a standard stream that the parent closed on the null device.

    Otherwise Python has None there, and the next file to be opened would get the stream's number, and with it all
    that libraries write to stderr.
    """
    for descriptor, (name, mode) in enumerate(_STREAMS):
        try:
            os.fstat(descriptor)
        except OSError:
            nowhere = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
            if nowhere != descriptor:
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - stays open


def _flush_or_abandon(stream: TextIO) -> None:
    """Writes what a stream still holds, or lets it go nowhere, so that closing it at exit cannot fail again."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _fail(message: str, status: int) -> None:
    _flush_or_abandon(sys.stdout)  # results before the message
    with contextlib.suppress(OSError):  # stderr may have no reader
        print(f"{Path(sys.argv[0]).name}: {message}", file=sys.stderr)
    sys.exit(status)
