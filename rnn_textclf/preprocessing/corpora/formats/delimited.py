"""Records of TSV and CSV files with the lines they begin on."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator

from rnn_textclf.preprocessing.corpora.formats.text_files import invalid_reason

# A record, or why there is none.
Record = tuple[int, list[str] | str]

_MOST_LINES = 1000  # Of one record: past these a quotation mark is taken to have been left open.


def tsv_records(lines: Iterable[tuple[int, str]]) -> Iterator[Record]:
    """One record a line, tabs between fields; a field in quotation marks loses them, with "" meaning "."""
    for number, line in lines:
        if line:
            fields = line.split("\t")
            yield number, invalid_reason(line) or ([_unquoted(field) for field in fields] if '"' in line else fields)


def csv_records(lines: Iterable[tuple[int, str]]) -> Iterator[Record]:
    """Records by RFC 4180: fields in quotation marks may hold commas and line breaks.

    After a quotation mark that is never closed, reading goes on with the next line.
    """
    csv.field_size_limit(1 << 30)
    source = _Lines(lines)
    reader = csv.reader(source, strict=True)
    while True:
        source.begin_record()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield source.first, _reason(error)
            source.reread_after_first()
            reader = csv.reader(source, strict=True)
            continue
        if fields:
            yield source.first, source.invalid_reason() or fields


class _Lines(Iterator[str]):
    """Feeds csv.reader line by line, and remembers the lines of the record at hand.

    Attributes:
      first: the line, from 1, on which the record begins.
    """

    def __init__(self, lines: Iterable[tuple[int, str]]) -> None:
        self._fresh = iter(lines)
        self._again: deque[tuple[int, str]] = deque()
        self._record: list[tuple[int, str]] = []
        self.first = 0

    def __next__(self) -> str:
        if len(self._record) >= _MOST_LINES:
            raise csv.Error("unexpected end of data")
        number, line = self._again.popleft() if self._again else next(self._fresh)
        if not self._record:
            self.first = number
        self._record.append((number, line))
        # csv.reader refuses a lone carriage return, which inside a text is only white space.
        return line.replace("\r", " ") + "\n"

    def begin_record(self) -> None:
        self._record.clear()

    def reread_after_first(self) -> None:
        self._again.extendleft(reversed(self._record[1:]))

    def invalid_reason(self) -> str | None:
        return next(filter(None, (invalid_reason(line) for _, line in self._record)), None)


def _reason(error: csv.Error) -> str:
    """What a user calls it."""
    if "unexpected end of data" in str(error):
        return "a quotation mark is opened and never closed"
    return f"not CSV ({error}); a quotation mark inside quotes is written twice"


def _unquoted(field: str) -> str:
    if len(field) >= 2 and field[0] == field[-1] == '"':
        inner = field[1:-1].replace('""', "\0")
        if '"' not in inner:
            return inner.replace("\0", '"')
    return field
