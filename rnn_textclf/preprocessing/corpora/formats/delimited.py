"""Records of CSV and TSV files with the lines that they begin on, and the dialect of a CSV file."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from rnn_textclf.preprocessing.corpora.formats.text_files import invalid_reason

# A record, or the reason why it is bad.
Record = tuple[int, list[str] | str]
Lines = Iterable[tuple[int, str]]

_LONGEST_RECORD = 1 << 24  # Characters: past these a quotation mark is taken to have been left open.
_SNIFFED = 1 << 16  # Characters looked at for the dialect of a CSV file.
_LONGEST_LOOK = 1 << 20  # Characters that a quotation in a TSV file may have.
_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)  # Excel's own.
_NULL = re.compile(r"(?<![^,;\t|])\\N(?![^,;\t|])")


class Dialect(NamedTuple):
    """How a CSV file is written.

    delimiter: the character between fields.
    backslash: whether a backslash before a quotation mark makes it part of the field, as Spark and MySQL write it.
    separator_line: whether the first line names the delimiter, as Excel's `sep=;`.
    """

    delimiter: str = ","
    backslash: bool = False
    separator_line: bool = False


def sniff(head: Sequence[str]) -> Dialect:
    """The dialect of a CSV file by its first lines.

    The delimiter is the first of `,` `;` tab and `|` with which most records have as many fields as the first, two
    at least. Quotation marks are doubled (RFC 4180), unless that gives bad records which backslashes explain.
    """
    separator_line = _SEPARATOR_LINE.fullmatch(head[0]) if head else None
    lines = list(enumerate(head[1:] if separator_line else head, start=1))
    delimiters = separator_line[1] if separator_line else ",;\t|"
    dialect = max((Dialect(delimiter) for delimiter in delimiters), key=lambda found: _regularity(lines, found))
    escaped = dialect._replace(backslash=True)
    if any('\\"' in line for line in head) and _regularity(lines, escaped) > _regularity(lines, dialect):
        dialect = escaped
    return dialect._replace(separator_line=separator_line is not None)


def sniffed_records(
    lines: Iterator[tuple[int, str]], would_wait: Callable[[], bool] = lambda: False
) -> Iterator[Record]:
    """`csv_records` in the dialect that the first of the lines show.

    `would_wait` tells whether the next line may be long in coming: the lines before it, one at least, then decide.
    """
    head: list[str] = []
    while sum(map(len, head)) < _SNIFFED and len(head) < _SNIFFED >> 6 and not (head and would_wait()):
        if (numbered := next(lines, None)) is None:
            break
        head.append(numbered[1])
    return csv_records(chain(enumerate(head, start=1), lines), sniff(head))


def _regularity(lines: Lines, dialect: Dialect) -> float:
    """Share of the records that have as many fields as the first; 0 for a single field.

    The last record may be cut off, and does not count.
    """
    widths = [0 if isinstance(record, str) else len(record) for _, record in csv_records(lines, dialect)]
    widths = widths[:-1] if len(widths) > 1 else widths
    first = next((width for width in widths if width), 0)
    return widths.count(first) / len(widths) if first > 1 else 0.0


def csv_records(lines: Lines, dialect: Dialect = Dialect()) -> Iterator[Record]:  # noqa: B008 - a constant
    """Records by RFC 4180: fields in quotation marks may hold delimiters and line breaks.

    After a bad record, reading goes on after the last line of its quotation, whose inside is never read as records.
    """
    csv.field_size_limit(1 << 30)
    source = _Lines(dialect)
    fed = source.feed(lines)
    while True:
        reader = csv.reader(
            fed, strict=True, delimiter=dialect.delimiter, escapechar="\\" if dialect.backslash else None
        )
        try:
            for fields in reader:
                if fields:
                    yield source.first, invalid_reason("\n".join(source.record)) or fields
                source.record.clear()
            return
        except csv.Error as error:
            yield source.first, _reason(error, source)
            source.record.clear()


class _Lines:
    """Feeds csv.reader line by line, and keeps the lines of the current record.

    Attributes:
      record: the lines, to be cleared after each record.
      first, last: the numbers of its lines, from 1.
      is_too_long: whether the record was ended at `_LONGEST_RECORD` characters; no line comes after it.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self.record: list[str] = []
        self.first = self.last = 0
        self.is_too_long = False

    def feed(self, lines: Lines) -> Iterator[str]:
        """The lines as csv.reader wants them. Raises csv.Error where a record is too long."""
        record, backslash, length = self.record, self._dialect.backslash, 0
        for number, line in islice(lines, int(self._dialect.separator_line), None):
            self.last = number
            if not record:
                self.first, length = number, 0
            length += len(line)
            if length > _LONGEST_RECORD:
                self.is_too_long = True
                raise csv.Error("unexpected end of data")
            record.append(line)
            if backslash:
                line = _NULL.sub(r"\\\\N", line)
            # csv.reader refuses a lone carriage return, which inside a text is only white space.
            yield (line.replace("\r", " ") if "\r" in line else line) + "\n"


