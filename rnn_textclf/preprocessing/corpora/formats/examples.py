"""Labelled examples of the files of each format.

Each generator yields the line on which a record begins, and its example or the reason why it has none.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Example
from rnn_textclf.preprocessing.corpora.formats.delimited import Record, sniffed_records, tsv_records
from rnn_textclf.preprocessing.corpora.formats.fields import Columns, FieldSpec, Keys, choose_columns, choose_keys
from rnn_textclf.preprocessing.corpora.formats.json_records import field_names, field_value, json_records
from rnn_textclf.preprocessing.corpora.formats.labels import flag, label_names
from rnn_textclf.preprocessing.corpora.formats.text_files import invalid_reason, read_lines

Announce = Callable[[str], None]
Examples = Iterator[tuple[int, Example | str]]
Reader = Callable[[Path, str, FieldSpec, Announce], Examples]

_HEAD = 100  # Records looked at before the fields are chosen.
_PREFIX = "__label__"
_ENDINGS = {
    ".tsv": "tsv",
    ".tab": "tsv",
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}
_HALF = re.compile("[\ud800-\udfff]")  # Of a pair of surrogates.


def tsv_examples(path: Path, encoding: str, spec: FieldSpec, announce: Announce) -> Examples:
    """Fields with tabs between them."""
    return _delimited_examples(tsv_records(read_lines(path, encoding)), spec, path, announce)


def csv_examples(path: Path, encoding: str, spec: FieldSpec, announce: Announce) -> Examples:
    """Fields with commas or semicolons between them, in quotation marks where needed."""
    return _delimited_examples(sniffed_records(read_lines(path, encoding)), spec, path, announce)


def json_examples(path: Path, encoding: str, spec: FieldSpec, announce: Announce) -> Examples:
    """One object an example; the text is a string or a list of tokens, the label a value or a list of values."""
    keys: Keys | None = None
    for number, record in json_records(path, encoding):
        if isinstance(record, str):
            yield number, record
            continue
        if keys is None:
            keys = choose_keys(_with_asked(record, spec), spec, f"{path}:{number}")
            announce(str(keys))
        yield number, _json_example(record, keys, spec)


def fasttext_examples(path: Path, encoding: str, spec: FieldSpec, announce: Announce) -> Examples:
    """One text a line, each word that begins with __label__ a label."""
    for number, line in read_lines(path, encoding):
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
        yield number, invalid_reason(line) or _example(text, names, spec, "no __label__ in this line")


def plain_examples(path: Path, encoding: str, spec: FieldSpec, announce: Announce) -> Examples:
    """One text a line, without labels."""
    for number, line in read_lines(path, encoding):
        if line.strip():
            yield number, invalid_reason(line) or Example(line, ())


FORMATS: dict[str, Reader] = {
    "tsv": tsv_examples,
    "csv": csv_examples,
    "jsonl": json_examples,
    "fasttext": fasttext_examples,
    "text": plain_examples,
}


def guess_format(path: Path, first_line: str) -> str:
    """A file's format by its ending, else its first line that is not empty. Raises UserError when neither tells."""
    name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    if known := _ENDINGS.get(name.suffix.lower()):
        return known
    if first_line.lstrip().startswith(_PREFIX):
        return "fasttext"
    if "\t" in first_line:
        return "tsv"
    raise UserError(f"{path}: the ending does not tell the format; give --file_format, one of {', '.join(FORMATS)}")


def _delimited_examples(records: Iterator[Record], spec: FieldSpec, path: Path, announce: Announce) -> Examples:
    head = list(islice(records, _HEAD))
    fields = [record for _, record in head if not isinstance(record, str)]
    if not fields:
        yield from ((number, record) for number, record in chain(head, records) if isinstance(record, str))
        return
    columns = choose_columns(fields, spec, path)
    announce(str(columns))
    width, header = len(columns.names), fields[0] if columns.header else None
    skip_header = columns.header
    simple = len(columns.text) == len(columns.label) == 1
    (text, *_), (label, *_) = columns.text, columns.label
    for number, record in chain(head, records):
        if isinstance(record, str):
            yield number, record
        elif len(record) != width:
            yield number, f"expected {width} fields, found {len(record)}"
        elif record == header:
            if not skip_header:
                yield number, "the header again"
            skip_header = False
        elif simple:
            yield number, _example(record[text], _split(record[label], spec), spec, "empty label")
        else:
            yield number, _joined_example(record, columns, spec)


