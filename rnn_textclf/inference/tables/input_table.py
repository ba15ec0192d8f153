"""Table to score: the records of a CSV, TSV or JSON file or of standard input, and which columns have the text."""

import json
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.formats.delimited import sniffed_records, tsv_records
from rnn_textclf.preprocessing.corpora.formats.encodings import check_encoding
from rnn_textclf.preprocessing.corpora.formats.examples import guess_format
from rnn_textclf.preprocessing.corpora.formats.fields import LABEL_NAMES, TEXT_NAMES, field_places
from rnn_textclf.preprocessing.corpora.formats.json_records import (
    NumberedLine,
    field_value,
    json_records,
    json_records_of_lines,
)
from rnn_textclf.preprocessing.corpora.formats.text_files import find_encoding, read_blocks

FORMATS = ("csv", "tsv", "jsonl")
STANDARD_INPUT = "-"

Record = dict[str, Any]  # By column; values are strings but in JSON.
_Records = Iterator[tuple[int, Any]]


class Table(NamedTuple):
    """A table to score.

    name: of the file; `-` for standard input.
    format: one of `FORMATS`.
    columns: their names, in order; of JSON those of the first object.
    text: the columns whose text is scored, joined by spaces; in JSON dots lead into nested objects.
    has_header: whether the file names its columns.
    records: of the file, in order; read once.
    would_wait: whether the next record may be long in coming, as on standard input where no line is there.
    """

    name: str
    format: str
    columns: tuple[str, ...]
    text: tuple[str, ...]
    has_header: bool
    records: Iterator[Record]
    would_wait: Callable[[], bool]

    def batches(self, most: int) -> Iterator[list[Record]]:
        """The records, up to so many at a time, and fewer where the next one is not there yet."""
        batch: list[Record] = []
        for record in self.records:
            batch.append(record)
            if len(batch) == most or self.would_wait():
                yield batch
                batch = []
        if batch:
            yield batch

    def text_of(self, record: Record) -> str:
        """The text of a record; a missing one is empty."""
        parts = [self._part(record, column) for column in self.text]
        return parts[0] if len(parts) == 1 else " ".join(part for part in parts if part.strip())

    def _part(self, record: Record, column: str) -> str:
        try:
            value = field_value(record, column)
        except KeyError:
            return ""
        if isinstance(value, list) and all(isinstance(token, str) for token in value):
            return " ".join(value)
        if value is not None and not isinstance(value, str):
            raise UserError(f"{self.name}: field {column!r} is not a string but {json.dumps(value)[:40]}")
        return value or ""


class _Lines:
    """Numbered lines of a file or a stream, and whether all that are there were taken."""

    def __init__(self, source: Path | BinaryIO, encoding: str | None) -> None:
        self._blocks = read_blocks(source, encoding)
        self._block: deque[str] = deque()
        self._number = 0
        self._is_stream = not isinstance(source, Path)

    def __iter__(self) -> Iterator[NumberedLine]:
        for block in self._blocks:
            self._block.extend(block)
            while self._block:
                self._number += 1
                yield self._number, self._block.popleft()

    def would_wait(self) -> bool:
        """Whether the next line of a stream has not been read yet."""
        return self._is_stream and not self._block


