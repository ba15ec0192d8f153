"""The interface of all sources of labelled text."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rnn_textclf.errors import UserError

_BLOCK = 1 << 20


class Example(NamedTuple):
    """One text and the names of its classes (none for unlabelled text)."""

    text: str
    labels: tuple[str, ...]


class Corpus(ABC):
    """Labelled texts that can be streamed again and again.

    Attributes:
      name: a short name, such as "rt-polarity".
      source: where the examples come from, for messages.
      labels: the class names in their order, or None where the examples decide.
      paths: its files.
      reading: the options of reading, as text; with the fingerprint it identifies the examples.
    """

    name: str
    source: str
    labels: tuple[str, ...] | None
    paths: tuple[Path, ...]
    reading: str = ""

    _fingerprint: str | None = None
    _stamps: tuple[tuple[int, int], ...] = ()

    @abstractmethod
    def examples(self) -> Iterator[Example]:
        """Streams the examples in a fixed order, anew at each call. Raises UserError on an unreadable file."""

    def check_first(self) -> None:
        """Reads the first example. Raises UserError where the file cannot be read, or has no such fields."""
        next(iter(self.examples()), None)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the raw bytes in hex; of several files, that of their `digest  name` lines.

        Computed once, streaming. Raises UserError when a file cannot be read.
        """
        if self._fingerprint is None:
            self._stamps = tuple(_stamp(path) for path in self.paths)
            digests = [sha256(path) for path in self.paths]
            listing = "".join(f"{digest}  {path.name}\n" for digest, path in zip(digests, self.paths, strict=True))
            one = len(digests) == 1
            self._fingerprint = digests[0] if one else hashlib.sha256(listing.encode("utf-8", "replace")).hexdigest()
        return self._fingerprint

    def check_unchanged(self) -> None:
        """Raises UserError when a file's size or modification time differ from those at the fingerprint."""
        for path, stamp in zip(self.paths, self._stamps, strict=False):
            if _stamp(path) != stamp:
                raise UserError(f"{path}: changed while it was read; start again when nothing writes to it")


def sha256(path: Path) -> str:
    """The file's SHA-256 in hex, streamed. Raises UserError when it cannot be read."""
    check_regular(path)
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise cannot_read(path, error) from error
    return digest.hexdigest()


def check_regular(path: Path) -> None:
    """Raises UserError for a path that exists and is no regular file: reading a pipe or a device may never end."""
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "a pipe or a device"
        raise UserError(f"{path}: is {kind}; name a regular file")


def cannot_read(path: Path | str, error: OSError) -> UserError:
    """UserError for a file that is missing or not readable."""
    return UserError(f"{path}: cannot be read ({error.strerror or error}); check the path and its permissions")


def _stamp(path: Path) -> tuple[int, int]:
    """Size in bytes and modification time in ns."""
    try:
        status = path.stat()
    except OSError as error:
        raise cannot_read(path, error) from error
    return status.st_size, status.st_mtime_ns
