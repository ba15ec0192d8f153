"""Batches of examples of similar length, in an order that can be resumed."""

from collections.abc import Iterator, Sequence

import numpy as np

from rnn_textclf.preprocessing.encoded.dataset import Batch, ConcatenatedDataset, Dataset, pad_ids
from rnn_textclf.preprocessing.encoded.share import WHOLE, Share

_POOL = 128  # Batches sorted by length together: enough to leave little padding and a new mix each epoch.


class Batches:
    """Chosen examples of a dataset in batches; each example once an epoch, a last smaller batch included."""

    def __init__(
        self,
        dataset: Dataset | ConcatenatedDataset,
        indices: np.ndarray,
        batch_size: int,
        seed: int = 0,
        share: Share = WHOLE,
    ) -> None:
        """Takes example indices, int [n], the examples a batch (>= 1), the seed of the order (>= 0) and a share."""
        self._dataset = dataset
        self._indices = np.asarray(indices, np.int32)
        self._batch_size = batch_size
        self._seed, self._share = seed, share
        self._order: tuple[int, np.ndarray, np.ndarray] | None = None

    @property
    def num_examples(self) -> int:
        """Examples an epoch."""
        return len(self._indices)

    @property
    def steps_per_epoch(self) -> int:
        """Batches an epoch."""
        return -(-len(self._indices) // self._batch_size)

    def epoch(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The batches of a training epoch, see `step`; `start` of them are left out at the beginning, and not read."""
        for place in range(start, self.steps_per_epoch):
            yield self.step(epoch * self.steps_per_epoch + place)

    def step(self, step: int) -> Batch:
        """The batch of a global step (>= 0), or the share of it, in an order fixed by the seed and the epoch alone.

        Examples are shuffled, sorted by length in pools of 128 batches and cut into batches, which are shuffled.
        """
        epoch, place = divmod(step, self.steps_per_epoch)
        if self._order is None or self._order[0] != epoch:
            self._order = (epoch, *self._shuffled(epoch))
        _, order, places = self._order
        rows = self._rows(order, places[place])
        part = self._share.part(len(rows), turn=epoch)
        return self._dataset.gather(part.of(rows))._replace(part=part)

    def _shuffled(self, epoch: int) -> tuple[np.ndarray, np.ndarray]:
        """The examples in the order of an epoch's batches, and the order in which these are taken."""
        random = np.random.Generator(np.random.PCG64(np.random.SeedSequence([self._seed, epoch])))
        order = self._indices.copy()
        random.shuffle(order)
        pool_size = _POOL * self._batch_size
        for first in range(0, len(order), pool_size):
            pool = order[first : first + pool_size]
            pool[:] = pool[np.argsort(self._dataset.lengths[pool], kind="stable")]
        return order, random.permutation(self.steps_per_epoch)

    def by_length(self) -> Iterator[Batch]:
        """The batches for evaluation: each example once, from short to long; `Batch.indices` tells which."""
        order = self._indices[np.argsort(self._dataset.lengths[self._indices], kind="stable")]
        for batch in range(self.steps_per_epoch):
            yield self._dataset.gather(self._rows(order, batch))

    def _rows(self, order: np.ndarray, number: int) -> np.ndarray:
        """The examples of a batch."""
        first = number * self._batch_size
        return order[first : first + self._batch_size]


def pad(id_lists: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Ids of some texts as `pad_ids` gives them: int32 [B, T] and lengths, int32 [B]."""
    counts = np.fromiter(map(len, id_lists), np.int32, len(id_lists))
    values = np.fromiter((id for ids in id_lists for id in ids), np.int32, int(counts.sum()))
    return pad_ids(values, counts)
