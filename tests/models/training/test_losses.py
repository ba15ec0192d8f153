"""Losses against the formulas written out with NumPy loops."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from rnn_textclf.models.tf1 import tf
from rnn_textclf.models.training import losses

DRAW = np.random.default_rng(3)
LOGITS = DRAW.normal(size=(3, 4, 5)).astype("f")
LENGTHS = np.array([4, 2, 1], np.int32)
TARGETS = np.eye(5, dtype="f")[[1, 0, 4]]


@pytest.fixture(autouse=True)
def own_graph() -> Iterator[None]:
    with tf.Graph().as_default():
        yield


def evaluate(tensor: Any) -> np.ndarray:
    with tf.Session() as session:
        return session.run(tensor)


def slow_cross_entropy(logits: np.ndarray, targets: np.ndarray, loss: str) -> float:
    if loss == "softmax":
        return float(-np.log((np.exp(logits) / np.exp(logits).sum())[targets.argmax()]))
    chances = 1 / (1 + np.exp(-logits))
    return float(-sum(np.log(p if t else 1 - p) for p, t in zip(chances, targets, strict=True)))


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
def test_prefix_loss_is_the_mix_of_last_and_mean(loss: str, weight: float) -> None:
    last = LOGITS[np.arange(3), LENGTHS - 1]
    padded = LOGITS.copy()
    for row, length in zip(padded, LENGTHS, strict=True):
        row[length:] = np.nan  # What stands past the end must not be looked at, not even this.
    found = evaluate(losses.prefix_loss(tf.constant(padded), tf.constant(last), tf.constant(TARGETS),
                                        tf.constant(LENGTHS), loss, weight))  # fmt: skip
    for b, length in enumerate(LENGTHS):
        steps = [slow_cross_entropy(LOGITS[b, t], TARGETS[b], loss) for t in range(length)]
        expected = (1 - weight) * steps[-1] + weight * sum(steps) / length
        assert found[b] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
def test_smoothed_targets_ask_for_the_mix_of_truth_and_ignorance(loss: str) -> None:
    smoothed = evaluate(losses.smooth_labels(tf.constant(TARGETS), 0.2, loss))
    np.testing.assert_allclose(smoothed, 0.8 * TARGETS + 0.2 * (1 / 5 if loss == "softmax" else 1 / 2), rtol=1e-6)
    found = evaluate(losses.cross_entropy(tf.constant(LOGITS[:, 0]), tf.constant(smoothed), loss))
    for logits, target, value in zip(LOGITS[:, 0], TARGETS, found, strict=True):
        if loss == "softmax":
            others = [slow_cross_entropy(logits, other, loss) for other in np.eye(5)]
        else:
            others = [slow_cross_entropy(logits, target, loss), slow_cross_entropy(logits, 1 - target, loss)]
        assert value == pytest.approx(0.8 * slow_cross_entropy(logits, target, loss) + 0.2 * np.mean(others), rel=1e-5)


def test_targets_that_are_not_smoothed_are_themselves() -> None:
    targets = tf.constant(TARGETS)
    assert losses.smooth_labels(targets, 0.0, "softmax") is targets


def test_padding_has_no_gradient() -> None:
    with tf.Graph().as_default():
        logits = tf.constant(LOGITS)
        loss = losses.prefix_loss(logits, logits[:, 0], tf.constant(TARGETS), tf.constant(LENGTHS), "softmax", 1.0)
        gradient = evaluate(tf.gradients(loss, logits)[0])
    for row, length in zip(gradient, LENGTHS, strict=True):
        assert np.abs(row[:length]).min() > 0
        assert not row[length:].any()


def test_probabilities() -> None:
    softmax = evaluate(losses.probabilities(tf.constant(LOGITS), "softmax"))
    np.testing.assert_allclose(softmax.sum(-1), 1, rtol=1e-6)
    sigmoid = evaluate(losses.probabilities(tf.constant(LOGITS), "sigmoid"))
    np.testing.assert_allclose(sigmoid, 1 / (1 + np.exp(-LOGITS)), rtol=1e-5)
