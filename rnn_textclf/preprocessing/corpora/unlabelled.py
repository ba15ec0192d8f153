"""Unlabelled sentences, for pretraining word vectors and language models."""

from collections.abc import Callable, Iterator
from pathlib import Path

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus, Example, check_regular
from rnn_textclf.preprocessing.corpora.formats.bad_records import BadRecords
from rnn_textclf.preprocessing.corpora.formats.text_files import find_encoding, invalid_reason, mend_html, read_lines
from rnn_textclf.preprocessing.corpora.packaged import PackagedImdb, PackagedImdb50k
from rnn_textclf.preprocessing.corpora.sentences import Sentences

PACKAGED: dict[str, Callable[[], Corpus]] = {"imdb": PackagedImdb, "imdb50k": PackagedImdb50k}


def unlabelled_texts(
    name: str | None = None, path: Path | str | None = None, *, skip_bad_rows: bool = False
) -> Sentences:
    """The sentences of a packaged corpus, of a file, or of both in that order.

    Args:
      name: one of `PACKAGED`; its sentences carry the label of the review that they come from.
      path: a file with a text a line, gzipped when it ends in .gz; UTF-8, or else the encoding
        detected, with a warning. Its sentences have no labels.
      skip_bad_rows: skip lines that are not text, with a warning, instead of raising.

    Returns:
      A corpus that can be streamed repeatedly; `fingerprint` is the SHA-256 of its files.

    Raises:
      UserError: the file does not exist or is a folder, the package is not installed, or neither is
        given. Reading raises it for lines that are not text, and for a file without text.
    """
    corpora: list[Corpus] = [PACKAGED[name]()] if name is not None else []
    if path is not None:
        corpora.append(TextFile(Path(path), skip_bad_rows))
    if not corpora:
        raise UserError("no unlabelled text: give --unlabelled or --unlabelled_file")
    return Sentences(corpora)


class TextFile(Corpus):
    """A file with one text a line; empty lines are skipped."""

    def __init__(self, path: Path, skip_bad_rows: bool = False) -> None:
        """Raises UserError for a missing file; it is not read yet."""
        check_regular(path)
        if not path.exists():
            raise UserError(f"{path}: no such file; name a file of text")
        self.name = path.name
        self.source = f"the file {path}"
        self.labels = None
        self.paths = (path,)
        self.reading = f"text a line, version 2, skip_bad_rows={skip_bad_rows}"
        self._skip = skip_bad_rows
        self._encoding: str | None = None

    def examples(self) -> Iterator[Example]:
        """Streams the texts, in the order of their lines."""
        path = self.paths[0]
        if self._encoding is None:
            self._encoding = find_encoding(path)
        bad = BadRecords(path, self._skip)
        empty = True
        for number, line in read_lines(path, self._encoding):
            if reason := invalid_reason(line):
                bad.add(number, reason)
            elif line.strip():
                empty = False
                yield Example(mend_html(line), ())
        bad.finish()
        if empty:
            raise UserError(f"{path}: no text in it; give a file with a text a line")
