"""Table to score: the records of a CSV, TSV or JSON file or of standard input, and which columns have the text."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rnn_textclf.config.shards import WHOLE, Shard
from rnn_textclf.errors import UserError
from rnn_textclf.inference.tables.table_records import FileRecords, NumberedRecord, RecordSource, StreamRecords
from rnn_textclf.preprocessing.corpora.formats.encodings import check_encoding
from rnn_textclf.preprocessing.corpora.formats.examples import guess_format
from rnn_textclf.preprocessing.corpora.formats.fields import LABEL_NAMES, TEXT_NAMES, field_places
from rnn_textclf.preprocessing.corpora.formats.json_records import field_value
from rnn_textclf.preprocessing.corpora.formats.text_files import find_encoding

FORMATS = ("csv", "tsv", "jsonl")
STANDARD_INPUT = "-"

Record = dict[str, Any]  # By column; values are strings but in JSON.


class Table(NamedTuple):
    """A table to score.

    name: of the file; `-` for standard input.
    format: one of `FORMATS`.
    columns: their names, in order; of JSON those of the first object.
    text: the columns whose text is scored, joined by spaces; in JSON dots lead into nested objects.
    has_header: whether the file names its columns.
    blocks: the records of the shard, in order, those together that are scored together; read once.
    """

    name: str
    format: str
    columns: tuple[str, ...]
    text: tuple[str, ...]
    has_header: bool
    blocks: Iterator[list[Record]]

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


class _Layout(NamedTuple):
    """Columns of a table, those with the text, and whether the first record names them."""

    columns: tuple[str, ...]
    text: tuple[str, ...]
    has_header: bool


def open_table(
    name: str,
    text_field: str | None,
    encoding: str | None,
    file_format: str | None,
    shard: Shard = WHOLE,
) -> Table:
    """Opens a table and finds the columns with the text.

    Args:
      name: the file, gzipped when its name ends in .gz, or - for standard input.
      text_field: the column's name, or its number from 1, or several with commas between them; None to find it by
        its name.
      encoding: a codec's name; None to find it.
      file_format: one of `FORMATS`; None to tell by the file's ending or first line.
      shard: which part of a file; its columns are those of the whole.

    Raises:
      UserError: the file cannot be read, is empty or of another format, or there is no such column. Reading the
        records raises it for a bad one.
    """
    if encoding is not None:
        check_encoding(encoding)
    path = None if name == STANDARD_INPUT else Path(name)
    source: RecordSource = (
        FileRecords(path, encoding or find_encoding(path), shard) if path else StreamRecords(sys.stdin.buffer, encoding)
    )
    form = file_format or _format(path, source.first_line())
    if form not in FORMATS:
        raise UserError(f"{name}: format {form}; a table to score is one of {', '.join(FORMATS)} (--file_format)")
    number, first = source.first_record(form) or (1, "no records")
    if isinstance(first, str):
        raise UserError(f"{name}:{number}: {first}")
    find = _json_layout if form == "jsonl" else _delimited_layout
    layout = find(first, text_field, f"{name}:{number}")
    columns = None if form == "jsonl" else layout.columns
    blocks = source.blocks(form, int(layout.has_header and columns is not None))
    return Table(
        name, form, *layout, ([_record(each, columns, shard.named(name)) for each in block] for block in blocks)
    )


def _format(path: Path | None, first_line: str) -> str:
    if path is not None:
        return guess_format(path, first_line)
    if first_line.lstrip().startswith(("{", "[")):
        return "jsonl"
    return "tsv" if "\t" in first_line else "csv"


def _delimited_layout(first: Sequence[str], text_field: str | None, where: str) -> _Layout:
    names = [field.strip() for field in first]
    asked = [part.strip() for part in (text_field or "").split(",") if part.strip()]
    has_header = any(part in names or not part.isdecimal() for part in asked)
    has_header = has_header or any(field.lower() in TEXT_NAMES + LABEL_NAMES for field in names)
    if not has_header:
        names = [f"column {place}" for place in range(1, len(names) + 1)]
    if repeated := next((field for field in names if names.count(field) > 1), None):
        raise UserError(f"{where}: two columns are named {repeated!r}; rename one")
    return _Layout(tuple(names), _text_columns(names, text_field, where), has_header)


def _json_layout(first: Record, text_field: str | None, where: str) -> _Layout:
    text = _nested(first, text_field) or _text_columns(tuple(first), text_field, where)
    return _Layout(tuple(first), text, True)


def _record(numbered: NumberedRecord, columns: tuple[str, ...] | None, source: str) -> Record:
    """A record by column: fields of a line with the names of their `columns`, or an object where these are None."""
    number, record = numbered
    if isinstance(record, str):
        raise UserError(f"{source}:{number}: {record}")
    if columns is None:
        return record
    if len(record) != len(columns):
        raise UserError(f"{source}:{number}: expected {len(columns)} fields, found {len(record)}; mend the line")
    return dict(zip(columns, record, strict=True))


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
