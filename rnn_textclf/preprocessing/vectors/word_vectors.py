"""Word vectors from a file, a package or a table in memory: those of a vocabulary, and some more."""

import sys
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import check_regular
from rnn_textclf.preprocessing.corpora.formats.text_files import reading_errors
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vectors.vector_files import Entry, open_maybe_gzipped, open_vectors
from rnn_textclf.preprocessing.vocabulary import LONGEST_WORD

_words_of = Tokenizer().words_of_chunk


class WordVectors(NamedTuple):
    """Words, each once, and their vectors, float32 `[n, E]`."""

    words: list[str]
    vectors: np.ndarray

    @property
    def width(self) -> int:
        """E."""
        return self.vectors.shape[1]


class Selection:
    """Selects spellings in a stream: the words wanted, and the first others; of each word the first spelling.

    Attributes:
      words: those chosen so far, as the tokenizer spells them.
    """

    def __init__(self, wanted: Collection[str], most_others: int) -> None:
        self._wanted = frozenset(wanted)
        self._others_left = most_others
        self._chosen: set[str] = set()
        self.words: list[str] = []

    def takes(self, spelling: str) -> bool:
        """Whether to keep the vector of a spelling."""
        word = whole_word(spelling)
        if word is None or word in self._chosen:
            return False
        if word not in self._wanted:
            if not self._others_left:
                return False
            self._others_left -= 1
        self._chosen.add(word)
        self.words.append(word)
        return True


def whole_word(spelling: str) -> str | None:
    """The one word of a text with this spelling; None where it has several, or loses a part of it.

    ConceptNet's English entries, `/c/en/word`, are spelled `word`; those of other languages have no word, nor
    have those of several words, `/c/en/new_york`.
    """
    if spelling.startswith("/c/"):
        _, _, language, *parts = spelling.split("/")
        spelling = parts[0] if language == "en" and len(parts) == 1 else ""
    words = _words_of(spelling)
    if len(words) != 1 or len(words[0]) > LONGEST_WORD:
        return None
    return words[0] if len(words[0]) == len(unicodedata.normalize("NFC", spelling)) else None


def read_vectors(path: Path | str, wanted: Collection[str], most_others: int, width: int | None = None) -> WordVectors:
    """Reads a file of vectors, in any of the formats of `vector_files.py`, and keeps some of them.

    No others are held. A word that comes twice, also in another case, has its first vector.

    Args:
      path: the file.
      wanted: words, as the tokenizer spells them, that are kept wherever they occur.
      most_others: the number of other words kept, the first of the file (>= 0).
      width: the most numbers a vector may have, where there is such a limit.

    Raises:
      UserError: the file cannot be read, is broken, is none of the formats or of another width, has a number
        that is not finite in a vector that is kept, or no vector to keep.
    """
    path = Path(path)
    check_regular(path)
    selection, kept = Selection(wanted, most_others), bytearray()
    with reading_errors(path), open_maybe_gzipped(path) as file:
        source = open_vectors(path, file)
        check_width(str(path), source.width, width)
        for entry in _with_progress(source.entries()):
            if selection.takes(entry.word.decode("utf-8", "replace")):
                kept += source.vector(entry).tobytes()
    if not selection.words:
        raise UserError(f"{path}: has none of the words wanted; take vectors of the texts' language")
    return WordVectors(selection.words, np.frombuffer(kept, np.float32).reshape(-1, source.width))


def select(words: Iterable[str], vectors: np.ndarray, wanted: Collection[str], most_others: int) -> WordVectors:
    """As `read_vectors`, from a table in memory or mapped: `words` and `vectors` `[n, E]`, of the same order."""
    selection = Selection(wanted, most_others)
    rows = [row for row, word in enumerate(words) if selection.takes(word)]
    return WordVectors(selection.words, np.asarray(vectors[rows], np.float32))


def check_width(source: str, found: int, width: int | None) -> None:
    """Raises UserError where vectors are wider than a given embedding table."""
    if width is not None and found > width:
        raise UserError(
            f"{source}: its vectors have {found} numbers, more than --embedding_size={width}; leave --embedding_size "
            f"out, or give {found} or more"
        )


def _with_progress(entries: Iterable[Entry]) -> Iterable[Entry]:
    return tqdm(entries, "reading vectors", unit=" words", disable=None, delay=2, leave=False, file=sys.stderr)
