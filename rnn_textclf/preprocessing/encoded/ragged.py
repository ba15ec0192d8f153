"""Rows of unlike length in two flat arrays, in memory or mapped from files."""

import mmap

import numpy as np

_SMALL = 16 << 20  # Bytes that may stay resident without anyone minding.
_ROWS_BETWEEN_DROPS = 128  # A fault maps up to 64 KB around the row that was read: 8 MB at most in between.


class Ragged:
    """Row i is `values[offsets[i]:offsets[i + 1]]`.

    Attributes:
      values: integers, all rows end to end.
      offsets: [N + 1], from 0 to len(values).
    """

    def __init__(self, values: np.ndarray, offsets: np.ndarray) -> None:
        """Takes plain arrays or `np.memmap`s, whose pages are given back to the system as rows are read."""
        self._map = getattr(values, "_mmap", None) if values.nbytes > _SMALL else None
        self.values = np.asarray(values)
        self.offsets = np.asarray(offsets)
        self._rows_read = 0

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> np.ndarray:
        """Int32 [N], computed anew at each access so that nobody need hold it."""
        return np.subtract(self.offsets[1:], self.offsets[:-1], dtype=np.int64).astype(np.int32)

    def flat(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The values of some rows end to end, and the rows' lengths: int32 [B]."""
        rows = np.asarray(rows)
        starts = self.offsets[rows].astype(np.int64)
        lengths = self.offsets[rows + 1].astype(np.int64) - starts
        before = np.cumsum(lengths) - lengths
        values = self.values[np.repeat(starts - before, lengths) + np.arange(lengths.sum())]
        self._let_go(len(rows))
        return values, lengths.astype(np.int32)

    def gather(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Some rows padded with 0 to the longest of them: int32 [B, T], and their lengths: int32 [B]."""
        values, lengths = self.flat(rows)
        return pad_flat(values, lengths), lengths

    def _let_go(self, rows_read: int) -> None:
        """Unmaps what was read now and then: pages of the file, else counted as this process's memory."""
        self._rows_read += rows_read
        if self._map is not None and self._rows_read >= _ROWS_BETWEEN_DROPS and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)
            self._rows_read = 0


def pad_flat(values: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Cuts values into rows of the given lengths [B], padded with 0 to the longest: int32 [B, T]."""
    padded = np.zeros((len(lengths), int(lengths.max(initial=0))), np.int32)
    padded[np.arange(padded.shape[1]) < lengths[:, None]] = values
    return padded
