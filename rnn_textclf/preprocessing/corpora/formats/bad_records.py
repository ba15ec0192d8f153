"""Rows that cannot be used: told by file and line, the first ten and then a count."""

import logging
from pathlib import Path

from rnn_textclf.errors import UserError

logger = logging.getLogger(__name__)

_TOLD = 10


class BadRecords:
    """Collects the bad rows of one pass over a file.

    Attributes:
      count: bad rows so far.
    """

    def __init__(self, path: Path, skip: bool) -> None:
        """With `skip` they are left out and told through `say`; without it `finish` raises."""
        self._path = path
        self._skip = skip
        self._lines: list[int] = []
        self._first = ""
        self.count = 0

    def add(self, line: int, reason: str) -> None:
        """Notes the row that begins on a line, from 1."""
        self.count += 1
        self._first = self._first or reason
        if self.count <= _TOLD:
            self._lines.append(line)
            if self._skip:
                logger.info(f"{self._path}:{line}: {reason}; row skipped")

    def finish(self) -> None:
        """Says how many were skipped, or raises UserError with the first of them."""
        if self._skip and self.count:
            logger.info(f"{self._path}: bad rows skipped: {self.count:,}")
        elif self.count:
            lines = ", ".join(map(str, self._lines)) + (", ..." if self.count > _TOLD else "")
            raise UserError(
                f"{self._path}:{self._lines[0]}: {self._first} (bad rows: {self.count:,}, line {lines}); "
                "mend them, or leave them out with --skip_bad_rows"
            )
