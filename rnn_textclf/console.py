"""Console output: log messages and progress bars on stderr, aligned tables on stdout."""

import codecs
import contextlib
import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from tqdm import tqdm

from rnn_textclf.errors import one_line

_LOGGER = logging.getLogger("rnn_textclf")
_LEVELS = {-3: logging.ERROR, -2: logging.WARNING, -1: logging.INFO, 0: logging.INFO}


class ConsoleHandler(logging.Handler):
    """Log handler that writes plain messages to stderr, above a progress bar if there is one.

    Messages quote files, fields and labels, so that what a terminal would act on is escaped, as in a `UserError`.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Writes the message of one record; nothing where stderr is closed or its reader has gone."""
        if sys.stderr is None:
            return
        try:
            message = self.format(record)
            tqdm.write(message if record.exc_info else one_line(message), file=sys.stderr)
        except OSError:
            pass
        except Exception:
            self.handleError(record)


def show_messages() -> None:
    """Shows this package's log messages, from INFO on, on stderr; calling it twice changes nothing."""
    _LOGGER.setLevel(logging.INFO)
    if not any(isinstance(handler, ConsoleHandler) for handler in _LOGGER.handlers):
        _LOGGER.addHandler(ConsoleHandler())
    _LOGGER.propagate = False  # TensorFlow and absl put handlers on the root logger.


def set_verbosity(verbosity: int) -> None:
    """Chooses the messages of `show_messages`: -3 errors, -2 also warnings, -1 and 0 also information, above all."""
    _LOGGER.setLevel(logging.ERROR if verbosity < -3 else _LEVELS.get(verbosity, logging.DEBUG))


@contextlib.contextmanager
def without_repeats() -> Iterator[None]:
    """Within the context a message that was shown is not shown again, as where a job trains many models."""
    with _filtered(_Unseen):
        yield


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """Within the context no message is shown."""
    with _filtered(lambda: lambda record: False):
        yield


@contextlib.contextmanager
def _filtered(make_filter: Callable[[], Any]) -> Iterator[None]:
    """Within the context each handler shows what a filter of its own lets pass."""
    filters = [(handler, make_filter()) for handler in _LOGGER.handlers]
    for handler, each in filters:
        handler.addFilter(each)
    try:
        yield
    finally:
        for handler, each in filters:
            handler.removeFilter(each)


class _Unseen(logging.Filter):
    """Lets each message pass once."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        is_new = message not in self._seen
        self._seen.add(message)
        return is_new


def json_line(value: Any) -> str:
    """JSON of a value on one line, in ASCII where stdout could not show other characters."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return json.dumps(value, ensure_ascii=codecs.lookup(encoding).name != "utf-8")


def hides_progress() -> bool | None:
    """Value of tqdm's `disable`: True where messages are not shown, else None, for all but terminals."""
    return None if _LOGGER.isEnabledFor(logging.INFO) else True


def progress(total: int | None, description: str, unit: str, delay: float = 0.0) -> tqdm:
    """Live line with rate and time left on stderr; nothing where stderr is not a terminal, or without messages.

    Args:
      total: units of work, where known.
      description: what is being done.
      unit: what is counted.
      delay: seconds before the line appears.
    """
    return tqdm(
        total=total,
        desc=description,
        unit=f" {unit}",
        delay=delay,
        disable=hides_progress(),
        leave=False,
        file=sys.stderr,
        dynamic_ncols=True,
    )


class Column(NamedTuple):
    """Column of a `LiveTable`: its title and the format specification of its values."""

    title: str
    format: str

    def width(self, longest: Any) -> int:
        """Characters that the title and a value like `longest` need."""
        return max(len(self.title), len(format(longest, self.format)))


class LiveTable:
    """Aligned table on stdout whose rows appear as they become known.

    Args:
      columns: what each row holds.
      widest: a row with the longest value that each column expects.
    """

    def __init__(self, columns: Sequence[Column], widest: Sequence[Any]) -> None:
        self._columns = columns
        self._widths = [column.width(value) for column, value in zip(columns, widest, strict=True)]

    def header(self) -> None:
        """Prints the titles."""
        self._print([column.title for column in self._columns])

    def row(self, values: Sequence[Any]) -> None:
        """Prints one row."""
        self._print([format(value, column.format) for value, column in zip(values, self._columns, strict=True)])

    def _print(self, cells: Sequence[str]) -> None:
        line = "  ".join(cell.rjust(width) for cell, width in zip(cells, self._widths, strict=True))
        tqdm.write(line, file=sys.stdout)
        sys.stdout.flush()
