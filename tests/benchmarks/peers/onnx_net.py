"""The net in ONNX Runtime, exported from PyTorch: whole sentences, and one more word of the same cell."""

import io
from collections.abc import Callable

import numpy as np
import onnxruntime
import torch
from torch import nn

from tests.benchmarks import setting
from tests.benchmarks.peers import same_net
from tests.benchmarks.peers.like_length import Score
from tests.benchmarks.peers.same_net import Arrays
from tests.benchmarks.peers.torch_net import Net

# Id `[1, 1]`, h and c `[1, 1, H]` -> probabilities `[1, C]`, h, c.
Step = Callable[[np.ndarray, np.ndarray, np.ndarray], list[np.ndarray]]


class _Sentences(nn.Module):
    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        outputs, _ = self.net.layer(self.net.embedding(ids))
        last = (lengths - 1).view(1, -1, 1).expand(1, -1, setting.HIDDEN)
        return (self.net.output(outputs.gather(0, last)[0]) / self.net.temperature).softmax(-1)


class _OneMore(nn.Module):
    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, ids: torch.Tensor, h: torch.Tensor, c: torch.Tensor) -> tuple[torch.Tensor, ...]:
        outputs, (h, c) = self.net.layer(self.net.embedding(ids), (h, c))
        return (self.net.output(outputs[0]) / self.net.temperature).softmax(-1), h, c


def sentences(weights: Arrays, threads: int) -> Score:
    """Probabilities of batches; see `like_length.Score`."""
    example = (torch.ones(7, 3, dtype=torch.int64), torch.full([3], 7))
    axes = {"ids": {0: "time", 1: "batch"}, "lengths": {0: "batch"}}
    session = _session(_Sentences(_net(weights)), example, axes, threads)
    return lambda ids, lengths: session.run(None, {"ids": ids, "lengths": lengths})[0]


def one_more_word(weights: Arrays, threads: int) -> Step:
    """One more word of one sentence."""
    state = torch.zeros(1, 1, setting.HIDDEN)
    session = _session(_OneMore(_net(weights)), (torch.ones(1, 1, dtype=torch.int64), state, state), {}, threads)
    names = [node.name for node in session.get_inputs()]
    return lambda *values: session.run(None, dict(zip(names, values, strict=True)))


def _net(weights: Arrays) -> Net:
    net = Net("lstm", len(weights[same_net.EMBEDDING]), len(weights[same_net.OUTPUT_BIAS])).eval()
    net.load(weights)
    return net


def _session(
    module: nn.Module, example: tuple[torch.Tensor, ...], axes: dict[str, dict[int, str]], threads: int
) -> onnxruntime.InferenceSession:
    file = io.BytesIO()
    names = list(axes) or [f"input_{i}" for i in range(len(example))]
    # The exporter by tracing: it writes the layer as one LSTM operation, and takes any number of words.
    torch.onnx.export(module, example, file, input_names=names, dynamic_axes=axes, dynamo=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(file.getvalue(), options, providers=["CPUExecutionProvider"])
