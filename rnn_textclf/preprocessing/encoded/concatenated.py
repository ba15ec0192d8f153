"""Rows of two corpora read as one dataset."""

import numpy as np

from rnn_textclf.preprocessing.encoded.dataset import Batch, Dataset
from rnn_textclf.preprocessing.vocabulary import PAD_ID


class ConcatenatedDataset:
    """A dataset whose rows keep their numbers, followed by rows of another that is read through the same vocabulary.

    Attributes:
      lengths: int32 [N + n], words a row.
    """

    def __init__(self, first: Dataset, second: Dataset, rows: np.ndarray, targets: np.ndarray) -> None:
        """Takes the rows of the second, int [n], and what their targets are, float32 [n, C]."""
        self._first, self._second, self._rows, self._targets = first, second, rows, targets
        self.lengths = np.concatenate([first.lengths, second.lengths[rows]])

    def __len__(self) -> int:
        return len(self.lengths)

    def gather(self, rows: np.ndarray) -> Batch:
        """The given rows, int [B] with B >= 1, as one batch in that order."""
        rows = np.asarray(rows, np.int32)
        places = rows - len(self._first)
        later = places >= 0
        lengths = self.lengths[rows]
        ids = np.full([len(rows), lengths.max()], PAD_ID, np.int32)
        targets = np.empty([len(rows), self._targets.shape[1]], np.float32)
        if not later.all():
            batch = self._first.gather(rows[~later])
            ids[~later, : batch.ids.shape[1]], targets[~later] = batch.ids, batch.targets
        if later.any():
            batch = self._second.gather(self._rows[places[later]])
            ids[later, : batch.ids.shape[1]], targets[later] = batch.ids, self._targets[places[later]]
        return Batch(ids, lengths, targets, rows)
