"""Adversarial vectors against numeric slopes, and the loss made of them against a plain net whose vectors are moved."""

import numpy as np
import pytest

from rnn_textclf.config import TrainConfig
from rnn_textclf.models.tf1 import tf
from rnn_textclf.models.training.adversarial import perturbed
from rnn_textclf.runs.sessions import Sessions
from tests import graphs

# Each word once, so that what is added to a place can be added to the word's row.
SENTENCES = [[2, 3, 4, 5], [6, 7], [8], [9, 10, 11]]
CLASSES = [0, 1, 1, 0]
SIZE = 0.3


def losses_of(vectors: np.ndarray, scale: float) -> np.ndarray:
    """Something that is not linear: `[T, B, E]` -> `[B]`."""
    weights = np.arange(1, vectors.shape[0] * vectors.shape[2] + 1).reshape(vectors.shape[0], 1, -1)
    return scale * (np.sin(weights * vectors) + vectors**3).sum((0, 2))


@pytest.mark.parametrize("scale", [1.0, 1e-30])
def test_vectors_move_up_the_numeric_slope_by_the_size(scale: float) -> None:
    vectors = np.random.default_rng(1).normal(size=[3, 4, 2])
    slope = np.zeros_like(vectors)
    for place in np.ndindex(vectors.shape):
        nudge = np.zeros_like(vectors)
        nudge[place] = 1e-6
        slope[place] = (losses_of(vectors + nudge, 1.0) - losses_of(vectors - nudge, 1.0))[place[1]]
    expected = SIZE * slope / np.sqrt((slope**2).sum((0, 2), keepdims=True))
    with Sessions().new_graph() as session:
        given = tf.constant(vectors, tf.float32)
        weights = tf.reshape(tf.range(1.0, 7.0), [3, 1, 2])
        losses = scale * tf.reduce_sum(tf.sin(weights * given) + given**3, axis=[0, 2])
        moved = perturbed(given, losses, SIZE)
        assert tf.gradients(moved, [given]) != [None]
        through = session.run(tf.gradients(moved, [given])[0])
        found = session.run(moved) - vectors
    np.testing.assert_allclose(found, expected, atol=1e-4)
    np.testing.assert_allclose(np.sqrt((found**2).sum((0, 2))), SIZE, rtol=1e-4)
    np.testing.assert_array_equal(through, 1.0)  # what was added is a constant


def test_a_sentence_without_a_slope_stays() -> None:
    with Sessions().new_graph() as session:
        vectors = tf.ones([2, 3, 4])
        losses = tf.reduce_sum(vectors, axis=[0, 2]) * [1.0, 0.0, 1.0]
        moved = session.run(perturbed(vectors, losses, SIZE))
    np.testing.assert_array_equal(moved[:, 1], 1.0)
    np.testing.assert_allclose(moved[:, 0], 1 + SIZE / np.sqrt(8), rtol=1e-6)


def slopes(training: TrainConfig, unit: str, added: np.ndarray | None = None) -> list[np.ndarray]:
    """The gradients of one training step, with `added` `[V, E]` to the word vectors."""
    with graphs.classifier(training, rnn_unit=unit, num_layers=2, direct_scores=True) as built:
        if added is not None:
            table = built.classifier.embedding.table
            table.load(built.session.run(table) + added, built.session)
        return graphs.gradients(built, graphs.batch(SENTENCES, CLASSES, padding=1))


@pytest.mark.parametrize(("unit", "dropout"), [pytest.param("gru", 0.0, marks=pytest.mark.slow), ("lstm", 0.5)])
def test_a_step_adds_the_gradients_at_the_moved_vectors(unit: str, dropout: float) -> None:
    options = {"dropout": dropout, "max_gradient_norm": 1e9}
    plain = slopes(TrainConfig(**options), unit)
    added = np.zeros_like(plain[0])
    for sentence in SENTENCES:
        added[sentence] = SIZE * plain[0][sentence] / np.linalg.norm(plain[0][sentence])
    expected = [a + b for a, b in zip(plain, slopes(TrainConfig(**options), unit, added), strict=True)]
    found = slopes(TrainConfig(**options, adversarial=SIZE), unit)
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)
    assert not np.allclose(found[0], 2 * plain[0], atol=1e-5)
