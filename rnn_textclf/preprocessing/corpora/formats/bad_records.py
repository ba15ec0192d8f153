"""Bad records of a file: named by line, the first ten and then a count."""

import logging
from pathlib import Path

from rnn_textclf.errors import UserError

logger = logging.getLogger(__name__)

_NAMED = 10


class BadRecords:
    """The bad records of one pass over a file.

    Attributes:
      count: bad records so far.
    """

    def __init__(self, path: Path, skip: bool) -> None:
        """With `skip` they are skipped with a warning each; without it `finish` raises."""
        self._path = path
        self._skip = skip
        self._lines: list[int] = []
        self._first = ""
        self.count = 0

    def add(self, line: int, reason: str) -> None:
        """Adds the record that begins on a line, from 1."""
        self.count += 1
        self._first = self._first or reason
        if self.count <= _NAMED:
            self._lines.append(line)
            if self._skip:
                logger.warning(f"{self._path}:{line}: {reason}; record skipped")

    def finish(self) -> None:
        """Logs how many were skipped, or raises UserError with the first of them."""
        if self._skip and self.count:
            logger.warning(f"{self._path}: bad records skipped: {self.count:,}")
        elif self.count:
            lines = ", ".join(map(str, self._lines)) + (", ..." if self.count > _NAMED else "")
            raise UserError(
                f"{self._path}:{self._lines[0]}: {self._first} (bad records: {self.count:,}, line {lines}); "
                "mend them, or leave them out with --skip_bad_rows"
            )
