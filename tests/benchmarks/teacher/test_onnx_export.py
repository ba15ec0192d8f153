"""Export of the encoder: evened layers give what the layers gave, and lose less by 8 bits."""

from typing import Any

import pytest

from tests.benchmarks.teacher.padding import padded

torch = pytest.importorskip("torch", reason="the teacher's requirements are not installed")
export = pytest.importorskip("tests.benchmarks.teacher.onnx_export")

INPUTS = 2048


@pytest.fixture
def inputs() -> Any:
    """Float `[50, 2048]`, of which the first two inputs are a hundred times as large."""
    torch.manual_seed(1)
    drawn = torch.randn(50, INPUTS)
    drawn[:, :2] *= 100
    return drawn


def in_8_bits(values: Any) -> Any:
    """The values as 8 bits keep them, with one scale."""
    scale = values.abs().max() / 127
    return (values / scale).round() * scale


@pytest.mark.parametrize("outliers", [0, 5])
def test_an_evened_layer_gives_the_same(inputs: Any, outliers: int) -> None:
    linear = torch.nn.Linear(INPUTS, 7)
    evened = export.Evened(linear, inputs.abs().amax(0), outliers)
    torch.testing.assert_close(evened(inputs), linear(inputs), rtol=1e-4, atol=1e-4)


def test_inputs_of_8_bits_lose_less(inputs: Any) -> None:
    linear = torch.nn.Linear(INPUTS, 7)
    evened = export.Evened(linear, inputs.abs().amax(0), 5)
    right = linear(inputs)
    plain = linear(in_8_bits(inputs))
    scaled = in_8_bits(inputs * evened.scales) @ evened.weights.T + evened.bias
    apart = scaled + inputs[:, evened.outlying] @ evened.outlying_weights
    assert set(evened.outlying.tolist()) >= {0, 1}
    assert (apart - right).norm() < (plain - right).norm() / 10


def test_the_layers_that_texts_run_through_are_evened(inputs: Any) -> None:
    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.wide, self.narrow, self.unused = (torch.nn.Linear(n, 8) for n in (INPUTS, 8, 8))

        def forward(self, ids: Any, mask: Any) -> Any:
            return self.narrow(self.wide(inputs[: ids.shape[0]] * mask.sum(1, keepdim=True)))

    net, tokens = Net(), [[5] * length for length in range(1, 20)]
    batch = [torch.from_numpy(array) for array in padded(tokens)]
    before = net(*batch)
    export.even(net, tokens)
    assert [type(layer).__name__ for layer in (net.wide, net.narrow, net.unused)] == ["Evened", "Evened", "Linear"]
    assert (net.wide.apart, net.narrow.apart) == (True, False)
    torch.testing.assert_close(net(*batch), before, rtol=1e-4, atol=1e-2)
