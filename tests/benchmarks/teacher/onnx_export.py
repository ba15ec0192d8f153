"""Export of the sentence encoder to ONNX, with weights of 32 bits, and of 8 bits with the outlying inputs apart.

All inputs of a product of 8 bits share one scale, and a few inputs of this encoder's layers are a hundred times as
large as the others, which then fall into two or three steps. So each input is divided by a factor and its weights are
multiplied by it (Xiao et al. 2023, "SmoothQuant", equation 4, alpha = 1/2), and the largest inputs of the wide layers
are multiplied apart, with 32 bits (Dettmers et al. 2022, "LLM.int8()").
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
import transformers
from onnxruntime import quantization

from tests.benchmarks.teacher.padding import padded, token_means

_BATCH = 16
_OUTLIERS = 32  # Inputs multiplied apart.
_WIDE = 1024  # Layers with more inputs have outliers of which a factor alone does not take care.
_LEAST = 1e-3  # Of a factor, and of a largest weight.


class Mean(torch.nn.Module):
    """Mean of the encoder's outputs over the tokens of each text, `[B, E]`, for ids and mask `[B, T]`."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: Any, mask: Any) -> Any:
        return token_means(self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state, mask)


class Evened(torch.nn.Module):
    """Linear layer whose inputs are divided by factors, and its outlying inputs multiplied apart; the same outputs.

    Args:
      linear: the layer, with weights `[O, I]`.
      largest: float `[I]`, the largest absolute value of each input.
      outliers: how many of the inputs are multiplied apart (>= 0).
    """

    def __init__(self, linear: Any, largest: Any, outliers: int) -> None:
        super().__init__()
        weights = linear.weight.detach().clone()
        outlying = torch.topk(largest, outliers).indices
        self.apart = outliers > 0
        self.register_buffer("outlying", outlying)  # Only buffers become weights that can be quantized.
        self.register_buffer("outlying_weights", weights[:, outlying].T.contiguous())
        weights[:, outlying] = 0
        factors = (largest / weights.abs().amax(0).clamp(min=_LEAST)).sqrt().clamp(min=_LEAST)
        self.register_buffer("scales", (1 / factors).index_fill(0, outlying, 0))
        self.register_buffer("weights", weights * factors)
        self.register_buffer("bias", linear.bias.detach())

    def forward(self, inputs: Any) -> Any:
        outputs = torch.nn.functional.linear(inputs * self.scales, self.weights, self.bias)
        return outputs + inputs[..., self.outlying] @ self.outlying_weights if self.apart else outputs


def export(folder: Path, tokens: Sequence[list[int]], whole: Path, small: Path) -> None:
    """Exports the encoder of a folder to two files.

    Args:
      folder: of the encoder, or of a tuned one.
      tokens: ids of some texts, which tell how large each input is.
      whole: file for weights of 32 bits.
      small: file for weights of 8 bits.
    """
    model = Mean(transformers.AutoModel.from_pretrained(str(folder)).eval())
    _write(model, whole)
    even(model, tokens)
    with tempfile.TemporaryDirectory(prefix="teacher-", dir=small.parent) as temporary:
        evened = Path(temporary) / "evened.onnx"
        _write(model, evened)
        quantization.quantize_dynamic(
            str(evened),
            str(small),
            weight_type=quantization.QuantType.QInt8,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=_products_of(evened, _OUTLIERS),
            per_channel=True,
            reduce_range=True,  # Cores without VNNI add products of 8 bits in 16, which overflow.
        )


def even(model: Any, tokens: Sequence[list[int]]) -> None:
    """Replaces the linear layers that the ids run through by evened ones, in place."""
    largest, hooks = dict[str, Any](), []

    def watch(name: str) -> Any:
        def note(_: Any, inputs: tuple[Any]) -> None:
            found = inputs[0].flatten(0, -2).abs().amax(0)
            largest[name] = torch.maximum(largest[name], found) if name in largest else found

        return note

    for name, layer in model.named_modules():
        if isinstance(layer, torch.nn.Linear):
            hooks.append(layer.register_forward_pre_hook(watch(name)))
    ordered = sorted(tokens, key=len)
    with torch.no_grad():
        for start in range(0, len(ordered), _BATCH):
            model(*map(torch.from_numpy, padded(ordered[start : start + _BATCH])))
    for hook in hooks:
        hook.remove()
    for name, found in largest.items():
        layer = model.get_submodule(name)
        outliers = _OUTLIERS if layer.in_features > _WIDE else 0
        parent, _, own = name.rpartition(".")
        setattr(model.get_submodule(parent), own, Evened(layer, found, outliers))


def _write(model: Any, path: Path) -> None:
    example = (torch.randint(5, 1000, (4, 20)), torch.ones([4, 20], dtype=torch.long))
    any_size = {"ids": {0: "b", 1: "t"}, "mask": {0: "b", 1: "t"}, "v": {0: "b"}}
    names = {"input_names": ["ids", "mask"], "output_names": ["v"], "dynamic_axes": any_size}
    torch.onnx.export(model, example, str(path), **names, dynamo=False, opset_version=17)


def _products_of(path: Path, inputs: int) -> list[str]:
    """The names of the products by weights with so many rows."""
    graph = onnx.load(str(path)).graph
    rows = {weights.name: weights.dims[0] for weights in graph.initializer if weights.dims}
    return [node.name for node in graph.node if node.op_type == "MatMul" and rows.get(node.input[1]) == inputs]
