"""The scan over time against one combination after the other."""

import functools
from typing import Any

import numpy as np
import pytest

from rnn_textclf.models.layers.prefix_scan import prefix_scan
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Sessions

DRAW = np.random.default_rng(0)


def affine(before: Any, after: Any) -> Any:
    """Composition of y = a x + b, which is associative and not commutative."""
    return {"a": before["a"] * after["a"], "b": before["b"] * after["a"] + after["b"]}


@pytest.mark.parametrize("time", [1, 2, 3, 8, 13])
def test_every_step_covers_all_before_it_in_order(time: int) -> None:
    steps = {name: DRAW.normal(size=[time, 2, 3]).astype("f") for name in "ab"}
    with Sessions().new_graph() as session:
        found = session.run(prefix_scan(affine, {name: tf.constant(value) for name, value in steps.items()}))
    for t in range(time):
        first = [{name: value[i] for name, value in steps.items()} for i in range(t + 1)]
        expected = functools.reduce(affine, first)
        for name, value in expected.items():
            np.testing.assert_allclose(found[name][t], value, rtol=1e-4, atol=1e-5)


def test_times_are_known_when_fed_and_gradients_flow() -> None:
    with Sessions().new_graph() as session:
        steps = tf.placeholder(tf.float32, [None, 1, 1])
        sums = prefix_scan(tf.add, steps)
        gradient = tf.gradients(sums[-1], steps)[0]
        for time in (1, 6):
            values = np.arange(time, dtype="f").reshape(time, 1, 1)
            found, d_steps = session.run((sums, gradient), {steps: values})
            np.testing.assert_array_equal(found, values.cumsum(0))
            np.testing.assert_array_equal(d_steps, np.ones_like(values))
