"""Dropout: how much it drops, and when two masks are one."""

from typing import Any

import numpy as np
import pytest

from rnn_textclf.models.layers.dropout import Dropout
from rnn_textclf.models.tf1 import tf

VALUES = np.full([40, 30, 20], 3.0, np.float32)


def drop(rate: float = 0.4, seed: int = 1, step: int = 0, place: str = "here", noise_shape: Any = None) -> np.ndarray:
    with tf.Graph().as_default(), tf.Session() as session:
        dropout = Dropout(rate, seed, tf.constant(step, tf.int64))
        return session.run(dropout(tf.constant(VALUES), place, noise_shape))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_the_rate_is_dropped_and_the_rest_scaled(rate: float) -> None:
    dropped = drop(rate)
    zeros = (dropped == 0).mean()
    assert zeros == pytest.approx(rate, abs=5 * np.sqrt(rate * (1 - rate) / VALUES.size))
    np.testing.assert_allclose(dropped[dropped != 0], 3 / (1 - rate), rtol=1e-6)


def test_a_rate_of_zero_is_the_tensor_itself() -> None:
    with tf.Graph().as_default():
        values = tf.constant(VALUES)
        assert Dropout(0.0, 1, tf.constant(0))(values, "here") is values


def test_the_mask_is_fixed_by_seed_place_and_step() -> None:
    first = drop()
    np.testing.assert_array_equal(first, drop())
    others = [drop(step=1), drop(step=2), drop(place="there"), drop(place="layer_0"), drop(seed=2)]
    for i, other in enumerate(others):
        for another in (first, *others[:i]):
            same = ((other == 0) == (another == 0)).mean()
            assert same == pytest.approx(0.4**2 + 0.6**2, abs=0.02)  # independent


@pytest.mark.parametrize("variational", [True, False])
def test_a_layers_inputs_lose_the_same_at_each_step_where_that_is_asked_for(variational: bool) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        dropout = Dropout(0.4, 1, tf.constant(0), variational)
        values = tf.constant(VALUES)
        of_steps, of_sentences = session.run([dropout.of_steps(values, "a"), dropout.of_sentences(values, "a")])
    np.testing.assert_array_equal(of_sentences, np.broadcast_to(of_sentences[:1], VALUES.shape))
    assert np.array_equal(of_steps, of_sentences) == variational
    assert (of_sentences[0] == 0).mean() == pytest.approx(0.4, abs=0.1)
    assert not np.array_equal(of_sentences[0, 0], of_sentences[0, 1])


def test_one_mask_is_shared_along_axes_of_one() -> None:
    dropped = drop(noise_shape=[1, 30, 20]) == 0
    np.testing.assert_array_equal(dropped, np.broadcast_to(dropped[:1], dropped.shape))
    assert dropped[0].mean() == pytest.approx(0.4, abs=0.1)


def test_gradients_pass_where_values_do() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        values = tf.constant(VALUES)
        dropped = Dropout(0.4, 1, tf.constant(5))(values, "here")
        found, gradient = session.run((dropped, tf.gradients(tf.reduce_sum(dropped), values)[0]))
    np.testing.assert_allclose(gradient, found / 3, rtol=1e-6)


def test_the_largest_seed_is_allowed() -> None:
    assert (drop(seed=2**31 - 1) == 0).mean() == pytest.approx(0.4, abs=0.02)
