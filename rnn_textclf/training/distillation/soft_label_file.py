"""Soft-label file: texts with a teacher's class probabilities, streamed; see `soft_label_records` for the fields."""

from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus, Example, check_regular
from rnn_textclf.preprocessing.corpora.formats.delimited import sniffed_records, tsv_records
from rnn_textclf.preprocessing.corpora.formats.examples import guess_format
from rnn_textclf.preprocessing.corpora.formats.json_records import json_records
from rnn_textclf.preprocessing.corpora.formats.text_files import find_encoding, mend_html, read_lines
from rnn_textclf.training.distillation.soft_label_records import RecordError, SoftLabel, SoftLabelFields

_FORMATS = ("tsv", "csv", "jsonl")
_VERSION = 1


class Answers(NamedTuple):
    """A teacher's answers.

    probabilities: float32 `[n, C]`, by row of the file.
    hashes: uint64 `[n]`, equal for texts that are equal to the letter.
    """

    probabilities: np.ndarray
    hashes: np.ndarray


class SoftLabelFile(Corpus):
    """TSV, CSV or JSON lines, gzipped where the name ends in .gz, each record with a text and its probabilities.

    Args:
      path: the file.
      classes: those of the run, in their order.
      several: whether a text may have several labels.
    """

    def __init__(self, path: Path, classes: Sequence[str], several: bool) -> None:
        check_regular(path)
        self.name, self.source = path.name, f"the file {path}"
        self.labels = None
        self.paths = (path,)
        self.reading = f"soft labels, version {_VERSION}, of {'|'.join(classes)}"
        self._path, self._num_classes = path, len(classes)
        self._fields = SoftLabelFields(classes, several)
        self._encoding: str | None = None

    def examples(self) -> Iterator[Example]:
        """Streams the texts, without labels. Raises UserError as `rows`."""
        for _, (text, _) in self.rows():
            yield Example(text, ())

    def answers(self) -> Answers:
        """The probabilities of all rows. Raises UserError as `rows`, and for a file that changes meanwhile."""
        probabilities, hashes = array("f"), array("Q")
        for _, (text, chances) in self.rows():
            probabilities.extend(chances)
            hashes.append(int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little"))
        self.check_unchanged()
        values = np.frombuffer(probabilities, np.float32).reshape(-1, self._num_classes)
        return Answers(values, np.frombuffer(hashes, np.uint64))

    def place(self, row: int) -> str:
        """File and line of a row, counted from 0, for messages; the file is read again up to it."""
        number, _ = next(islice(self.rows(), row, None))
        return f"{self._path}:{number}"

    def rows(self) -> Iterator[tuple[int, SoftLabel]]:
        """Streams the lines on which rows begin, and the rows.

        Raises:
          UserError: the file cannot be read or has no rows; or the first row that cannot be read, by its line.
        """
        if self._encoding is None:
            self._encoding = find_encoding(self._path)
        form = self._format(self._encoding)
        read = self._json_rows if form == "jsonl" else self._delimited_rows
        empty = True
        for row in read(form, self._encoding):
            empty = False
            yield row
        if empty:
            raise UserError(f"{self._path}: no rows; give a text and a probability for each class in each record")

    def _format(self, encoding: str) -> str:
        first = next((line for _, line in read_lines(self._path, encoding) if line.strip()), "")
        try:
            form = "jsonl" if first.lstrip().startswith(("{", "[")) else guess_format(self._path, first)
        except UserError:
            form = "unknown"
        if not first:
            raise UserError(f"{self._path}: empty; give a text and a probability for each class in each record")
        if form not in _FORMATS:
            raise UserError(f"{self._path}: is not of a format known by its ending; name it .tsv, .csv or .jsonl (.gz)")
        return form

    def _json_rows(self, form: str, encoding: str) -> Iterator[tuple[int, SoftLabel]]:
        for number, record in json_records(self._path, encoding):
            yield number, self._row(number, record, self._fields.read_object)

    def _delimited_rows(self, form: str, encoding: str) -> Iterator[tuple[int, SoftLabel]]:
        records = (sniffed_records if form == "csv" else tsv_records)(read_lines(self._path, encoding))
        begins, first = next(records, (1, "no records"))
        if isinstance(first, str):
            raise UserError(f"{self._path}:{begins}: {first}")
        try:
            reader, is_header = self._fields.reader(first)
        except RecordError as reason:
            raise UserError(f"{self._path}:{begins}: {reason}") from None
        width = len(first)
        for number, record in records if is_header else chain([(begins, first)], records):
            if not isinstance(record, str) and len(record) != width:
                record = f"expected {width} fields, found {len(record)}"
            yield number, self._row(number, record, reader)

    def _row(self, number: int, record: Any, read: Any) -> SoftLabel:
        try:
            if isinstance(record, str):
                raise RecordError(record)
            text, chances = read(record)
        except RecordError as reason:
            raise UserError(f"{self._path}:{number}: {reason}; mend the row or leave it out") from None
        return SoftLabel(mend_html(text), chances)
