"""Share: which rows of each batch a worker trains on."""

from typing import NamedTuple

import numpy as np


class Share(NamedTuple):
    """The rows of a batch that go to one of several workers, who are dealt long and short sentences in turn.

    The shares of all workers are the whole batch, each row once. Those of a small batch may be empty, but for that of
    worker 0.
    """

    worker: int = 0
    workers: int = 1

    def of(self, rows: np.ndarray) -> np.ndarray:
        """The worker's rows of an array `[B, …]`."""
        return rows[self.worker :: self.workers]


WHOLE = Share()
