"""Dropout whose draws depend on the seed, the place and the global step alone, so that a resume repeats them."""

import zlib
from typing import Any

from rnn_textclf.graph.tf1 import tf


class Dropout:
    """Inverted dropout (Srivastava et al. 2014) from stateless random numbers.

    Args:
      rate: share dropped, in [0, 1); 0 adds nothing to the graph.
      seed: the run's seed.
      global_step: scalar; another step draws other masks.
    """

    def __init__(self, rate: float, seed: int, global_step: Any) -> None:
        self.rate = rate
        self._seed = seed
        self._global_step = global_step

    def __call__(self, values: Any, place: str, noise_shape: Any = None) -> Any:
        """Drops entries of `values` and scales the rest by 1 / (1 - rate); `place` names this use of it."""
        if not self.rate:
            return values
        key = [self._seed ^ zlib.crc32(place.encode()) & 0x7FFFFFFF, tf.cast(self._global_step, tf.int32)]
        return tf.nn.experimental.stateless_dropout(values, self.rate, seed=key, noise_shape=noise_shape)
