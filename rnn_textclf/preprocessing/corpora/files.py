"""Labelled text in the user's own files and folders."""

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus, Example, check_regular
from rnn_textclf.preprocessing.corpora.folders import FolderCorpus
from rnn_textclf.preprocessing.corpora.formats.bad_records import BadRecords
from rnn_textclf.preprocessing.corpora.formats.encodings import check_encoding
from rnn_textclf.preprocessing.corpora.formats.examples import FORMATS, guess_format
from rnn_textclf.preprocessing.corpora.formats.fields import FieldSpec
from rnn_textclf.preprocessing.corpora.formats.labels import whole_number
from rnn_textclf.preprocessing.corpora.formats.text_files import find_encoding, mend_html, read_lines

logger = logging.getLogger(__name__)

READING_VERSION = 2  # Part of every cache's key: raise it whenever the examples of some file change.


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
      text_field: the field's name, or its number from 1; several with commas between them are joined; None to
        find it.
      label_field: likewise; several are columns of 0 and 1, one for each label.
      encoding: a codec's name; None for UTF-8, else the one detected, with a warning.
      label_separator: the string between the labels of one text, such as "|"; None where each text has one label.
      skip_bad_rows: skip bad records, with warnings, instead of raising at the end of a pass.
      labels: the only classes allowed, in their order, as for a test file of a trained run; None where the
        examples decide.

    Returns:
      The corpus. Its `examples` raises UserError for bad records, a missing field, no example at all or an
      unreadable file.

    Raises:
      UserError: the path does not exist or is a pipe, or its format or encoding is not known.
    """
    if not str(path):
        raise UserError("an empty path: name a file or a folder of labelled text")
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
    check_regular(path)
    spec = FieldSpec(text_field, label_field, label_separator)
    return FileCorpus(path, file_format, spec, encoding, skip_bad_rows, labels)


class FileCorpus(Corpus):
    """The examples of one file."""

    def __init__(
        self,
        path: Path,
        file_format: str | None,
        spec: FieldSpec,
        encoding: str | None,
        skip_bad_rows: bool,
        labels: tuple[str, ...] | None,
    ) -> None:
        """As `open_corpus`; the file is not read yet."""
        self.name = path.name
        self.source = f"the file {path}"
        self.labels = labels
        self.paths = (path,)
        options = {"format": file_format, "encoding": encoding, "skip_bad_rows": skip_bad_rows, **asdict(spec)}
        self.reading = json.dumps({**options, "version": READING_VERSION}, sort_keys=True)
        self._path = path
        self._format = file_format
        self._spec = spec
        self._encoding = encoding
        self._skip = skip_bad_rows
        self._announced = False
        self._spelling = {whole_number(label): label for label in labels or ()}

    def examples(self) -> Iterator[Example]:
        """Streams the examples; see `open_corpus` for the errors."""
        if self._encoding is None:
            self._encoding = find_encoding(self._path)
        if self._format is None:
            self._format = guess_format(self._path, self._first_line(self._encoding))
        bad = BadRecords(self._path, self._skip)
        empty = unlabelled = True
        for number, example in FORMATS[self._format](self._path, self._encoding, self._spec, self._announce):
            if isinstance(example, str):
                bad.add(number, example)
                continue
            if self.labels is not None:
                example = self._spelled(example)
                if unknown := next((label for label in example.labels if label not in self.labels), None):
                    bad.add(number, f"label {unknown!r} is not a class of the training rows")
                    continue
            if self._skip or not bad.count:
                empty, unlabelled = False, unlabelled and not example.labels
                text = mend_html(example.text)
                yield example if text is example.text else example._replace(text=text)
        bad.finish()
        if empty:
            raise UserError(f"{self._path}: no examples; give a file with a text and its label in each record")
        if unlabelled and self._spec.several_labels and self._format != "text":
            raise UserError(f"{self._path}: no example has a label; check which field is the label (--label_field)")

    def check_first(self) -> None:
        """As in `Corpus`, without a message on the fields."""
        told, self._announced = self._announced, True
        try:
            super().check_first()
        finally:
            self._announced = told

    def _spelled(self, example: Example) -> Example:
        """The example with numbers among its labels spelled as the classes allowed are."""
        labels = (self._spelling.get(whole_number(label), label) for label in example.labels)
        return Example(example.text, tuple(labels))

    def _announce(self, columns: str) -> None:
        if not self._announced:
            logger.info(columns)
            self._announced = True

    def _first_line(self, encoding: str) -> str:
        return next((line for _, line in read_lines(self._path, encoding) if line.strip()), "")
