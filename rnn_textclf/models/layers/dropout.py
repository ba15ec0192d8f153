"""Dropout whose draws depend on the seed, the place and the global step alone, so that a resume repeats them."""

import zlib
from typing import Any

from rnn_textclf.models.tf1 import tf


def key_at(place: str, seed: int, global_step: Any) -> list[Any]:
    """The key of the stateless draws at a place of the graph, at a step."""
    return [seed ^ zlib.crc32(place.encode()) & 0x7FFFFFFF, tf.cast(global_step, tf.int32)]


class Dropout:
    """Inverted dropout (Srivastava et al. 2014) from stateless random numbers.

    Args:
      rate: share dropped, in [0, 1); 0 adds nothing to the graph.
      seed: the run's seed.
      global_step: scalar; another step draws other masks.
      variational: whether `of_steps` draws one mask a sentence (Gal and Ghahramani 2016).
    """

    def __init__(self, rate: float, seed: int, global_step: Any, variational: bool = False) -> None:
        self.rate = rate
        self._seed = seed
        self._global_step = global_step
        self._variational = variational

    def __call__(self, values: Any, place: str, noise_shape: Any = None) -> Any:
        """Drops entries of `values` and scales the rest by 1 / (1 - rate); `place` names this use of it."""
        if not self.rate:
            return values
        key = key_at(place, self._seed, self._global_step)
        return tf.nn.experimental.stateless_dropout(values, self.rate, seed=key, noise_shape=noise_shape)

    def of_sentences(self, values: Any, place: str) -> Any:
        """Drops entries of `values` `[T, B, D]`, the same at each of the T steps of a sentence."""
        return self(values, place, [1, tf.shape(values)[1], values.shape[2]])

    def of_steps(self, values: Any, place: str) -> Any:
        """Drops entries of a layer's inputs `[T, B, D]`: others at each step, or as `of_sentences` if variational."""
        return self.of_sentences(values, place) if self._variational else self(values, place)
