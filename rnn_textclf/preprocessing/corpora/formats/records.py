"""Rows of labelled text out of the lines of a file, one generator a format.

Each yields the line on which a row begins and the row, or instead of the row the reason why it cannot be
used.
"""

import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Example
from rnn_textclf.preprocessing.corpora.formats.delimited import Record, csv_records, tsv_records
from rnn_textclf.preprocessing.corpora.formats.fields import choose_columns, choose_keys
from rnn_textclf.preprocessing.corpora.formats.text_files import invalid_reason

Lines = Iterable[tuple[int, str]]
Rows = Iterator[tuple[int, Example | str]]

_HEAD = 100  # Records looked at before it is decided which field is the text.
_PREFIX = "__label__"
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # In a label: labels.txt has one a line.


@dataclass(frozen=True)
class FieldSpec:
    """How a user wants their files read: what `open_corpus` was told."""

    text_field: str | None = None
    label_field: str | None = None
    label_separator: str | None = None


def tsv_rows(lines: Lines, reading: FieldSpec, path: Path) -> Rows:
    """Tabs between fields."""
    return _delimited_rows(tsv_records(lines), reading, path)


def csv_rows(lines: Lines, reading: FieldSpec, path: Path) -> Rows:
    """Commas between fields, quotation marks round those that need them."""
    return _delimited_rows(csv_records(lines), reading, path)


def json_rows(lines: Lines, reading: FieldSpec, path: Path) -> Rows:
    """One JSON object a line; the label is a string, a number, true or false, or a list of these."""
    keys: tuple[str, str] | None = None
    for number, line in lines:
        if not line.strip():
            continue
        if reason := invalid_reason(line):
            yield number, reason
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):
            yield number, "not JSON"
            continue
        if not isinstance(values, dict):
            yield number, "not a JSON object"
            continue
        keys = keys or choose_keys(list(values), reading.text_field, reading.label_field, f"{path}:{number}")
        yield number, _json_row(values, keys, reading)


def fasttext_rows(lines: Lines, reading: FieldSpec, path: Path) -> Rows:
    """One text a line, each word that begins with __label__ a label."""
    for number, line in lines:
        if not line.strip():
            continue
        first, *rest = line.split(None, 1)
        if line.count(_PREFIX) == first.startswith(_PREFIX) == 1:
            labels, text = [first], "".join(rest)
        else:
            words = line.split()
            labels = [word for word in words if word.startswith(_PREFIX)]
            text = " ".join(word for word in words if not word.startswith(_PREFIX))
        names = [label.removeprefix(_PREFIX) for label in labels]
        yield number, invalid_reason(line) or _row(text, names, "no __label__ in this line")


def plain_rows(lines: Lines, reading: FieldSpec, path: Path) -> Rows:
    """One text a line, without labels."""
    for number, line in lines:
        if line.strip():
            yield number, invalid_reason(line) or Example(line, ())


FORMATS: dict[str, Callable[[Lines, FieldSpec, Path], Rows]] = {
    "tsv": tsv_rows,
    "csv": csv_rows,
    "jsonl": json_rows,
    "fasttext": fasttext_rows,
    "text": plain_rows,
}


def _delimited_rows(records: Iterator[Record], reading: FieldSpec, path: Path) -> Rows:
    head = list(islice(records, _HEAD))
    fields = [record for _, record in head if not isinstance(record, str)]
    if not fields:
        yield from ((number, record) for number, record in chain(head, records) if isinstance(record, str))
        return
    columns = choose_columns(fields, reading.text_field, reading.label_field, path)
    header = columns.header
    for number, record in chain(head, records):
        if isinstance(record, str):
            yield number, record
        elif header:
            header = False
        elif len(record) != columns.width:
            yield number, f"expected {columns.width} fields, found {len(record)}"
        else:
            yield number, _row(record[columns.text], _names(record[columns.label], reading), "empty label")


def _json_row(values: dict[str, Any], keys: tuple[str, str], reading: FieldSpec) -> Example | str:
    for key in keys:
        if key not in values:
            return f"no field {key!r}; the fields are {', '.join(values)}"
    text, label = (values[key] for key in keys)
    if not isinstance(text, str):
        return f"field {keys[0]!r} is not a string"
    labels = label if isinstance(label, list) else [label]
    names: list[str] = []
    for value in labels:
        if isinstance(value, str):
            names += _names(value, reading)
        elif isinstance(value, bool | int | float):
            names.append(json.dumps(value))
        else:
            return f"field {keys[1]!r} is not a label or a list of labels"
    return _row(text, names, "empty label")


def _names(label: str, reading: FieldSpec) -> list[str]:
    return label.split(reading.label_separator) if reading.label_separator else [label]


def _row(text: str, names: list[str], without: str) -> Example | str:
    """A row with its labels, each once; or the reason `without` when there is none."""
    labels = _labels(tuple(names))
    return labels if isinstance(labels, str) else Example(text, labels) if labels else without


@functools.lru_cache(1 << 12)  # They repeat from row to row.
def _labels(names: tuple[str, ...]) -> tuple[str, ...] | str:
    """Some names stripped, each once; or the reason why one cannot be a label."""
    labels = tuple(dict.fromkeys(stripped for name in names if (stripped := name.strip())))
    for label in labels:
        if _UNFIT.search(label):
            return f"label {label!r} holds a line break or another control character"
    return labels


def guess_format(path: Path, first_line: str) -> str:
    """The format by the file's ending, or by its first line where the ending says little.

    Raises UserError when neither tells.
    """
    endings = {
        ".tsv": "tsv",
        ".tab": "tsv",
        ".csv": "csv",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".json": "jsonl",
    }
    name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    if known := endings.get(name.suffix.lower()):
        return known
    if first_line.lstrip().startswith(_PREFIX):
        return "fasttext"
    if "\t" in first_line:
        return "tsv"
    raise UserError(f"{path}: the ending does not tell the format; give --file_format, one of {', '.join(FORMATS)}")
