"""Files of word vectors: detection of the format, and the entries one at a time.

  GloVe text           a word and E numbers a line
  word2vec text        the same after a line with the number of words and E; so are fastText's .vec and
                       ConceptNet Numberbatch, whose words are /c/en/word
  word2vec binary      that first line, then for each word its bytes, a space and E little-endian float32

All may be gzipped. The first bytes tell the format, not the name.
"""

import gzip
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.formats.text_files import reading_errors

_HEAD = 1 << 17  # Bytes looked at to recognise the format: several of the widest vectors.
_BLOCK = 1 << 20
_LONGEST_KEY = 4096  # Bytes; a binary file without a space for that long is no file of vectors.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_COPY = "; copy it again"
_FOREIGN = {
    b"PK": "a zip archive; unpack it first",
    b"\x89HDF": "HDF5; take the vectors as text",
    b"\xba\x16\x4f\x2f": "fastText's model; take its .vec file",
}


class Entry(NamedTuple):
    """An entry: its place, for messages; its word; its numbers, not parsed yet."""

    place: str
    word: bytes
    numbers: bytes


class VectorFile(ABC):
    """An open file of vectors.

    Attributes:
      path: its name.
      width: E.
    """

    def __init__(self, path: Path, width: int, count: int | None) -> None:
        """`count` is the number of words in the first line, if it has one."""
        self.path, self.width, self._count = path, width, count

    @abstractmethod
    def entries(self) -> Iterator[Entry]:
        """The entries in their order, read lazily. Raises UserError where one is broken."""

    @abstractmethod
    def vector(self, entry: Entry) -> np.ndarray:
        """Float32 `[E]` of an entry. Raises UserError, naming its place, where they are not finite numbers."""

    def _finite(self, entry: Entry, vector: np.ndarray) -> np.ndarray:
        if not np.isfinite(vector).all():
            word = entry.word.decode("utf-8", "replace")
            raise UserError(f"{self.path}:{entry.place}: the vector of {word!r} is not finite; remove it")
        return vector

    def _check_count(self, found: int, place: object) -> None:
        if self._count is not None and found != self._count:
            raise UserError(
                f"{self.path}:{place}: {found:,} vectors, but the first line says {self._count:,}"
                + (_COPY if found < self._count else "; mend that line")
            )


class TextVectors(VectorFile):
    """A word and its numbers a line; the place of an entry is its line."""

    def __init__(self, path: Path, file: IO[bytes], width: int, count: int | None) -> None:
        """Takes a file positioned at its beginning."""
        super().__init__(path, width, count)
        self._file = file

    def entries(self) -> Iterator[Entry]:
        """See `VectorFile`."""
        number, found = 0, 0
        for number, raw in enumerate(self._file, start=1):
            line = raw.strip(b" \r\n\t")
            if not line or (number == 1 and self._count is not None):
                continue
            found += 1
            yield self._entry(str(number), line.replace(b"\t", b" "))
        self._check_count(found, number)

    def vector(self, entry: Entry) -> np.ndarray:
        """See `VectorFile`."""
        try:
            values = np.array([float(field) for field in entry.numbers.split()], np.float64)
        except ValueError:
            raise UserError(f"{self.path}:{entry.place}: not a word and {self.width} numbers{_COPY}") from None
        with np.errstate(over="ignore"):
            return self._finite(entry, values.astype(np.float32))

    def _entry(self, place: str, line: bytes) -> Entry:
        found = line.count(b" ")
        if found == self.width:
            word, _, numbers = line.partition(b" ")
            return Entry(place, word, numbers)
        # Some files have words with spaces in them, which never match a word, but are valid.
        word = line.rsplit(b" ", self.width)[0]
        if found < self.width or _is_number(word.split()[-1]):
            raise UserError(f"{self.path}:{place}: {found} numbers where {self.width} are expected{_COPY}")
        return Entry(place, word, line[len(word) :])


class BinaryVectors(VectorFile):
    """The format of word2vec's `-binary 1`; the place of an entry is the number of its word."""

    def __init__(self, path: Path, file: IO[bytes], width: int, count: int) -> None:
        """Takes a file positioned after its first line."""
        super().__init__(path, width, count)
        self._file, self._words, self._buffer, self._at = file, count, b"", 0

    def entries(self) -> Iterator[Entry]:
        """See `VectorFile`."""
        size = 4 * self.width
        for number in range(1, self._words + 1):
            space = self._find_space()
            word = self._buffer[self._at : space].lstrip(b"\r\n")
            self._at = space + 1
            if space < 0 or not self._fill(size):
                raise UserError(f"{self.path}: ends in vector {number:,} of {self._words:,}, or is none{_COPY}")
            numbers = self._buffer[self._at : self._at + size]
            self._at += size
            yield Entry(f"vector {number:,}", word, numbers)
        self._fill(_LONGEST_KEY)
        if self._buffer[self._at :].strip(b"\r\n"):
            raise UserError(f"{self.path}: goes on after the {self._words:,} vectors of its first line{_COPY}")

    def vector(self, entry: Entry) -> np.ndarray:
        """See `VectorFile`."""
        return self._finite(entry, np.frombuffer(entry.numbers, "<f4"))

    def _find_space(self) -> int:
        """Where the next word ends in the buffer, or -1."""
        self._fill(_LONGEST_KEY)
        return self._buffer.find(b" ", self._at, self._at + _LONGEST_KEY)

    def _fill(self, size: int) -> bool:
        """Reads until so many bytes are in the buffer; returns whether they are."""
        while len(self._buffer) - self._at < size and (block := self._file.read(max(_BLOCK, size))):
            self._buffer = self._buffer[self._at :] + block
            self._at = 0
        return len(self._buffer) - self._at >= size


def open_vectors(path: Path, file: IO[bytes]) -> VectorFile:
    """Detects the format of an open seekable file. Raises UserError for any other file."""
    with reading_errors(path):
        head = file.read(_HEAD)
        file.seek(0)
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise UserError(f"{path}: is {what}")
    first, _, rest = head.partition(b"\n")
    fields = first.split()
    if not fields:
        raise UserError(f"{path}:1: {'nothing' if head else 'an empty file'}, not a word and its vector")
    if len(fields) == 2 and all(field.isdigit() for field in fields):
        count, width = map(int, fields)
        if not count or not width:
            raise UserError(f"{path}:1: says {count} words of {width} numbers; give a file with vectors")
        if _is_text(rest, width):
            return TextVectors(path, file, width, count)
        file.seek(len(first) + 1)
        return BinaryVectors(path, file, width, count)
    width = len(fields) - 1
    if not width or _CONTROL.search(first) or not _is_number(fields[-1]):
        raise UserError(f"{path}:1: not a word and its vector; give vectors of GloVe, word2vec or fastText")
    return TextVectors(path, file, width, None)


def open_maybe_gzipped(path: Path) -> IO[bytes]:
    """The file's bytes, unzipped where they begin as a gzip file does."""
    with path.open("rb") as file:
        gzipped = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if gzipped else path.open("rb")  # type: ignore[return-value]


def _is_text(head: bytes, width: int) -> bool:
    """Whether the data after the first line are text; its width may still be wrong."""
    if _CONTROL.search(head):
        return False
    if all(map(_is_number, head.split(b"\n", 1)[0].split()[-width:])):
        return True
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
