"""A user's own labelled text, from a file or a folder, streamed."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus, Example
from rnn_textclf.preprocessing.corpora.folders import FolderCorpus
from rnn_textclf.preprocessing.corpora.formats.bad_records import BadRecords
from rnn_textclf.preprocessing.corpora.formats.records import FORMATS, FieldSpec, guess_format
from rnn_textclf.preprocessing.corpora.formats.text_files import check_encoding, read_lines, told_encoding


def open_corpus(
    path: Path | str,
    *,
    file_format: str | None = None,
    text_field: str | None = None,
    label_field: str | None = None,
    encoding: str | None = None,
    label_separator: str | None = None,
    skip_bad_rows: bool = False,
    labels: tuple[str, ...] | None = None,
) -> Corpus:
    """Opens a file of labelled texts, or a folder with a file or a folder of files for each class.

    Args:
      path: the file, gzipped when it ends in .gz, or the folder.
      file_format: tsv, csv, jsonl, fasttext, text (a text a line, no labels) or folder; None to tell by the
        ending or the first line.
      text_field: the field's name, or its number from 1; None to find it.
      label_field: likewise.
      encoding: a codec's name; None for UTF-8, else Windows-1252, which is said.
      label_separator: what stands between the labels of one text, such as "|"; None where each has one.
      skip_bad_rows: leave bad rows out, and say which, instead of raising at the end of a pass.
      labels: the only classes allowed, in their order, as for a test file of a trained run; None where rows
        decide.

    Returns:
      The corpus. Its `rows` raises UserError for bad rows, a missing field, no row at all or an unreadable
      file.

    Raises:
      UserError: the path does not exist, or its format or encoding is not known.
    """
    path = Path(path)
    if encoding is not None:
        check_encoding(encoding)
    if not path.exists():
        raise UserError(f"{path}: no such file or folder; check the path")
    if file_format is not None and file_format not in {*FORMATS, "folder"}:
        raise UserError(f"{path}: unknown format {file_format!r}; choose from {', '.join(FORMATS)}, folder")
    if file_format is not None and path.is_dir() != (file_format == "folder"):
        kind = "a folder" if path.is_dir() else "not a folder"
        raise UserError(f"{path}: is {kind}; leave out --file_format={file_format}")
    if path.is_dir():
        return FolderCorpus(path, encoding, skip_bad_rows, labels)
    reading = FieldSpec(text_field, label_field, label_separator)
    return FileCorpus(path, file_format, reading, encoding, skip_bad_rows, labels)


class FileCorpus(Corpus):
    """The rows of one file."""

    def __init__(
        self,
        path: Path,
        file_format: str | None,
        reading: FieldSpec,
        encoding: str | None,
        skip_bad_rows: bool,
        labels: tuple[str, ...] | None,
    ) -> None:
        """As `open_corpus`; the file is not read yet."""
        self.name = path.name
        self.source = f"the file {path}"
        self.labels = labels
        self.paths = (path,)
        how = {"format": file_format, "encoding": encoding, "skip_bad_rows": skip_bad_rows, **asdict(reading)}
        self.reading = json.dumps(how, sort_keys=True)
        self._path = path
        self._format = file_format
        self._fields = reading
        self._encoding = encoding
        self._skip = skip_bad_rows

    def examples(self) -> Iterator[Example]:
        """Streams the rows; see `open_corpus` for what it raises."""
        if self._encoding is None:
            self._encoding = told_encoding(self._path)
        if self._format is None:
            self._format = guess_format(self._path, self._first_line(self._encoding))
        bad = BadRecords(self._path, self._skip)
        allowed = None if self.labels is None else frozenset(self.labels)
        lines = read_lines(self._path, self._encoding)
        empty = True
        for number, row in FORMATS[self._format](lines, self._fields, self._path):
            if isinstance(row, str):
                bad.add(number, row)
            elif allowed is not None and not allowed.issuperset(row.labels):
                unknown = next(label for label in row.labels if label not in allowed)
                bad.add(number, f"label {unknown!r} is not a class of the training rows")
            elif self._skip or not bad.count:
                empty = False
                yield row
        bad.finish()
        if empty:
            raise UserError(f"{self._path}: no rows; give a file with a text and its label in each row")

    def _first_line(self, encoding: str) -> str:
        return next((line for _, line in read_lines(self._path, encoding) if line.strip()), "")