def open_table(name: str, text_field: str | None, encoding: str | None, file_format: str | None) -> Table:
    """Opens a table and finds the columns with the text.

    Args:
      name: the file, gzipped when its name ends in .gz, or - for standard input.
      text_field: the column's name, or its number from 1, or several with commas between them; None to find it by
        its name.
      encoding: a codec's name; None to find it.
      file_format: one of `FORMATS`; None to tell by the file's ending or first line.

    Raises:
      UserError: the file cannot be read, is empty or of another format, or there is no such column. Reading the
        records raises it for a bad one.
    """
    if encoding is not None:
        check_encoding(encoding)
    path = None if name == STANDARD_INPUT else Path(name)
    if path is not None:
        encoding = encoding or find_encoding(path)
    source = _Lines(path or sys.stdin.buffer, encoding)
    lines = iter(source)
    head: list[NumberedLine] = []
    first = next((line for _, line in lines if head.append((len(head) + 1, line)) or line.strip()), "")  # type: ignore[func-returns-value]
    lines = chain(head, lines)
    form = file_format or _format(path, first)
    if form not in FORMATS:
        raise UserError(f"{name}: format {form}; a table to score is one of {', '.join(FORMATS)} (--file_format)")
    if form != "jsonl":
        return _open_delimited(name, form, lines, text_field)._replace(would_wait=source.would_wait)
    records = json_records(path, encoding) if path and encoding else json_records_of_lines(name, lines)
    return _open_json(name, records, text_field)._replace(would_wait=source.would_wait)


def _format(path: Path | None, first_line: str) -> str:
    if path is not None:
        return guess_format(path, first_line)
    if first_line.lstrip().startswith(("{", "[")):
        return "jsonl"
    return "tsv" if "\t" in first_line else "csv"


def _open_delimited(name: str, form: str, lines: Iterator[NumberedLine], text_field: str | None) -> Table:
    records: _Records = (sniffed_records if form == "csv" else tsv_records)(lines)
    number, first = next(records, (1, "no records"))
    if isinstance(first, str):
        raise UserError(f"{name}:{number}: {first}")
    names = [field.strip() for field in first]
    asked = [part.strip() for part in (text_field or "").split(",") if part.strip()]
    has_header = any(part in names or not part.isdecimal() for part in asked)
    has_header = has_header or any(field.lower() in TEXT_NAMES + LABEL_NAMES for field in names)
    if not has_header:
        names = [f"column {place}" for place in range(1, len(names) + 1)]
        records = chain([(number, first)], records)
    if repeated := next((field for field in names if names.count(field) > 1), None):
        raise UserError(f"{name}:{number}: two columns are named {repeated!r}; rename one")
    text = _text_columns(names, text_field, f"{name}:{number}")
    return Table(name, form, tuple(names), text, has_header, _delimited_rows(records, tuple(names), name), _never)


def _delimited_rows(records: _Records, names: tuple[str, ...], source: str) -> Iterator[Record]:
    for number, record in records:
        if isinstance(record, str):
            raise UserError(f"{source}:{number}: {record}")
        if len(record) != len(names):
            raise UserError(f"{source}:{number}: expected {len(names)} fields, found {len(record)}; mend the line")
        yield dict(zip(names, record, strict=True))


def _open_json(name: str, records: _Records, text_field: str | None) -> Table:
    objects = _json_objects(records, name)
    first = next(objects, None)
    if first is None:
        raise UserError(f"{name}:1: no records")
    text = _nested(first, text_field) or _text_columns(tuple(first), text_field, f"{name}:1")
    return Table(name, "jsonl", tuple(first), text, True, chain([first], objects), _never)


def _never() -> bool:
    return False


def _json_objects(records: _Records, name: str) -> Iterator[Record]:
    for number, record in records:
        if isinstance(record, str):
            raise UserError(f"{name}:{number}: {record}")
        yield record


def _nested(record: Record, text_field: str | None) -> tuple[str, ...]:
    """The fields asked for, if an object has them all, nested ones by their dotted names; else none."""
    fields = tuple(part.strip() for part in text_field.split(",")) if text_field else ()
    try:
        for field in fields:
            field_value(record, field)
    except KeyError:
        return ()
    return fields


def _text_columns(names: Sequence[str], text_field: str | None, where: str) -> tuple[str, ...]:
    """The names of the columns with the text."""
    if text_field is not None:
        return tuple(names[place] for place in field_places(text_field, names, where))
    if found := next((name for name in names if name.lower() in TEXT_NAMES), None):
        return (found,)
    raise UserError(
        f"{where}: no column has a usual name for text; give --text_field, one of {', '.join(names)} "
        f"(or 1 to {len(names)})"
    )
