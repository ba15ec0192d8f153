"""Looking up rows of a table so that each is looked up once: the gradient then has no duplicate rows."""

from typing import Any

from rnn_textclf.graph.tf1 import tf


def look_up(table: Any, ids: Any) -> Any:
    """`table` `[N, D]` at `ids` `[…]`, 0 standing for nothing -> `[…, D]`, zeros for nothing.

    Clipping by the global norm and `RowAdam` expect gradients without duplicate rows.
    """
    different, positions = tf.unique(tf.reshape(ids, [-1]))
    return tf.gather(look_up_different(table, different), tf.reshape(positions, tf.shape(ids)))


def look_up_different(table: Any, ids: Any) -> Any:
    """`look_up` of ids `[N]` that are known to differ from each other, which is quicker."""
    return tf.gather(table, ids) * tf.cast(ids > 0, table.dtype)[:, tf.newaxis]


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
