"""Share: which rows of each batch a worker trains on."""

from typing import NamedTuple

import numpy as np


class Part(NamedTuple):
    """Some rows of a batch of `size`: every `workers`-th from `first` on."""

    size: int
    first: int
    workers: int

    def of(self, rows: np.ndarray) -> np.ndarray:
        """The rows of an array `[size, …]`."""
        return rows[self.first :: self.workers]


class Share(NamedTuple):
    """The part of every batch that goes to one of several workers, who are dealt long and short sentences in turn.

    The parts of all workers are the whole batch, each row once. Some parts of a small batch may be empty. Workers
    change places with each turn, such as the epoch, for batches may then hold the same rows again.
    """

    worker: int = 0
    workers: int = 1

    def part(self, size: int, turn: int) -> Part:
        """The worker's part of a batch of `size` (>= 1)."""
        return Part(size, (self.worker + turn) % self.workers, self.workers)


WHOLE = Share()
