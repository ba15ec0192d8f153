"""Every registered cell and pooling, and new cells: against NumPy loops, autodiff and finite differences."""

import dataclasses
from itertools import cycle, islice
from typing import Any

import numpy as np
import pytest

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.models.layers import encoder
from rnn_textclf.models.layers.cells import CELLS
from rnn_textclf.models.layers.pooling import POOLINGS
from rnn_textclf.models.layers.recurrence import run_layer
from tests import graphs
from tests.models.layers import reference
from tests.models.layers.test_recurrence import DoubledCell, LeakyCell

SENTENCES = [[2, 3, 4, 5, 3], [6, 7], [8], [9, 10, 11, 2]]
CLASSES = [0, 1, 1, 0]
TRAINING = TrainConfig(dropout=0.0, prefix_loss_weight=0.5, max_gradient_norm=1e9)
# Each cell and each pooling at least once.
PAIRS = list(islice(zip(cycle(CELLS), cycle(POOLINGS), strict=False), max(len(CELLS), len(POOLINGS))))


def test_the_command_line_offers_all_cells_and_poolings() -> None:
    choices = {field.name: set(field.metadata["choices"]) for field in dataclasses.fields(ModelConfig)}
    assert choices["rnn_unit"] == set(CELLS)
    assert choices["pooling"] == set(POOLINGS)


def slow_scores(values: dict[str, np.ndarray], unit: str, pooling: str, ids: list[int]) -> np.ndarray:
    """Running scores `[T, C]` of a network of two layers."""
    layers, attention = (
        [
            {name.removeprefix(scope): value for name, value in values.items() if name.startswith(scope)}
            for scope in scopes
        ]
        for scopes in (["layer_0/", "layer_1/"], ["attention/"])
    )
    h = reference.run(unit, layers, values["embedding"][ids][np.newaxis], np.array([len(ids)]), 6)[0][0]
    features = reference.pooled_features(pooling, h, attention[0])
    return np.array([reference.softmax(row @ values["output_kernel"] + values["output_bias"]) for row in features])


@pytest.mark.parametrize(("unit", "pooling"), PAIRS)
def test_scores_equal_the_loop_and_gradients_autodiff_and_differences(
    unit: str, pooling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    more: dict[str, Any] = {"rnn_unit": unit, "pooling": pooling, "num_layers": 2}
    batch = graphs.batch(SENTENCES, CLASSES, padding=1)
    with graphs.classifier(TRAINING, **more) as built:
        graphs.load_large_weights(built)
        values = built.session.run({v.op.name: v for v in built.classifier.weights})
        sample = built.classifier.step(built.session, batch, "sample")
        for ids, scores in zip(SENTENCES, sample.running_scores, strict=True):
            np.testing.assert_allclose(scores[: len(ids)], slow_scores(values, unit, pooling, ids), atol=1e-5)
        fast = graphs.gradients(built, batch)
        graphs.assert_gradients_are_numeric(built, 0.5, step=1e-3)
    monkeypatch.setattr(encoder, "train_layer", run_layer)
    with graphs.classifier(TRAINING, **more) as built:
        graphs.load_large_weights(built)
        graphs.assert_close(fast, graphs.gradients(built, batch), atol=1e-5)


@pytest.mark.parametrize("cell", [LeakyCell, DoubledCell])
def test_a_new_cell_is_one_class(cell: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `backward` as with gradients that differ, it trains by the right gradients, with all around it."""
    monkeypatch.setitem(CELLS, "gru", cell)
    training = TrainConfig(dropout=0.0, prefix_loss_weight=0.0, max_gradient_norm=1e9)
    with graphs.classifier(training, num_layers=2, stems=True, direct_scores=True) as built:
        assert type(built.classifier.encoder.cells[0]) is cell
        graphs.load_large_weights(built)
        graphs.assert_gradients_are_numeric(built, 0.0, step=1e-3)
        batch = graphs.batch(SENTENCES, CLASSES)
        losses = [built.classifier.step(built.session, batch, "train").loss for _ in range(10)]
        assert losses[-1] < losses[0]