def _reason(error: csv.Error, source: _Lines) -> str:
    if "unexpected end of data" in str(error):
        rest = ", and nothing after it is read" if source.is_too_long else ""
        lines = f", up to line {source.last:,}" if source.last > source.first else ""
        return f"a quotation mark is opened and never closed{lines}{rest}"
    lines = f" up to line {source.last:,}" if source.last > source.first else ""
    return f"not CSV{lines} ({error}); a quotation mark inside quotes is written twice"


def tsv_records(lines: Lines) -> Iterator[Record]:
    """Records with tabs between fields, one a line, or several lines where a quotation has line breaks.

    A field in quotation marks loses them, with "" meaning "; a quotation mark anywhere else is a character.
    """
    lines = iter(lines)
    pending: deque[tuple[int, str]] = deque()  # Lines that were looked at, but not taken.
    width = 0
    while numbered := pending.popleft() if pending else next(lines, None):
        number, line = numbered
        if not line:
            continue
        if '"' not in line:
            fields = line.split("\t")
            yield number, invalid_reason(line) or fields
        else:
            record = [line]
            if line.count('"') % 2:
                record += _quotation(line, width, pending, lines)
            fields = _quoted_fields(record) if len(record) > 1 else [_unquoted(field) for field in line.split("\t")]
            yield number, invalid_reason("\n".join(record)) or fields
        width = width or len(fields)


def _quotation(line: str, width: int, pending: deque[tuple[int, str]], lines: Iterator[tuple[int, str]]) -> list[str]:
    """Takes the other lines of a record that begins with this line, if a quotation in it ends on a later one.

    It does not where a line before its end is a record of `width` fields itself, or where the fields of the whole are
    not as many. The lines come from `pending`, then from `lines`; those not taken are put back into `pending`.
    """
    found, length, place = [line], len(line), 0
    while length <= _LONGEST_LOOK:
        if place == len(pending):
            if (numbered := next(lines, None)) is None:
                break
            pending.append(numbered)
        following = pending[place][1]
        place += 1
        found.append(following)
        length += len(following)
        if following.count('"') % 2:
            fields = _quoted_fields(found)
            if len(fields) != width if width else len(fields) < 2:
                break
            for _ in range(place):
                pending.popleft()
            return found[1:]
        if following.count("\t") + 1 == width:
            break
    return []


def _quoted_fields(lines: Sequence[str]) -> list[str]:
    """The fields of a record of several lines; none where it is not well formed."""
    text = (line.replace("\r", " ") + "\n" for line in lines)
    try:
        records = list(csv.reader(text, strict=True, delimiter="\t"))
    except csv.Error:
        return []
    return records[0] if len(records) == 1 else []


def _unquoted(field: str) -> str:
    if len(field) >= 2 and field[0] == field[-1] == '"':
        inner = field[1:-1].replace('""', "\0")
        if '"' not in inner:
            return inner.replace("\0", '"')
    return field
