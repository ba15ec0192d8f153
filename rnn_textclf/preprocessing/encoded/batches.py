"""Batches of examples of similar length, in an order that can be resumed."""

from collections.abc import Iterator, Sequence

import numpy as np

from rnn_textclf.preprocessing.encoded.dataset import Batch, ConcatenatedDataset, Dataset, pad_ids

_POOL = 128  # Batches sorted by length together: enough to leave little padding and a new mix each epoch.


class Batches:
    """Chosen examples of a dataset in batches; each example once an epoch, a last smaller batch included."""

    def __init__(
        self, dataset: Dataset | ConcatenatedDataset, indices: np.ndarray, batch_size: int, seed: int = 0
    ) -> None:
        """Takes example indices, int [n], the examples a batch (>= 1) and the seed of the order (>= 0)."""
        self._dataset = dataset
        self._indices = np.asarray(indices, np.int32)
        self._batch_size = batch_size
        self._seed = seed

    @property
    def num_examples(self) -> int:
        """Examples an epoch."""
        return len(self._indices)

    @property
    def steps_per_epoch(self) -> int:
        """Batches an epoch."""
        return -(-len(self._indices) // self._batch_size)

    def epoch(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The batches of a training epoch, in an order fixed by the seed and the epoch alone.

        Examples are shuffled, sorted by length in pools of 128 batches and cut into batches, which are shuffled.

        Args:
          epoch: number of the epoch (>= 0).
          start: batches to leave out at the beginning, without reading them.
        """
        random = np.random.Generator(np.random.PCG64(np.random.SeedSequence([self._seed, epoch])))
        order = self._indices.copy()
        random.shuffle(order)
        pool_size = _POOL * self._batch_size
        for first in range(0, len(order), pool_size):
            pool = order[first : first + pool_size]
            pool[:] = pool[np.argsort(self._dataset.lengths[pool], kind="stable")]
        for batch in random.permutation(self.steps_per_epoch)[start:].tolist():
            yield self._batch(order, batch)

    def by_length(self) -> Iterator[Batch]:
        """The batches for evaluation: each example once, from short to long; `Batch.indices` tells which."""
        order = self._indices[np.argsort(self._dataset.lengths[self._indices], kind="stable")]
        for batch in range(self.steps_per_epoch):
            yield self._batch(order, batch)

    def _batch(self, order: np.ndarray, number: int) -> Batch:
        first = number * self._batch_size
        return self._dataset.gather(order[first : first + self._batch_size])


def pad(id_lists: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Ids of some texts as `pad_ids` gives them: int32 [B, T] and lengths, int32 [B]."""
    counts = np.fromiter(map(len, id_lists), np.int32, len(id_lists))
    values = np.fromiter((id for ids in id_lists for id in ids), np.int32, int(counts.sum()))
    return pad_ids(values, counts)
