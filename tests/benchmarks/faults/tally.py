"""Tallies of injected faults: how many were tried of each kind, and how many the package withstood."""

import contextlib
import signal
import time
import traceback
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import FrameType

from rnn_textclf.errors import UserError

PATIENCE = 60.0  # Seconds after which an attempt counts as a hang.
_WORKING = 0.02  # Share of the processor that a process gets, even on a busy machine, unless it waits for something.


class Hang(BaseException):
    """An attempt took too long; no handler of `Exception` may swallow it."""


@dataclass
class Tally:
    """The attempts of one kind of fault.

    Attributes:
      kind: for the table.
      tried: attempts.
      refused: those that ended with a one-line message for the user.
      losses: name of each attempt that did not hold, and what went wrong.
    """

    kind: str
    tried: int = 0
    refused: int = 0
    losses: list[str] = field(default_factory=list)

    @property
    def held(self) -> int:
        """Attempts that ended with the right answer or a refusal."""
        return self.tried - len(self.losses)

    def attempt(self, name: str, call: Callable[[], str | None], patience: float = PATIENCE) -> None:
        """Counts one call, which returns what is wrong with its result, None for nothing, or raises UserError."""
        self.tried += 1
        try:
            with _time_limit(patience):
                wrong = call()
        except UserError as error:
            self.refused += 1
            wrong = complaint(str(error))
        except Hang:
            wrong = f"hangs: {_last_line()}"
        except Exception as error:
            wrong = f"traceback: {type(error).__name__}: {error!s:.200} ({_last_line()})"
        if wrong:
            self.losses.append(f"{self.kind}: {name}: {wrong}")


def complaint(message: str) -> str | None:
    """Why a message is not one readable line; None if it is."""
    if not message or any(unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" for c in message):
        return f"the message is not one printable line: {message!r:.200}"
    return f"the message has {len(message)} characters" if len(message) > 3000 else None


def aligned(tallies: Sequence[Tally]) -> str:
    """The tallies as lines of text under their titles, numbers to the right."""
    cells = [("kind", "tried", "refused", "held")]
    cells += [(of.kind, f"{of.tried:,}", f"{of.refused:,}", f"{of.held:,}") for of in tallies]
    first, *others = (max(map(len, column)) for column in zip(*cells, strict=True))
    return "\n".join(
        "  ".join([kind.ljust(first), *(n.rjust(width) for n, width in zip(numbers, others, strict=True))])
        for kind, *numbers in cells
    )


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raises `Hang` after some seconds: of the clock, or where a busy machine is slow but at work, of the processor."""
    began = last = time.process_time()

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal last
        before, last = last, time.process_time()
        if last - began >= seconds or last - before < _WORKING * seconds:
            raise Hang
        signal.setitimer(signal.ITIMER_REAL, seconds)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _last_line() -> str:
    """The place in the package where the exception at hand came from, or else the innermost one."""
    lines = traceback.format_exc().splitlines()
    places = [line.strip() for line in lines if line.strip().startswith("File ")]
    ours = [place for place in places if "rnn_textclf" in place]
    return (ours or places or ["?"])[-1]
