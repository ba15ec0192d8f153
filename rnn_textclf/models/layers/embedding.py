"""Word vectors, and table look-ups whose gradients have no duplicate rows.

Clipping by the global norm and `RowAdam` rely on that: a table's gradient names each row once.
"""

from typing import Any

import numpy as np

from rnn_textclf.models import initializers
from rnn_textclf.models.tf1 import Tensor, tf


class Embedding:
    """A table of vectors `[V, E]`, see `row_table.table`; a word's vector is its own row plus its stem's.

    Args:
      vocabulary_size: V.
      width: E.
      stem_ids: `[V]`, the id of each word's stem or 0; None for no stems.
      seed: fixes the initial values.
      freeze: whether training leaves the rows of `load`, or those given to `freeze`, unchanged.
    """

    def __init__(
        self, vocabulary_size: int, width: int, stem_ids: Tensor | None, seed: int, freeze: bool = False
    ) -> None:
        self._stem_ids = stem_ids
        self.table = initializers.uniform_table("embedding", [vocabulary_size, width], 0.05, seed)
        # A variable, so that a checkpoint carries it: a resumed run has no vectors at hand.
        self._frozen = (
            initializers.non_trainable("frozen_rows", lambda: tf.zeros([vocabulary_size], tf.bool)) if freeze else None
        )

    def load(self, session: Any, ids: np.ndarray, vectors: np.ndarray) -> None:
        """Replaces the initial values of the table rows `ids` `[n]` by `vectors` `[n, up to E]`."""
        table = session.run(self.table)
        table[ids, : vectors.shape[1]] = vectors
        self.table.load(table, session)
        self.freeze(session, ids)

    def freeze(self, session: Any, ids: np.ndarray) -> None:
        """Leaves the rows `ids` `[n]`, and no others, unchanged by training, where the table was made with `freeze`."""
        if self._frozen is not None:
            self._frozen.load(np.isin(np.arange(self._frozen.shape[0]), ids), session)

    def unique(self, words: Tensor) -> Tensor:
        """The vectors `[U, E]` of unique words `[U]`."""
        if self._stem_ids is None:
            return look_up_unique(self.table, words, self._frozen)
        return look_up_with_stems(self.table, words, self._stem_ids, self._frozen)

    def by_time(self, ids: Tensor) -> Tensor:
        """The vector of each word, `ids` `[B, T]` -> `[T, B, E]`."""
        words, positions = unique_ids(tf.transpose(ids))
        return tf.gather(self.unique(words), positions)

    def without_gradient(self, ids: Tensor) -> Tensor:
        """The vectors `[…, E]` of a few words `[…]`, duplicates included; for inference only."""
        vectors = tf.gather(self.table, ids)
        if self._stem_ids is None:
            return vectors
        stems = tf.gather(self._stem_ids, ids)
        return vectors + tf.where_v2(stems[..., tf.newaxis] > 0, tf.gather(self.table, stems), 0.0)


def unique_ids(ids: Tensor) -> tuple[Tensor, Tensor]:
    """The unique ids `[U]` among `ids` of any shape, and each one's position among them, of the shape of `ids`."""
    words, positions = tf.unique(tf.reshape(ids, [-1]))
    return words, tf.reshape(positions, tf.shape(ids))


def look_up(table: Tensor, ids: Tensor, frozen: Tensor | None = None) -> Tensor:
    """`table` `[N, D]` at `ids` `[…]` -> `[…, D]`; zeros for id 0.

    Rows marked in `frozen`, bool `[N]`, have a gradient of zero, so that `RowAdam` never moves them.
    """
    unique, positions = unique_ids(ids)
    return tf.gather(look_up_unique(table, unique, frozen), positions)


def look_up_unique(table: Tensor, ids: Tensor, frozen: Tensor | None = None) -> Tensor:
    """`look_up` for ids `[U]` without duplicates, which is faster."""
    rows = tf.gather(table, ids)
    if frozen is not None:
        rows = tf.where_v2(tf.gather(frozen, ids)[:, tf.newaxis], tf.stop_gradient(rows), rows)
    return rows * tf.cast(ids > 0, table.dtype)[:, tf.newaxis]


def look_up_with_stems(table: Tensor, words: Tensor, stem_ids: Tensor | None, frozen: Tensor | None = None) -> Tensor:
    """The sum of each word's row and its stem's, where it has one.

    Args:
      table: `[V, D]`.
      words: `[…]`, ids of words.
      stem_ids: `[V]`, the id of each word's stem or 0; None for no stems.
      frozen: see `look_up`.
    """
    if stem_ids is None:
        return look_up(table, words, frozen)
    both = look_up(table, tf.stack([words, tf.gather(stem_ids, words)]), frozen)
    return both[0] + both[1]
