"""Table to score: the records of a CSV, TSV or JSON lines file, and which column has the text."""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.formats.delimited import sniffed_records, tsv_records
from rnn_textclf.preprocessing.corpora.formats.encodings import check_encoding
from rnn_textclf.preprocessing.corpora.formats.examples import guess_format
from rnn_textclf.preprocessing.corpora.formats.fields import LABEL_NAMES, TEXT_NAMES
from rnn_textclf.preprocessing.corpora.formats.json_records import json_records
from rnn_textclf.preprocessing.corpora.formats.text_files import find_encoding, read_lines

FORMATS = ("csv", "tsv", "jsonl")

Record = dict[str, Any]  # By column; values are strings but in JSON lines.


class Table(NamedTuple):
    """A table to score.

    path: of the file.
    format: one of `FORMATS`.
    columns: their names, in order; of JSON lines those of the first object.
    text: the column with the text.
    has_header: whether the file names its columns.
    records: of the file, in order; read once.
    """

    path: Path
    format: str
    columns: tuple[str, ...]
    text: str
    has_header: bool
    records: Iterator[Record]

    def text_of(self, record: Record) -> str:
        """The text of a record; a missing one is empty."""
        value = record.get(self.text)
        if value is not None and not isinstance(value, str):
            raise UserError(f"{self.path}: field {self.text!r} is not a string but {json.dumps(value)[:40]}")
        return value or ""


def open_table(path: Path, text_field: str | None, encoding: str | None, file_format: str | None) -> Table:
    """Opens a table and finds the column with the text.

    Args:
      path: the file, gzipped when its name ends in .gz.
      text_field: the column's name, or its number from 1; None to find it by its name.
      encoding: a codec's name; None to find it.
      file_format: one of `FORMATS`; None to tell by the file's ending or first line.

    Raises:
      UserError: the file cannot be read, is empty or of another format, or there is no such column. Reading the
        records raises it for a bad one.
    """
    if not path.is_file():
        raise UserError(f"{path}: no such file; check the path")
    if encoding is not None:
        check_encoding(encoding)
    encoding = encoding or find_encoding(path)
    first_line = next((line for _, line in read_lines(path, encoding) if line.strip()), "")
    form = file_format or guess_format(path, first_line)
    if form not in FORMATS:
        raise UserError(f"{path}: format {form}; a table to score is one of {', '.join(FORMATS)} (--file_format)")
    return (_open_json if form == "jsonl" else _open_delimited)(path, form, encoding, text_field)


def _open_delimited(path: Path, form: str, encoding: str, text_field: str | None) -> Table:
    records = (sniffed_records if form == "csv" else tsv_records)(read_lines(path, encoding))
    number, first = next(records, (1, "no records"))
    if isinstance(first, str):
        raise UserError(f"{path}:{number}: {first}")
    names = [name.strip() for name in first]
    has_header = text_field in names or any(name.lower() in TEXT_NAMES + LABEL_NAMES for name in names)
    has_header = has_header or (text_field is not None and not text_field.isdecimal())
    if not has_header:
        names = [f"column {place}" for place in range(1, len(names) + 1)]
        records = chain([(number, first)], records)
    if repeated := next((name for name in names if names.count(name) > 1), None):
        raise UserError(f"{path}:{number}: two columns are named {repeated!r}; rename one")
    rows = _delimited_rows(records, tuple(names), path)
    return Table(path, form, tuple(names), _text_column(names, text_field, f"{path}:{number}"), has_header, rows)


def _delimited_rows(records: Iterator[tuple[int, Any]], names: tuple[str, ...], path: Path) -> Iterator[Record]:
    for number, record in records:
        if isinstance(record, str):
            raise UserError(f"{path}:{number}: {record}")
        if len(record) != len(names):
            raise UserError(f"{path}:{number}: expected {len(names)} fields, found {len(record)}; mend the line")
        yield dict(zip(names, record, strict=True))


def _open_json(path: Path, form: str, encoding: str, text_field: str | None) -> Table:
    objects = _json_objects(path, encoding)
    first = next(objects, None)
    if first is None:
        raise UserError(f"{path}:1: no records")
    names = tuple(first)
    text = _text_column(names, text_field, f"{path}:1")
    return Table(path, form, names, text, True, chain([first], objects))


def _json_objects(path: Path, encoding: str) -> Iterator[Record]:
    for number, record in json_records(path, encoding):
        if isinstance(record, str):
            raise UserError(f"{path}:{number}: {record}")
        yield record


def _text_column(names: tuple[str, ...] | list[str], text_field: str | None, where: str) -> str:
    """The name of the column with the text; a name goes before a number."""
    found = next((name for name in names if name.lower() in TEXT_NAMES), None) if text_field is None else text_field
    if text_field is not None and text_field not in names:
        is_place = text_field.isdecimal() and 1 <= int(text_field) <= len(names)
        found = names[int(text_field) - 1] if is_place else None
    if found is None:
        problem = "no column has a usual name for text" if text_field is None else f"no column {text_field!r}"
        raise UserError(f"{where}: {problem}; give --text_field, one of {', '.join(names)} (or 1 to {len(names)})")
    return found
