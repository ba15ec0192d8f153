"""Batches of rows of like length, in an order that can be resumed."""

from collections.abc import Iterator, Sequence

import numpy as np

from rnn_textclf.preprocessing.encoded.concatenated import ConcatenatedDataset
from rnn_textclf.preprocessing.encoded.dataset import Batch, Dataset
from rnn_textclf.preprocessing.encoded.ragged import pad_flat
from rnn_textclf.preprocessing.vocabulary import UNK_ID

_POOL = 128  # Batches sorted by length together: enough to leave little padding and a new mix each epoch.


class Batches:
    """The given rows of a dataset in batches; each row once an epoch, a last smaller batch included."""

    def __init__(
        self, dataset: Dataset | ConcatenatedDataset, rows: np.ndarray, batch_size: int, seed: int = 0
    ) -> None:
        """Takes row numbers, int [n], the rows of a batch (>= 1) and what fixes the order (>= 0)."""
        self._dataset = dataset
        self._rows = np.asarray(rows, np.int32)
        self._batch_size = batch_size
        self._seed = seed

    @property
    def num_rows(self) -> int:
        """Rows in an epoch."""
        return len(self._rows)

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch."""
        return -(-len(self._rows) // self._batch_size)

    def epoch(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The batches of a training epoch, in an order fixed by the seed and the epoch alone.

        Rows are shuffled, sorted by length in pools of 128 batches and cut into batches, which are shuffled.

        Args:
          epoch: number of the epoch (>= 0).
          start: batches to leave out at the beginning, without reading them.
        """
        random = np.random.Generator(np.random.PCG64(np.random.SeedSequence([self._seed, epoch])))
        order = self._rows.copy()
        random.shuffle(order)
        pool_size = _POOL * self._batch_size
        for first in range(0, len(order), pool_size):
            pool = order[first : first + pool_size]
            pool[:] = pool[np.argsort(self._dataset.lengths[pool], kind="stable")]
        for batch in random.permutation(self.steps_per_epoch)[start:].tolist():
            yield self._batch(order, batch)

    def by_length(self) -> Iterator[Batch]:
        """The batches for evaluation: each row once, from short to long; `Batch.rows` tells which."""
        order = self._rows[np.argsort(self._dataset.lengths[self._rows], kind="stable")]
        for batch in range(self.steps_per_epoch):
            yield self._batch(order, batch)

    def _batch(self, order: np.ndarray, number: int) -> Batch:
        first = number * self._batch_size
        return self._dataset.gather(order[first : first + self._batch_size])


def pad(id_lists: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Ids of some sentences as one array: int32 [B, T] padded with PAD_ID, and lengths, int32 [B].

    A sentence without ids is one unknown word; T is the longest length.
    """
    filled = [ids or (UNK_ID,) for ids in id_lists]
    lengths = np.fromiter(map(len, filled), np.int32, len(filled))
    values = np.fromiter((id for ids in filled for id in ids), np.int32, int(lengths.sum()))
    return pad_flat(values, lengths), lengths
