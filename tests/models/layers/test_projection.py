"""Projected inputs: cut into lanes they are the same, and gradients of a table are the sums they should be."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.models.layers.cells import LSTMCell
from rnn_textclf.models.layers.projection import sum_rows
from rnn_textclf.models.tf1 import tf


@given(positions=st.lists(st.integers(0, 6), max_size=40), num_rows=st.integers(7, 9))
def test_sums_of_rows_equal_a_slow_loop(positions: list[int], num_rows: int) -> None:
    values = np.random.default_rng(len(positions)).normal(size=[len(positions), 3]).astype("f")
    expected = np.zeros([num_rows, 3])
    for position, value in zip(positions, values, strict=True):
        expected[position] += value
    with tf.Graph().as_default(), tf.Session() as session:
        found = session.run(sum_rows(tf.constant(values), tf.constant(positions, tf.int32), num_rows))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_sums_of_rows_over_time_and_batch() -> None:
    values, positions = np.arange(24.0, dtype="f").reshape(3, 2, 4), np.array([[0, 2], [2, 2], [0, 4]], np.int32)
    with tf.Graph().as_default(), tf.Session() as session:
        found = session.run(sum_rows(tf.constant(values), tf.constant(positions), 5))
    expected = np.zeros([5, 4])
    np.add.at(expected, positions, values)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("shape", [(7, 5), (3, 2, 5), (1, 5), (0, 5)])
def test_lanes_change_neither_projections_nor_their_gradients(shape: tuple[int, ...]) -> None:
    draw = np.random.default_rng(0)
    inputs, d = draw.normal(size=shape).astype("f"), draw.normal(size=[*shape[:-1], 8]).astype("f")

    def run(batch_splits: int) -> Any:
        with tf.Graph().as_default(), tf.Session() as session:
            fed = tf.placeholder(tf.float32, [None] * len(shape))
            cell = LSTMCell(2, 5, "layer", seed=1)
            projected = cell.project(fed, batch_splits)
            gradients = tf.gradients(tf.reduce_sum(projected * d), [fed, cell.kernel, cell.bias])
            session.run(tf.global_variables_initializer())
            return session.run([projected, cell.kernel, cell.bias, *gradients], {fed: inputs})

    projected, kernel, bias, *gradients = run(1)
    np.testing.assert_allclose(projected, inputs @ kernel + bias, atol=1e-5)
    for batch_splits in (2, 3):
        found, _, _, *others = run(batch_splits)
        np.testing.assert_allclose(found, projected, atol=1e-6)
        for other, gradient in zip(others, gradients, strict=True):
            np.testing.assert_allclose(other, gradient, atol=1e-5)
