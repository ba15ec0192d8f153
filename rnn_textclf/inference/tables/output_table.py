"""Table with predictions: the columns of the input as they are, and after them label and probabilities.

They are `predicted_label` and, in CSV and TSV, `probability_NAME` for each class, in JSON lines the object
`probabilities`.
"""

import csv
import json
import re
from typing import IO, Any, Protocol

from rnn_textclf.errors import UserError
from rnn_textclf.inference.tables.input_table import Record, Table
from rnn_textclf.runs.prediction import Prediction

_LABEL, _PROBABILITIES = "predicted_label", "probabilities"
_DELIMITERS = {"csv": ",", "tsv": "\t"}
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")  # JSON may hold them; UTF-8 may not.


class TableWriter(Protocol):
    """Writes the records of a table with their predictions."""

    def write(self, record: Record, prediction: Prediction) -> None:
        """Writes one record with its prediction."""


def table_writer(
    file: IO[str], form: str, table: Table, labels: tuple[str, ...], *, header: bool = True
) -> TableWriter:
    """A writer in one of `FORMATS`; with the names of the columns first, if there are any and `header` holds.

    Raises UserError where the table has a column that is to be added.
    """
    added = (_LABEL, _PROBABILITIES) if form == "jsonl" else (_LABEL, *(f"probability_{label}" for label in labels))
    if taken := next((name for name in added if name in table.columns), None):
        raise UserError(f"{table.name}: there is a column {taken!r} already, which is to be added; rename it")
    return _JsonWriter(file) if form == "jsonl" else _DelimitedWriter(file, _DELIMITERS[form], table, added, header)


class _JsonWriter:
    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, record: Record, prediction: Prediction) -> None:
        added = {_LABEL: prediction.label, _PROBABILITIES: prediction.probabilities}
        line = json.dumps(record | added, ensure_ascii=False)
        if _LONE_SURROGATES.search(line):
            line = json.dumps(record | added)
        self._file.write(line + "\n")


class _DelimitedWriter:
    def __init__(self, file: IO[str], delimiter: str, table: Table, added: tuple[str, ...], header: bool) -> None:
        self._writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        self._table = table
        if table.has_header and header:
            self._writer.writerow([*table.columns, *added])

    def write(self, record: Record, prediction: Prediction) -> None:
        if unknown := next((name for name in record if name not in self._table.columns), None):
            raise UserError(
                f"{self._table.name}: field {unknown!r} is not in the first record; write JSON lines instead"
            )
        values = [_field(record.get(name)) for name in self._table.columns]
        self._writer.writerow([*values, prediction.label, *(f"{p:.6f}" for p in prediction.probabilities.values())])


def _field(value: Any) -> str:
    """A JSON value as a field: strings as they are, nothing for null."""
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    return _LONE_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)
