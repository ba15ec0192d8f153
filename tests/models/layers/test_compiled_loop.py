"""The compiled loop against a loop in NumPy."""

from typing import Any

import numpy as np
import pytest

from rnn_textclf.models.layers.compiled_loop import compiled_loop
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Sessions


def test_as_many_steps_are_read_as_there_are_inputs() -> None:
    draw = np.random.default_rng(3)
    inputs, weights = draw.normal(size=[4, 2, 3]).astype("f"), draw.normal(size=[3, 3]).astype("f")
    with Sessions().new_graph() as session:
        fed: Any = tf.placeholder(tf.float32, [None, 2, 3])
        kernel = tf.get_variable("kernel", initializer=weights)
        first = {"h": tf.zeros([2, 3]), "steps": tf.constant(0)}
        read = compiled_loop(
            lambda x, before: {"h": tf.tanh(x + tf.matmul(before["h"], kernel)), "steps": before["steps"] + 1},
            fed,
            4,
            first,
        )
        session.run(tf.global_variables_initializer())
        h = np.zeros([2, 3])
        for count in range(1, 5):
            h = np.tanh(inputs[count - 1] + h @ weights)
            found = session.run(read, {fed: inputs[:count]})
            np.testing.assert_allclose(found["h"], h, atol=1e-6)
            assert found["steps"] == count
        with pytest.raises(tf.errors.InvalidArgumentError):
            session.run(read, {fed: np.zeros([5, 2, 3])})
