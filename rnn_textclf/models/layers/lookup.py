"""Looking up rows of a table so that each is looked up once: the gradient then has no duplicate rows."""

from typing import Any

from rnn_textclf.models.tf1 import tf


def look_up(table: Any, ids: Any, frozen: Any = None) -> Any:
    """`table` `[N, D]` at `ids` `[…]`, 0 standing for nothing -> `[…, D]`, zeros for nothing.

    Clipping by the global norm and `RowAdam` expect gradients without duplicate rows. Rows that `frozen`,
    bool `[N]`, marks have a gradient of zero, so that `RowAdam` never moves them.
    """
    unique_ids, positions = tf.unique(tf.reshape(ids, [-1]))
    return tf.gather(look_up_unique(table, unique_ids, frozen), tf.reshape(positions, tf.shape(ids)))


def look_up_unique(table: Any, ids: Any, frozen: Any = None) -> Any:
    """`look_up` of ids `[N]` that are known to differ from each other, which is quicker."""
    rows = tf.gather(table, ids)
    if frozen is not None:
        rows = tf.where_v2(tf.gather(frozen, ids)[:, tf.newaxis], tf.stop_gradient(rows), rows)
    return rows * tf.cast(ids > 0, table.dtype)[:, tf.newaxis]


def look_up_with_stems(table: Any, words: Any, stem_ids: Any, frozen: Any = None) -> Any:
    """The sum of each word's row and its stem's, where it has one.

    Args:
      table: `[V, D]`.
      words: `[…]`, ids of words.
      stem_ids: `[V]`, the id of each word's stem or 0; None where there are no stems at all.
      frozen: see `look_up`.
    """
    if stem_ids is None:
        return look_up(table, words, frozen)
    both = look_up(table, tf.stack([words, tf.gather(stem_ids, words)]), frozen)
    return both[0] + both[1]
