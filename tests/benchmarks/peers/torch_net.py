"""The net in PyTorch: embedding, one recurrent layer, the state after the last word, classes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from tests.benchmarks import setting
from tests.benchmarks.peers import same_net
from tests.benchmarks.peers.same_net import Arrays

_LAYERS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
_OUR_GATES = {"lstm": [0, 1, 3, 2], "gru": [0, 1, 2], "rnn": [0]}  # In PyTorch's order; an involution.


class Words(NamedTuple):
    """A batch as the net takes it, longest sentence first.

    packed: ids without padding. padded: the same, int64 `[T, B]`. lengths: `[B]`, int64. order: int64 `[B]`, where
    each sentence was before.
    """

    packed: PackedSequence
    padded: torch.Tensor
    lengths: torch.Tensor
    order: torch.Tensor


def sorted_words(ids: np.ndarray, lengths: np.ndarray) -> Words:
    """A padded batch, int32 `[B, T]` with lengths `[B]`, so that the net need not sort or copy."""
    order = np.argsort(-lengths, kind="stable")
    words = torch.from_numpy(np.ascontiguousarray(ids[order].T, np.int64))
    ordered = torch.from_numpy(lengths[order].astype(np.int64))
    return Words(pack_padded_sequence(words, ordered), words, ordered, torch.from_numpy(order))


class Net(nn.Module):
    """Logits `[B, C]` of a batch; the embedding's gradient has the rows looked up alone."""

    def __init__(self, unit: str, vocabulary_size: int, num_classes: int) -> None:
        super().__init__()
        self.unit = unit
        self.embedding = nn.Embedding(vocabulary_size, setting.EMBEDDING, sparse=True)
        self.layer = _LAYERS[unit](setting.EMBEDDING, setting.HIDDEN)
        self.output = nn.Linear(setting.HIDDEN, num_classes)
        self.register_buffer("temperature", torch.ones(()))

    def forward(self, words: PackedSequence) -> torch.Tensor:
        """Looks up the true words alone."""
        state = self.layer(words._replace(data=self.embedding(words.data)))[1]
        h = state[0] if isinstance(state, tuple) else state
        return self.output(h[-1]) / self.temperature

    def padded(self, words: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """The same of padded ids `[T, B]` with lengths `[B]`."""
        outputs, _ = self.layer(self.embedding(words))
        return self.output(outputs[lengths - 1, torch.arange(len(lengths))]) / self.temperature

    @torch.no_grad()
    def load(self, weights: Arrays) -> None:
        """Takes our weights."""
        gates = _OUR_GATES[self.unit]
        for mine, name in (
            (self.layer.weight_ih_l0, same_net.KERNEL),
            (self.layer.weight_hh_l0, same_net.RECURRENT),
            (self.layer.bias_ih_l0, same_net.BIAS),
        ):
            mine.copy_(torch.from_numpy(_reordered(weights[name], gates).T))
        self.layer.bias_hh_l0.zero_()
        if self.unit == "gru":
            self.layer.bias_hh_l0[-setting.HIDDEN :] = torch.from_numpy(weights[same_net.CANDIDATE_BIAS])
        self.embedding.weight.copy_(torch.from_numpy(weights[same_net.EMBEDDING]))
        self.output.weight.copy_(torch.from_numpy(weights[same_net.OUTPUT_KERNEL].T))
        self.output.bias.copy_(torch.from_numpy(weights[same_net.OUTPUT_BIAS]))
        self.temperature.fill_(float(weights.get("temperature", 1.0)))

    def gradients(self) -> dict[str, np.ndarray]:
        """By our names, in our order of gates."""
        gates = _OUR_GATES[self.unit]
        found = {
            same_net.EMBEDDING: self.embedding.weight.grad.to_dense(),
            same_net.OUTPUT_KERNEL: self.output.weight.grad.T,
            same_net.OUTPUT_BIAS: self.output.bias.grad,
        }
        arrays = {name: gradient.numpy() for name, gradient in found.items()}
        for mine, name in (
            (self.layer.weight_ih_l0, same_net.KERNEL),
            (self.layer.weight_hh_l0, same_net.RECURRENT),
            (self.layer.bias_ih_l0, same_net.BIAS),
        ):
            arrays[name] = _reordered(mine.grad.numpy().T, gates)
        if self.unit == "gru":
            arrays[same_net.CANDIDATE_BIAS] = self.layer.bias_hh_l0.grad[-setting.HIDDEN :].numpy()
        return arrays


def _reordered(values: np.ndarray, gates: Sequence[int]) -> np.ndarray:
    """`[…, G * H]` with the gates in another order."""
    parts = np.split(values, len(gates), axis=-1)
    return np.concatenate([parts[gate] for gate in gates], axis=-1)


class BatchScorer:
    """The net for inference: probabilities of id lists in their order, in batches of like length."""

    def __init__(self, weights: Arrays) -> None:
        num_words, num_classes = len(weights[same_net.EMBEDDING]), len(weights[same_net.OUTPUT_BIAS])
        self._net = Net("lstm", num_words, num_classes).eval()
        self._net.load(weights)

    @torch.inference_mode()
    def __call__(self, ids: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Float32 `[B, C]` of ids `[T, B]` with lengths `[B]`."""
        return self._net.padded(torch.from_numpy(ids), torch.from_numpy(lengths)).softmax(-1).numpy()
