"""A direct way from words to classes beside the recurrence: every word, stem and pair of words has scores.

Small corpora are classified well by a sum of scores of single words and pairs (Wang and Manning 2012); a
recurrent net alone finds it hard to learn as much from words seen once or twice. Here such a sum is added to the
net's logits and trained with it. It is causal: after each word it holds that word and all before it.
"""

from typing import Any, NamedTuple

from rnn_textclf.models import initializers
from rnn_textclf.models.layers.lookup import look_up, look_up_with_stems
from rnn_textclf.models.layers.recurrence import last_of
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.bigrams import NUM_BUCKETS, hashed_bigram
from rnn_textclf.preprocessing.vocabulary import UNK_ID, Vocabulary


class WideState(NamedTuple):
    """total: `[B, C]`, the scores of what was read; last_word: int32 `[B]`, its last id, 0 before the first."""

    total: Any
    last_word: Any


class WideTables(NamedTuple):
    """Something of each feature: `words` has a row for each entry of the vocabulary, `pairs` one for each bucket."""

    words: Any
    pairs: Any


class WideFeatures:
    """Scores `[C]` for every word, stem and pair of known neighbouring words.

    Args:
      vocabulary: the words.
      num_classes: C.

    `tables` holds the variables: `words` `[V, C]`, of words and stems, and `pairs` `[NUM_BUCKETS, C]`.
    """

    def __init__(self, vocabulary: Vocabulary, num_classes: int, stem_ids: Any) -> None:
        self._num_classes, self._num_words, self._stem_ids = num_classes, vocabulary.num_words, stem_ids
        self.tables = WideTables(
            initializers.zeros("word_scores", [len(vocabulary), num_classes]),
            initializers.zeros("pair_scores", [NUM_BUCKETS, num_classes]),
        )

    def zero_state(self, batch_size: Any) -> WideState:
        """The state before the first word."""
        return WideState(tf.zeros([batch_size, self._num_classes]), tf.zeros([batch_size], tf.int32))

    def __call__(self, ids: Any, state: WideState) -> Any:
        """The total after each word: `ids` `[B, T]` and the state before them -> `[T, B, C]`.

        Padding adds nothing to it.
        """
        previous = tf.concat([state.last_word[:, tf.newaxis], ids[:, :-1]], axis=1)
        pairs = hashed_bigram(tf.cast(previous, tf.int64), tf.cast(ids, tf.int64))
        both_known = self._is_known(previous) & self._is_known(ids)
        scores = look_up_with_stems(self.tables.words, ids, self._stem_ids)
        scores += look_up(self.tables.pairs, tf.where_v2(both_known, pairs, 0))
        return state.total + tf.cumsum(tf.transpose(scores, [1, 0, 2]))

    def state_at(self, sequence_length: Any, ids: Any, state: WideState) -> WideState:
        """The state after each sentence's last word."""
        last_word = tf.gather(ids, sequence_length - 1, axis=1, batch_dims=1)
        return WideState(last_of(self(ids, state), sequence_length), last_word)

    def _is_known(self, ids: Any) -> Any:
        return (ids > UNK_ID) & (ids < self._num_words)
