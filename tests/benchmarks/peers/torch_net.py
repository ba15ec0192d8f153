"""The net in PyTorch: embedding, one recurrent layer, the state after the last word, classes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from tests.benchmarks import setting

_LAYERS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class Packed(NamedTuple):
    """A batch as the net takes it, longest sentence first.

    words: ids without padding. order: int64 `[B]`, where each sentence was before.
    """

    words: PackedSequence
    order: torch.Tensor


def packed(ids: np.ndarray, lengths: np.ndarray) -> Packed:
    """A padded batch, int32 `[B, T]` with lengths `[B]`, so that the net need not sort or copy."""
    order = np.argsort(-lengths, kind="stable")
    words = torch.from_numpy(np.ascontiguousarray(ids[order].T))
    return Packed(pack_padded_sequence(words, torch.from_numpy(lengths[order])), torch.from_numpy(order))


class Net(nn.Module):
    """Logits `[B, C]` of packed words; looks up the true words alone."""

    def __init__(self, unit: str, vocabulary_size: int, num_classes: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size, setting.EMBEDDING)
        nn.init.uniform_(self.embedding.weight, -0.25, 0.25)
        self.layer = _LAYERS[unit](setting.EMBEDDING, setting.HIDDEN)
        self.output = nn.Linear(setting.HIDDEN, num_classes)

    def forward(self, words: PackedSequence) -> torch.Tensor:
        """In the order of `words`, longest first."""
        state = self.layer(words._replace(data=self.embedding(words.data)))[1]
        h = state[0] if isinstance(state, tuple) else state
        return self.output(h[-1])

    def padded(self, words: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """The same of padded ids `[T, B]` with lengths `[B]`: quicker where no gradient is wanted."""
        outputs, _ = self.layer(self.embedding(words))
        return self.output(outputs[lengths - 1, torch.arange(len(lengths))])


class BatchScorer:
    """The net for inference: probabilities of id lists in their order, in batches of like length."""

    def __init__(self, vocabulary_size: int, num_classes: int) -> None:
        self._net = Net("lstm", vocabulary_size, num_classes).eval()
        self._num_classes = num_classes

    @torch.inference_mode()
    def probabilities(self, sentences: Sequence[Sequence[int]], batch_size: int) -> np.ndarray:
        """Float32 `[N, C]`."""
        by_length = sorted(range(len(sentences)), key=lambda i: -len(sentences[i]))
        result = np.empty((len(sentences), self._num_classes), np.float32)
        for first in range(0, len(by_length), batch_size):
            rows = by_length[first : first + batch_size]
            result[rows] = self._batch([sentences[row] for row in rows])
        return result

    def _batch(self, sentences: Sequence[Sequence[int]]) -> np.ndarray:
        lengths = np.fromiter(map(len, sentences), np.int64, len(sentences))
        ids = np.zeros((len(sentences), lengths[0]), np.int32)
        ids[np.arange(lengths[0]) < lengths[:, None]] = np.fromiter(
            (word for sentence in sentences for word in sentence), np.int32, int(lengths.sum())
        )
        words = torch.from_numpy(np.ascontiguousarray(ids.T))
        return self._net.padded(words, torch.from_numpy(lengths)).softmax(-1).numpy()
