"""Dropout of units and of words, with draws that depend on the seed, the place and the global step alone.

A resumed run therefore repeats them.
"""

import zlib
from collections.abc import Sequence

from rnn_textclf.models.tf1 import Tensor, tf
from rnn_textclf.preprocessing.vocabulary import Vocabulary


class Dropout:
    """Inverted dropout (Srivastava et al. 2014) from stateless random numbers.

    Args:
      rate: share dropped, in [0, 1); 0 adds nothing to the graph.
      seed: the run's seed.
      global_step: scalar; each step draws its own masks.
      variational: whether `of_steps` draws one mask a sentence (Gal and Ghahramani 2016).
    """

    def __init__(self, rate: float, seed: int, global_step: Tensor, variational: bool = False) -> None:
        self.rate = rate
        self._seed = seed
        self._global_step = global_step
        self._variational = variational

    def __call__(self, values: Tensor, place: str, noise_shape: Sequence[int | Tensor] | None = None) -> Tensor:
        """Drops entries of `values` and scales the rest by 1 / (1 - rate); `place` names this use of it."""
        if not self.rate:
            return values
        key = random_key(place, self._seed, self._global_step)
        return tf.nn.experimental.stateless_dropout(values, self.rate, seed=key, noise_shape=noise_shape)

    def of_sentences(self, values: Tensor, place: str) -> Tensor:
        """Drops entries of `values` `[T, B, D]`, the same at each of the T steps of a sentence."""
        return self(values, place, [1, tf.shape(values)[1], values.shape[2]])

    def of_steps(self, values: Tensor, place: str) -> Tensor:
        """Drops entries of a layer's inputs `[T, B, D]`: at each step anew, or as `of_sentences` if variational."""
        return self.of_sentences(values, place) if self._variational else self(values, place)


def drop_words(ids: Tensor, vocabulary: Vocabulary, rate: float, seed: int, global_step: Tensor) -> Tensor:
    """Replaces random words by what they would be if they were unknown; padding stays padding.

    Iyyer et al. (2015, "Deep Unordered Composition Rivals Syntactic Methods for Text Classification") and Dai and
    Le (2015, "Semi-supervised Sequence Learning") drop words. Replacing them trains the vectors of `<unk>` and of
    lone stems, which training text without unknown words would leave untouched.

    Args:
      ids: int32 `[B, T]`.
      vocabulary: its `unknown_ids` are the replacements.
      rate: share of the words replaced, in [0, 1); 0 returns `ids` itself.
      seed: the run's seed.
      global_step: scalar; each step replaces other words.
    """
    if not rate:
        return ids
    draws = tf.random.stateless_uniform(tf.shape(ids), random_key("words", seed, global_step))
    return tf.where_v2(draws < rate, tf.gather(tf.constant(vocabulary.unknown_ids), ids), ids)


def worker_seed(seed: int, worker: int) -> int:
    """The seed of a worker's draws, so that no two workers draw alike; that of worker 0 is the run's own."""
    return seed ^ zlib.crc32(f"worker {worker}".encode()) & 0x7FFFFFFF if worker else seed


def random_key(place: str, seed: int, global_step: Tensor) -> list[int | Tensor]:
    """The key of the stateless draws at a place of the graph, at a step."""
    return [seed ^ zlib.crc32(place.encode()) & 0x7FFFFFFF, tf.cast(global_step, tf.int32)]
