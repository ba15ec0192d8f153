"""Scores after each word from a network that must see whole sentences: every prefix as a sentence of its own.

A sentence of T words is T prefixes and up to T² / 2 words, so they are read in groups of like length that fit
into memory.
"""

from collections.abc import Callable
from typing import Any

from rnn_textclf.models.tf1 import tf

# Words in a group, padding included; it is what bounds the memory.
GROUP_WORDS = 1 << 15


def score_prefixes(
    score: Callable[[Any, Any], Any], ids: Any, sequence_length: Any, num_classes: int, group_words: int = GROUP_WORDS
) -> Any:
    """What `score` says of the first word of each sentence, of the first two, and so on.

    Args:
      score: ids `[N, T]` and lengths `[N]` -> float32 `[N, C]`, whatever stands in the ids past the lengths.
      ids: int32 `[B, T]`.
      sequence_length: `[B]`.
      num_classes: C.
      group_words: the most ids in one call of `score` (>= 1); but a prefix is never cut.

    Returns:
      `[T, B, C]`, zeros past the end of a sentence.
    """
    time, batch = tf.shape(ids)[1], tf.shape(ids)[0]
    # Word, then row: the short prefixes of all sentences come first.
    places = tf.where(tf.transpose(tf.sequence_mask(sequence_length, time)))
    count = tf.shape(places)[0]
    group = tf.maximum(group_words // tf.maximum(time, 1), 1)

    def score_group(number: Any, scores: Any) -> tuple[Any, Any]:
        some = tf.cast(places[number * group : (number + 1) * group], tf.int32)
        lengths = some[:, 0] + 1
        prefixes = tf.gather(ids[:, : lengths[-1]], some[:, 1])
        return number + 1, scores.write(number, score(prefixes, lengths))

    num_groups = -(-count // group)
    array = tf.TensorArray(tf.float32, num_groups, infer_shape=False, element_shape=[None, num_classes])
    _, array = tf.while_loop(lambda number, _: number < num_groups, score_group, [0, array], parallel_iterations=1)
    return tf.scatter_nd(places, array.concat(), tf.cast(tf.stack([time, batch, num_classes]), tf.int64))
