"""Writer of an encoded corpus: flat files of ids, block by block, in the narrowest types at the end."""

from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np

_BLOCK = 1 << 18  # Ids or examples held before they are written.
_WIDE = {
    "word_ids": np.uint32,
    "word_offsets": np.uint64,
    "label_ids": np.uint32,
    "label_offsets": np.uint64,
    "row_keys": np.uint64,
}


class EncodedCorpusWriter:
    """The files `<name>.bin` of a folder, as a context manager that closes them.

    Attributes:
      num_examples: examples added.
      num_words: word ids added.
    """

    def __init__(self, folder: Path) -> None:
        """Opens the files for writing in a folder that exists."""
        self._folder = folder
        self._files: dict[str, IO[bytes]] = {name: self._path(name).open("wb") for name in _WIDE}
        self._new_words: list[str] = []  # Added, not hashed yet.
        self._hashes = array("Q")  # One a word.
        self._word_ids = array("I")
        self._word_ends = array("Q")
        self._label_ids = array("I")
        self._label_ends = array("Q", [0])
        self._written = 0
        self._num_labels = 0
        self.num_examples = 0
        self._files["word_offsets"].write(np.zeros(1, np.uint64).tobytes())

    def __enter__(self) -> "EncodedCorpusWriter":
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    @property
    def num_words(self) -> int:
        """Word ids added so far."""
        return self._written + len(self._word_ids)

    def add_word(self, word: str) -> None:
        """Adds the next word id; comes before its first use."""
        self._new_words.append(word)

    def add(self, word_ids: Sequence[int], label_ids: Sequence[int]) -> None:
        """Adds an example."""
        self._word_ids.extend(word_ids)
        self._word_ends.append(self._written + len(self._word_ids))
        self._label_ids.extend(label_ids)
        self._num_labels += len(label_ids)
        self._label_ends.append(self._num_labels)
        self.num_examples += 1
        if len(self._word_ids) >= _BLOCK or len(self._word_ends) >= _BLOCK:
            self._flush()

    def finish(self, class_of_label: np.ndarray) -> dict[str, str]:
        """Writes the rest, closes the files and narrows each to the smallest type that holds its values.

        Args:
          class_of_label: int, the final id of each label id.

        Returns:
          The type of each file, as NumPy spells it.
        """
        self._flush()
        self.__exit__()
        highest = {
            "word_ids": max(len(self._hashes) - 1, 0),
            "word_offsets": self._written,
            "label_ids": int(class_of_label.max(initial=0)),
            "label_offsets": self._num_labels,
        }
        types = {name: _narrowest(value).str for name, value in highest.items()}
        types["row_keys"] = np.dtype(np.uint64).str
        for name, dtype in types.items():
            self._rewrite(name, np.dtype(dtype), class_of_label if name == "label_ids" else None)
        return types

    def _flush(self) -> None:
        self._hashes.frombytes(_word_hashes(self._new_words).tobytes())
        self._new_words.clear()
        ids = np.frombuffer(self._word_ids, np.uint32) if self._word_ids else np.zeros(0, np.uint32)
        ends = np.array(self._word_ends, np.uint64)
        hashes = np.array(self._hashes, np.uint64)
        self._files["row_keys"].write(_row_keys(ids, ends.astype(np.int64) - self._written, hashes).tobytes())
        self._files["word_ids"].write(ids.tobytes())
        self._files["word_offsets"].write(ends.tobytes())
        self._files["label_ids"].write(np.array(self._label_ids, np.uint32).tobytes())
        self._files["label_offsets"].write(np.array(self._label_ends, np.uint64).tobytes())
        self._written += len(ids)
        self._word_ids, self._word_ends = array("I"), array("Q")
        self._label_ids, self._label_ends = array("I"), array("Q")

    def _rewrite(self, name: str, dtype: np.dtype, order: np.ndarray | None) -> None:
        """Converts a file block by block; ids become `order[id]` when there is an order."""
        if np.dtype(_WIDE[name]) == dtype and order is None:
            return
        narrow = self._folder / f"{name}.narrow"
        with self._path(name).open("rb") as source, narrow.open("wb") as target:
            while data := source.read(_BLOCK * 8):
                block = np.frombuffer(data, _WIDE[name])
                target.write((block if order is None else order[block]).astype(dtype).tobytes())
        narrow.replace(self._path(name))

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.bin"


def _narrowest(highest: int) -> np.dtype:
    """The smallest unsigned type that holds 0 to highest."""
    return np.min_scalar_type(highest)


def _word_hashes(words: list[str]) -> np.ndarray:
    """Uint64 a word: the key of its UTF-8 bytes."""
    spelled = [word.encode("utf-8") for word in words]
    ends = np.cumsum(np.fromiter(map(len, spelled), np.int64, len(spelled)))
    return _row_keys(np.frombuffer(b"".join(spelled), np.uint8), ends, _BYTE_HASHES)


def _row_keys(ids: np.ndarray, ends: np.ndarray, hashes: np.ndarray) -> np.ndarray:
    """Uint64 an example: the sum of the hashes of its ids, each mixed with its place; 0 for one without ids.

    Places enter before the mixing (SplitMix64's finalizer: Steele, Lea and Flood 2014), so that order counts.
    The keys depend on the words alone, not on their ids: equal texts of two corpora have equal keys.
    """
    starts = np.concatenate([np.zeros(min(1, len(ends)), np.int64), ends[:-1]])
    places = (np.arange(len(ids)) - np.repeat(starts, ends - starts)).astype(np.uint64)
    mixed = _mix(hashes[ids] + (places + np.uint64(1)) * _GOLDEN)
    # Differences of running sums, because `reduceat` cannot take empty sequences; uint64 wraps as meant.
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed, dtype=np.uint64)])
    return sums[ends] - sums[starts]


def _mix(numbers: np.ndarray) -> np.ndarray:
    mixed = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_BYTE_HASHES = _mix(np.arange(1, 257, dtype=np.uint64))
