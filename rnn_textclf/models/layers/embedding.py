"""Word vectors, and what a sentence looks like through them."""

from typing import Any

import numpy as np

from rnn_textclf.models import initializers
from rnn_textclf.models.layers.lookup import look_up_unique, look_up_with_stems
from rnn_textclf.models.tf1 import tf


class Embedding:
    """A table of vectors `[V, E]`; a word is read as its own vector and its stem's, added.

    Args:
      vocabulary_size: V.
      width: E.
      stem_ids: `[V]`, the id of each word's stem or 0; None for no stems.
      seed: fixes the first values.
      freeze: whether the rows of `load` stay as they are in training.
    """

    def __init__(self, vocabulary_size: int, width: int, stem_ids: Any, seed: int, freeze: bool = False) -> None:
        self._stem_ids = stem_ids
        self.table = initializers.uniform("embedding", [vocabulary_size, width], 0.05, seed)
        # A variable, so that a checkpoint carries it: a run that goes on has no vectors at hand.
        self._frozen = initializers.no_flags("frozen_rows", vocabulary_size) if freeze else None

    def load(self, session: Any, ids: np.ndarray, rows: np.ndarray) -> None:
        """Puts `rows` `[n, up to E]` in place of the first values, and columns, of the table's rows `ids` `[n]`."""
        table = session.run(self.table)
        table[ids, : rows.shape[1]] = rows
        self.table.load(table, session)
        if self._frozen is not None:
            self._frozen.load(np.isin(np.arange(len(table)), ids), session)

    def of_unique(self, words: Any) -> Any:
        """The vectors `[N, E]` of words `[N]` that differ from each other."""
        if self._stem_ids is None:
            return look_up_unique(self.table, words, self._frozen)
        return look_up_with_stems(self.table, words, self._stem_ids, self._frozen)

    def by_time(self, ids: Any) -> Any:
        """The vector of each word, `ids` `[B, T]` -> `[T, B, E]`."""
        words, positions = unique_ids(tf.transpose(ids))
        return tf.gather(self.of_unique(words), positions)

    def of_next(self, ids: Any) -> Any:
        """The vectors `[…, E]` of a few words `[…]`, which may be the same; for inference alone."""
        vectors = tf.gather(self.table, ids)
        if self._stem_ids is None:
            return vectors
        stems = tf.gather(self._stem_ids, ids)
        return vectors + tf.where_v2(stems[..., tf.newaxis] > 0, tf.gather(self.table, stems), 0.0)


def unique_ids(ids: Any) -> tuple[Any, Any]:
    """The different ones among ids of any shape, `[U]`, and the position of each of all among them."""
    words, positions = tf.unique(tf.reshape(ids, [-1]))
    return words, tf.reshape(positions, tf.shape(ids))
