"""A folder as a corpus: a sub-folder of text files for each class, or a file of lines for each class."""

import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus, Example, cannot_read
from rnn_textclf.preprocessing.corpora.formats.bad_records import BadRecords
from rnn_textclf.preprocessing.corpora.formats.labels import label_names
from rnn_textclf.preprocessing.corpora.formats.text_files import find_encoding, invalid_reason, mend_html, read_lines

logger = logging.getLogger(__name__)

_UNLABELLED = {"unsup", "unlabeled", "unlabelled"}
_NO_TEXT = {".feat", ".md", ".rst", ".html", ".htm", ".pdf", ".zip", ".tgz", ".png", ".jpg", ".py", ".pkl", ".vocab"}
_NO_CLASS = {"readme", "license", "licence"}
_MOST_NAMED = 10


class FolderCorpus(Corpus):
    """Examples whose label is the name of their sub-folder or file.

    With sub-folders, each file in one is a text. Else each line of a file is a text, and the label is the
    file's name up to its first dot. Skipped are names that begin with a dot and, with a warning, files beside
    sub-folders, files that are no text by their names, and folders of unlabelled text by theirs (`unsup`).
    """

    def __init__(self, folder: Path, encoding: str | None, skip_bad_rows: bool, labels: tuple[str, ...] | None) -> None:
        """Lists the files. Raises UserError when there are none, or folders within the sub-folders."""
        self._folder = folder
        self._file_is_text = any(child.is_dir() for child in _children(folder))
        self._classes, self._skipped = self._by_folder() if self._file_is_text else self._by_file()
        self.name = folder.resolve().name
        self.source = f"the folder {folder}, a {'sub-folder' if self._file_is_text else 'file'} for each class"
        self.labels = labels
        self.paths = tuple(path for _, paths in self._classes for path in paths)
        options = {"format": "folder", "encoding": encoding, "skip_bad_rows": skip_bad_rows, "version": 2}
        self.reading = json.dumps({**options, "classes": [[name, len(paths)] for name, paths in self._classes]})
        self._encoding = encoding
        self._skip = skip_bad_rows
        self._announced = False
        if not self.paths:
            raise UserError(f"{folder}: no files; put a sub-folder of text files in it for each class")
        for name, _ in self._classes:
            if labels is not None and name not in labels:
                raise UserError(f"{folder}: label {name!r} is not a class of the training rows; remove it")
            if isinstance(reason := label_names((name,)), str):
                raise UserError(f"{folder}: {name!r} is {reason}; rename it")

    def examples(self) -> Iterator[Example]:
        """Streams the examples, class by class and file by file in the order of their names."""
        self._announce()
        empty = True
        for label, paths in self._classes:
            for path in paths:
                for example in self._examples_of(path, (label,)):
                    empty = False
                    yield example
        if empty:
            raise UserError(f"{self.paths[0].parent}: no examples; all files are empty")

    def check_first(self) -> None:
        """Nothing: the files were listed already, and are read with the others."""

    def _by_folder(self) -> tuple[list[tuple[str, list[Path]]], list[Path]]:
        """Each class with its files, and what is skipped."""
        children = _children(self._folder)
        skipped = [child for child in children if not child.is_dir() or child.name.lower() in _UNLABELLED]
        classes = []
        for child in children:
            if child in skipped:
                continue
            if inner := next((path for path in _children(child) if path.is_dir()), None):
                raise UserError(
                    f"{child}: holds folders of its own, such as {inner.name}; name the folder whose sub-folders are "
                    f"the classes, such as --train_file={child}"
                )
            classes.append((child.name, _files(child)))
        return classes, skipped

    def _by_file(self) -> tuple[list[tuple[str, list[Path]]], list[Path]]:
        files = _files(self._folder)
        skipped = [path for path in files if path.suffix.lower() in _NO_TEXT or path.stem.lower() in _NO_CLASS]
        return [(path.name.partition(".")[0], [path]) for path in files if path not in skipped], skipped

    def _announce(self) -> None:
        if self._announced:
            return
        self._announced = True
        logger.info(f"Classes: {_listing([name for name, _ in self._classes])} (by the names in {self._folder})")
        if self._skipped:
            logger.warning(f"{self._folder}: skipped, no class: {_listing([path.name for path in self._skipped])}")

    def _examples_of(self, path: Path, labels: tuple[str, ...]) -> Iterator[Example]:
        bad = BadRecords(path, self._skip)
        lines = read_lines(path, self._encoding or find_encoding(path))
        if self._file_is_text:
            lines = iter([(1, "\n".join(line for _, line in lines))])
        for number, text in lines:
            if reason := invalid_reason(text):
                bad.add(number, reason)
            elif text.strip():
                yield Example(mend_html(text), labels)
        bad.finish()


def _listing(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(child for child in folder.iterdir() if not child.name.startswith("."))
    except OSError as error:
        raise cannot_read(folder, error) from error


def _files(folder: Path) -> list[Path]:
    return [child for child in _children(folder) if child.is_file()]
