"""Variables whose initial values depend on the seed and their own name alone, not on the order of creation."""

import zlib
from collections.abc import Callable, Sequence
from typing import Any

from rnn_textclf.models.row_table import table
from rnn_textclf.models.tf1 import Tensor, Variable, tf


def uniform_table(name: str, shape: Sequence[int], limit: float, seed: int) -> Any:
    """A table, see `row_table.table`, drawn from the uniform distribution over [-limit, limit)."""
    key = _key(name, seed)
    return table(name, shape, lambda: tf.random.stateless_uniform(shape, key, -limit, limit))


def zeros_table(name: str, shape: Sequence[int]) -> Any:
    """A table, see `row_table.table`, of zeros."""
    return table(name, shape, lambda: tf.zeros(shape))


def uniform(name: str, shape: Sequence[int], limit: float, seed: int) -> Variable:
    """A variable drawn from the uniform distribution over [-limit, limit)."""
    return _variable(name, seed, lambda key: tf.random.stateless_uniform(shape, key, -limit, limit))


def glorot(name: str, shape: Sequence[int], seed: int) -> Variable:
    """A matrix `[fan_in, fan_out]` with Glorot and Bengio's (2010) uniform limit, sqrt(6 / (fan_in + fan_out))."""
    return uniform(name, shape, (6.0 / (shape[0] + shape[1])) ** 0.5, seed)


def orthogonal(name: str, size: int, blocks: int, seed: int) -> Variable:
    """A matrix `[size, blocks * size]` of orthogonal square blocks, one for each gate (Saxe et al. 2014)."""

    def initial_value(key: list[int]) -> Tensor:
        q, r = tf.linalg.qr(tf.random.stateless_normal([blocks, size, size], key))
        # The sign of R's diagonal makes the distribution uniform over rotations (Mezzadri 2007).
        q *= tf.sign(tf.linalg.diag_part(r))[:, tf.newaxis, :]
        return tf.reshape(tf.transpose(q, [1, 0, 2]), [size, blocks * size])

    return _variable(name, seed, initial_value)


def constant(name: str, values: Sequence[float]) -> Variable:
    """A vector with the given initial values."""
    return tf.get_variable(name, initializer=lambda: tf.constant(values, tf.float32))


def zeros(name: str, shape: Sequence[int]) -> Variable:
    """A tensor of zeros."""
    return tf.get_variable(name, initializer=lambda: tf.zeros(shape))


def non_trainable(name: str, initial_value: Callable[[], Tensor]) -> Variable:
    """State that checkpoints carry and the optimizer leaves alone."""
    return tf.get_variable(name, initializer=initial_value, trainable=False)


def row_factors(name: str, num_rows: int) -> Any:
    """A non-trainable table, see `row_table.table`, of ones `[num_rows]`."""
    return table(name, [num_rows], lambda: tf.ones([num_rows]), trainable=False)


def _variable(name: str, seed: int, initial_value: Callable[[list[int]], Tensor]) -> Variable:
    key = _key(name, seed)
    return tf.get_variable(name, initializer=lambda: initial_value(key))


def _key(name: str, seed: int) -> list[int]:
    full_name = f"{tf.get_variable_scope().name}/{name}"
    return [seed, zlib.crc32(full_name.encode()) & 0x7FFFFFFF]
