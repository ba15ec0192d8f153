"""A corpus as ids in flat files, memory-mapped.

The ids are provisional: numbers of the distinct words in the order of their first appearance. Counting words is
then `bincount` over the ids of the training examples, so the same files serve every split, fold and vocabulary.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.preprocessing.encoded.ragged import Ragged
from rnn_textclf.strict_json import loads

KEY_FILE = "key.json"  # Written last: a folder without it was never finished.
FORMAT_VERSION = 1
_BLOCK = 1 << 20


class EncodedCorpus:
    """The examples of a corpus as ids, without their text.

    Attributes:
      folder: the folder of the files.
      key: the contents of key.json: what was encoded, how, and the files with their types and sizes.
      labels: class names; a label id is a place in it.
      word_ids: provisional word ids of each example, cut at the maximal length; there may be none.
      label_ids: label ids of each example.
      keys: uint64 [N], equal for texts with the same words in the same order, in any corpus.
    """

    def __init__(self, folder: Path, key: dict[str, Any]) -> None:
        """Maps the files of a folder whose key was checked; see `open_encoded`."""
        self.folder = folder
        self.key = key
        self.labels = tuple(read_lines(folder / "labels.txt"))
        self.word_ids = Ragged(self._map("word_ids"), self._map("word_offsets"))
        self.label_ids = Ragged(self._map("label_ids"), self._map("label_offsets"))
        self.keys = np.asarray(self._map("row_keys"))

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the corpus, in hex."""
        return self.key["fingerprint"]

    @property
    def num_words(self) -> int:
        """Distinct words."""
        return self.key["words"]

    @property
    def words(self) -> list[str]:
        """The distinct words by provisional id, read from the file at each access rather than held.

        Word 0 is `<unk>`, for strings too long to be a word.
        """
        return read_lines(self.folder / "words.txt")

    @property
    def strata(self) -> np.ndarray:
        """Int32 [N], the first label id of each example, len(labels) for those without one."""
        strata = np.full(len(self), len(self.labels), np.int32)
        labelled = self.label_ids.lengths > 0
        strata[labelled] = self.label_ids.values[self.label_ids.offsets[:-1][labelled]]
        return strata

    def class_counts(self) -> np.ndarray:
        """Int64 [C], the examples of each class; memory stays flat."""
        counts, values = np.zeros(len(self.labels), np.int64), self.label_ids.values
        for start in range(0, len(values), _BLOCK):
            counts += np.bincount(values[start : start + _BLOCK], minlength=len(counts))
        return counts

    def _map(self, name: str) -> np.ndarray:
        dtype = np.dtype(self.key["types"][name])
        path = self.folder / f"{name}.bin"
        # An empty file cannot be mapped.
        return np.memmap(path, dtype, mode="r") if path.stat().st_size else np.zeros(0, dtype)


def open_encoded(folder: Path, wanted: dict[str, Any]) -> EncodedCorpus | None:
    """The encoded corpus in a folder, or None when it is absent, damaged, or of another key, and so to be made anew.

    Args:
      folder: where `encode_corpus` put it.
      wanted: the entries that key.json must have.
    """
    try:
        key = loads((folder / KEY_FILE).read_bytes())
        whole = all((folder / name).stat().st_size == size for name, size in key["sizes"].items())
        same = {name: key.get(name) for name in wanted} == wanted
        # Folders of earlier releases have no hashes.
        if not whole or not same or any(file_hash(folder / name) != sha for name, sha in key.get("sha256", {}).items()):
            return None
        return EncodedCorpus(folder, key)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 file, ended by line feeds alone."""
    with path.open(encoding="utf-8", newline="\n") as file:
        return file.read().split("\n")[:-1]
