"""Looking up rows of a table so that each is looked up once: the gradient then has no duplicate rows."""

from typing import Any

from rnn_textclf.graph.tf1 import tf


def look_up(table: Any, ids: Any) -> Any:
    """`table` `[N, D]` at `ids` `[…]`, 0 standing for nothing -> `[…, D]`, zeros for nothing.

    Clipping by the global norm and `RowAdam` expect gradients without duplicate rows.
    """
    different, positions = tf.unique(tf.reshape(ids, [-1]))
    rows = tf.gather(table, different) * tf.cast(different > 0, table.dtype)[:, tf.newaxis]
    return tf.gather(rows, tf.reshape(positions, tf.shape(ids)))


def look_up_with_stems(table: Any, words: Any, stem_ids: Any) -> Any:
    """The sum of each word's row and its stem's, where it has one.

    Args:
      table: `[V, D]`.
      words: `[…]`, ids of words.
      stem_ids: `[V]`, the id of each word's stem or 0; None where there are no stems at all.
    """
    if stem_ids is None:
        return look_up(table, words)
    both = look_up(table, tf.stack([words, tf.gather(stem_ids, words)]))
    return both[0] + both[1]


def look_up_by_time(table: Any, ids: Any, stem_ids: Any) -> tuple[Any, Any]:
    """The vectors of the U different words of `ids` `[B, T]`, `[U, D]`, and where each stands: `[T, B]`."""
    by_time = tf.transpose(ids)
    words, positions = tf.unique(tf.reshape(by_time, [-1]))
    return look_up_with_stems(table, words, stem_ids), tf.reshape(positions, tf.shape(by_time))
