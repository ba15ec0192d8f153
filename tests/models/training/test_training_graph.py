"""The training step as a whole: gradients against differences of the loss, prefixes, padding, learning rate, totals."""

import numpy as np
import pytest

from rnn_textclf.config import TrainConfig
from tests import graphs

SENTENCES = [[2, 3, 4, 5, 3], [6, 7], [8], [9, 10, 11, 2]]
CLASSES = [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("unit", "weight"),
    [("gru", 0.5), *(pytest.param(*each, marks=pytest.mark.slow) for each in [("rnn", 0.0), ("lstm", 1.0)])],
)
def test_gradients_with_stems_and_the_wide_part_equal_numeric_ones(unit: str, weight: float) -> None:
    training = TrainConfig(dropout=0.0, prefix_loss_weight=weight, max_gradient_norm=1e9)
    with graphs.classifier(training, rnn_unit=unit, num_layers=2, stems=True, direct_scores=True) as built:
        graphs.assert_gradients_are_numeric(built, weight)


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_the_last_word_alone_has_the_loss_of_the_last_of_all_prefixes(dropout: float) -> None:
    results = []
    for weight in (0.0, 1e-9):  # The first reads the final state only.
        training = TrainConfig(dropout=dropout, prefix_loss_weight=weight)
        with graphs.classifier(training, stems=True, direct_scores=True) as built:
            batch = graphs.batch(SENTENCES, CLASSES, padding=1)
            results.append([built.classifier.step(built.session, batch, "train").loss for _ in range(5)])
    np.testing.assert_allclose(*results, atol=1e-6)
    assert results[0][0] != results[0][-1]


@pytest.mark.parametrize(("unit", "pooling"), [("lstm", "last"), ("gru", "attention"), ("rnn", "max")])
def test_padding_changes_no_gradient(unit: str, pooling: str) -> None:
    with graphs.classifier(TrainConfig(dropout=0.0), rnn_unit=unit, pooling=pooling) as built:
        graphs.assert_padding_changes_no_gradient(built, SENTENCES, CLASSES)


def test_the_learning_rate_decays_by_epoch_and_totals_add_up() -> None:
    training = TrainConfig(learning_rate=0.5, learning_rate_decay_factor=0.1, dropout=0.0)
    with graphs.classifier(training, steps_per_epoch=2) as (model, session):
        rates, losses, correct, batch = [], [], 0, graphs.batch(SENTENCES, CLASSES)
        for _ in range(5):
            rates.append(session.run(model.training.learning_rate))
            correct += (model.step(session, batch, "eval").probabilities.argmax(1) == CLASSES).sum()
            losses.append(model.step(session, batch, "train").loss)
        totals = session.run(model.training.epoch_totals)
    np.testing.assert_allclose(rates, [0.5, 0.5, 0.05, 0.05, 0.005], rtol=1e-5)
    np.testing.assert_allclose(totals, [4 * sum(losses), correct, 20], rtol=1e-5)
