"""First weights that depend on the seed and the variable's name alone, not on the order of creation."""

import zlib
from collections.abc import Callable, Sequence
from typing import Any

from rnn_textclf.models.tf1 import tf


def uniform(name: str, shape: Sequence[int], limit: float, seed: int) -> Any:
    """A variable drawn from the uniform distribution over [-limit, limit)."""
    return _variable(name, seed, lambda key: tf.random.stateless_uniform(shape, key, -limit, limit))


def glorot(name: str, shape: Sequence[int], seed: int) -> Any:
    """A matrix `[fan_in, fan_out]` with Glorot and Bengio's (2010) uniform limit, sqrt(6 / (fan_in + fan_out))."""
    return uniform(name, shape, (6.0 / (shape[0] + shape[1])) ** 0.5, seed)


def orthogonal(name: str, size: int, blocks: int, seed: int) -> Any:
    """A matrix `[size, blocks * size]` of orthogonal square blocks (Saxe et al. 2014), one a gate."""

    def first_value(key: list[int]) -> Any:
        q, r = tf.linalg.qr(tf.random.stateless_normal([blocks, size, size], key))
        # The sign of R's diagonal makes the distribution uniform over rotations (Mezzadri 2007).
        q *= tf.sign(tf.linalg.diag_part(r))[:, tf.newaxis, :]
        return tf.reshape(tf.transpose(q, [1, 0, 2]), [size, blocks * size])

    return _variable(name, seed, first_value)


def constant(name: str, values: Sequence[float]) -> Any:
    """A vector variable with the given first values."""
    return tf.get_variable(name, initializer=lambda: tf.constant(values, tf.float32))


def zeros(name: str, shape: Sequence[int]) -> Any:
    """A variable of zeros."""
    return tf.get_variable(name, initializer=lambda: tf.zeros(shape))


def factors(name: str, size: int) -> Any:
    """A vector of ones that training does not change."""
    return tf.get_variable(name, initializer=lambda: tf.ones([size]), trainable=False)


def no_flags(name: str, size: int) -> Any:
    """A vector of booleans, all false, that training does not change."""
    return tf.get_variable(name, initializer=lambda: tf.zeros([size], tf.bool), trainable=False)


def _variable(name: str, seed: int, first_value: Callable[[list[int]], Any]) -> Any:
    full_name = f"{tf.get_variable_scope().name}/{name}"
    key = [seed, zlib.crc32(full_name.encode()) & 0x7FFFFFFF]
    return tf.get_variable(name, initializer=lambda: first_value(key))
