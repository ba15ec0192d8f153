"""A folder as a corpus: a sub-folder of text files for each class, or a file of lines for each class."""

import json
from collections.abc import Iterator
from pathlib import Path

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus, Example, cannot_read
from rnn_textclf.preprocessing.corpora.formats.bad_records import BadRecords
from rnn_textclf.preprocessing.corpora.formats.text_files import invalid_reason, read_lines, told_encoding


class FolderCorpus(Corpus):
    """Rows whose label is the name of their sub-folder or file.

    With sub-folders, each file in one is a text. Else each line of a file is a text, and the label is the
    file's name up to its first dot. Names that begin with a dot are passed over.
    """

    def __init__(self, folder: Path, encoding: str | None, skip_bad_rows: bool, labels: tuple[str, ...] | None) -> None:
        """Lists the files. Raises UserError when there are none."""
        self._file_is_text = any(child.is_dir() for child in _children(folder))
        self._classes: list[tuple[str, list[Path]]] = (
            [(child.name, _files(child)) for child in _children(folder) if child.is_dir()]
            if self._file_is_text
            else [(path.name.partition(".")[0], [path]) for path in _files(folder)]
        )
        self.name = folder.resolve().name
        self.source = f"the folder {folder}, a {'sub-folder' if self._file_is_text else 'file'} for each class"
        self.labels = labels
        self.paths = tuple(path for _, paths in self._classes for path in paths)
        how = {"format": "folder", "encoding": encoding, "skip_bad_rows": skip_bad_rows}
        self.reading = json.dumps({**how, "classes": [[name, len(paths)] for name, paths in self._classes]})
        self._encoding = encoding
        self._skip = skip_bad_rows
        if not self.paths:
            raise UserError(f"{folder}: no files; put a sub-folder of text files in it for each class")
        for name, _ in self._classes:
            if labels is not None and name not in labels:
                raise UserError(f"{folder}: label {name!r} is not a class of the training rows; remove it")
            if any(ord(character) < 32 for character in name):
                raise UserError(f"{folder}: label {name!r} holds a control character; rename it")

    def examples(self) -> Iterator[Example]:
        """Streams the rows, class by class and file by file in the order of their names."""
        empty = True
        for label, paths in self._classes:
            for path in paths:
                for row in self._rows_of(path, (label,)):
                    empty = False
                    yield row
        if empty:
            raise UserError(f"{self.paths[0].parent}: no rows; all files are empty")

    def _rows_of(self, path: Path, labels: tuple[str, ...]) -> Iterator[Example]:
        bad = BadRecords(path, self._skip)
        lines = read_lines(path, self._encoding or told_encoding(path))
        if self._file_is_text:
            lines = iter([(1, "\n".join(line for _, line in lines))])
        for number, text in lines:
            if reason := invalid_reason(text):
                bad.add(number, reason)
            elif text.strip():
                yield Example(text, labels)
        bad.finish()


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(child for child in folder.iterdir() if not child.name.startswith("."))
    except OSError as error:
        raise cannot_read(folder, error) from error


def _files(folder: Path) -> list[Path]:
    return [child for child in _children(folder) if child.is_file()]
