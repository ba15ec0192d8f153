"""Ragged arrays: sequences of different lengths end to end in one array, in memory or mapped from files."""

import mmap

import numpy as np

_SMALL = 16 << 20  # Bytes; smaller files stay resident.
_READS_BETWEEN_DROPS = 128  # A fault maps up to 64 KB around what was read: 8 MB at most in between.


class Ragged:
    """Sequences of integers; number i is `values[offsets[i]:offsets[i + 1]]`.

    Attributes:
      values: integers, all sequences end to end.
      offsets: [N + 1], from 0 to len(values).
    """

    def __init__(self, values: np.ndarray, offsets: np.ndarray) -> None:
        """Takes plain arrays or `np.memmap`s, whose pages are given back to the system after reading."""
        self._map = getattr(values, "_mmap", None) if values.nbytes > _SMALL else None
        self.values = np.asarray(values)
        self.offsets = np.asarray(offsets)
        self._reads = 0

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> np.ndarray:
        """Int32 [N], computed at each access rather than held."""
        return np.subtract(self.offsets[1:], self.offsets[:-1], dtype=np.int64).astype(np.int32)

    def flat(self, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The values of some sequences end to end, and their lengths: int32 [B]."""
        indices = np.asarray(indices)
        starts = self.offsets[indices].astype(np.int64)
        lengths = self.offsets[indices + 1].astype(np.int64) - starts
        before = np.cumsum(lengths) - lengths
        values = self.values[np.repeat(starts - before, lengths) + np.arange(lengths.sum())]
        self._release_pages(len(indices))
        return values, lengths.astype(np.int32)

    def _release_pages(self, reads: int) -> None:
        """Unmaps the pages that were read, now and then: they count as this process's memory."""
        self._reads += reads
        if self._map is not None and self._reads >= _READS_BETWEEN_DROPS and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)
            self._reads = 0


def pad_flat(values: np.ndarray, lengths: np.ndarray, width: int) -> np.ndarray:
    """Sequences of the given lengths [B], stored end to end, padded with 0 to a width T: int32 [B, T]."""
    padded = np.zeros((len(lengths), width), np.int32)
    padded[np.arange(padded.shape[1]) < lengths[:, None]] = values
    return padded