def _joined_example(record: Sequence[str], columns: Columns, spec: FieldSpec) -> Example | str:
    text = _joined([record[place] for place in columns.text])
    if len(columns.label) == 1:
        return _example(text, _split(record[columns.label[0]], spec), spec, "empty label")
    return _flagged_example(text, {columns.names[place]: record[place] for place in columns.label}, spec)


def _with_asked(record: dict[str, Any], spec: FieldSpec) -> list[str]:
    """The names of an object's fields, and those that the user gave and that it has."""
    names = dict.fromkeys(field_names(record))
    for field in (spec.text_field, spec.label_field):
        for name in (field, *field.split(",")) if field else ():
            try:
                field_value(record, name.strip())
                names[name.strip()] = None
            except KeyError:
                pass
    return list(names)


def _json_example(record: dict[str, Any], keys: Keys, spec: FieldSpec) -> Example | str:
    one_text, one_label = record.get(keys.text[0]), record.get(keys.label[0])
    if isinstance(one_text, str) and isinstance(one_label, str) and len(keys.text) == len(keys.label) == 1:
        return _example(_whole(one_text), _split(one_label, spec), spec, "empty label")
    try:
        texts = [field_value(record, key) for key in keys.text]
        labels = [field_value(record, key) for key in keys.label]
    except KeyError as error:
        return f"no field {error.args[0]!r}; the fields are {', '.join(islice(field_names(record), 30))}"
    found = [_json_text(text) for text in texts if text is not None or len(texts) == 1]
    if any(isinstance(text, dict) for text in texts):
        return f"field {', '.join(keys.text)!r} is an object; a table of pandas needs to_json(orient='records')"
    if None in found:
        return f"field {', '.join(keys.text)!r} is not a string or a list of strings"
    text = _joined([part for part in found if part is not None])
    names = [_json_labels(label, spec) for label in labels]
    for key, several in zip(keys.label, names, strict=True):
        if several is None:
            return f"field {key!r} is not a label or a list of labels"
    if len(labels) > 1:
        flags = {key: (several or [""])[0] for key, several in zip(keys.label, names, strict=True)}
        return _flagged_example(text, flags, spec)
    return _example(text, names[0] or [], spec, "empty label")


def _json_text(value: Any) -> str | None:
    """A string, or the strings of a list."""
    if isinstance(value, list) and all(isinstance(token, str) for token in value):
        value = " ".join(value)
    return _whole(value) if isinstance(value, str) else None


def _whole(text: str) -> str:
    """The text with U+FFFD for half of an escaped character, as of an emoji that was cut."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


def _json_labels(value: Any, spec: FieldSpec) -> list[str] | None:
    names: list[str] = []
    for label in value if isinstance(value, list) else [value]:
        if isinstance(label, str):
            names += _split(label, spec)
        elif isinstance(label, bool | int) or (isinstance(label, float) and math.isfinite(label)):
            names.append(json.dumps(label))
        elif label is not None and not isinstance(label, float):
            return None
    return names


def _flagged_example(text: str, columns: dict[str, str], spec: FieldSpec) -> Example | str:
    """An example with a column of 0 and 1 for each label."""
    names = []
    for name, value in columns.items():
        found = flag(value)
        if found is None:
            return f"column {name!r} holds {value!r}; expected 0 or 1"
        names += [name] if found else []
    return _example(text, names, spec, "empty label")


def _joined(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else " ".join(text for text in texts if text.strip())


def _split(label: str, spec: FieldSpec) -> list[str]:
    return label.split(spec.label_separator) if spec.label_separator else [label]


def _example(text: str, names: list[str], spec: FieldSpec, without: str) -> Example | str:
    """An example with its labels; or the reason why it cannot have them, `without` where it must have one."""
    labels = label_names(tuple(names))
    if isinstance(labels, str):
        return labels
    return Example(text, labels) if labels or spec.several_labels else without
