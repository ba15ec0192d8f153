"""First weights: their distribution, and what they depend on."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnn_textclf.models import initializers
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Sessions


def first_values(*makers: Callable[[], Any]) -> list[np.ndarray]:
    with Sessions().new_graph() as session:
        variables = [make() for make in makers]
        session.run(tf.global_variables_initializer())
        return session.run(variables)


def glorot(name: str, seed: int = 1, scope: str = "a") -> Callable[[], Any]:
    def make() -> Any:
        with tf.variable_scope(scope):
            return initializers.glorot(name, [20, 30], seed)

    return make


@pytest.mark.parametrize(("size", "blocks"), [(1, 1), (5, 1), (8, 3), (32, 4)])
def test_each_block_is_orthogonal_and_its_own(size: int, blocks: int) -> None:
    (value,) = first_values(lambda: initializers.orthogonal("r", size, blocks, seed=3))
    assert value.shape == (size, blocks * size)
    parts = np.split(value, blocks, axis=1)
    for i, part in enumerate(parts):
        np.testing.assert_allclose(part.T @ part, np.eye(size), atol=1e-5)
        assert size == 1 or all(not np.allclose(part, other) for other in parts[:i])


def test_rotations_are_spread_evenly() -> None:
    """Of uniform rotations, entries have mean 0 and trace 0: QR alone would lean to one sign."""
    makers = [lambda i=i: initializers.orthogonal(f"r{i}", 4, 4, seed=1) for i in range(60)]
    blocks = np.concatenate([np.split(value, 4, axis=1) for value in first_values(*makers)])
    assert len(blocks) == 240
    assert np.abs(blocks.mean(0)).max() < 5 * 0.5 / 240**0.5  # an entry's variance is 1/4
    assert abs(np.trace(blocks, axis1=1, axis2=2).mean()) < 5 / 240**0.5


def test_uniform_and_glorot_keep_and_fill_their_limits() -> None:
    embedding, kernel = first_values(
        lambda: initializers.uniform("e", [400, 50], 0.05, seed=1), lambda: initializers.glorot("k", [100, 200], 1)
    )
    for values, limit in ((embedding, 0.05), (kernel, np.sqrt(6 / 300))):
        assert -limit <= values.min() < -0.99 * limit
        assert 0.99 * limit < values.max() <= limit
        assert abs(values.mean()) < 5 * limit / np.sqrt(3 * values.size)
        assert values.std() == pytest.approx(limit / np.sqrt(3), rel=0.02)


def test_values_depend_on_seed_and_full_name_and_not_on_the_order() -> None:
    makers = [glorot("k"), glorot("other"), glorot("k", scope="b"), glorot("k", scope="c", seed=2)]
    values = first_values(*makers)
    for value, again in zip(values, reversed(first_values(*reversed(makers))), strict=True):
        np.testing.assert_array_equal(value, again)
    np.testing.assert_array_equal(values[0], first_values(glorot("k"))[0])
    (other_seed,) = first_values(glorot("k", seed=2))
    for i, value in enumerate([*values, other_seed]):
        assert all(not np.allclose(value, other) for other in values[:i])


def test_constants_and_zeros() -> None:
    constant, zeros = first_values(
        lambda: initializers.constant("c", [1.0, -2.5]), lambda: initializers.zeros("z", [3, 2])
    )
    assert constant.tolist() == [1.0, -2.5]
    assert zeros.dtype == np.float32
    np.testing.assert_array_equal(zeros, np.zeros([3, 2]))
