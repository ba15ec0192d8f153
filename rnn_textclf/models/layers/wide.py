"""The wide part: a linear model of word, stem and hashed bigram features beside the recurrent network.

Small corpora are classified well by a sum of scores of single words and pairs (Wang and Manning 2012); a
recurrent net alone finds it hard to learn as much from words seen once or twice. The two are trained together, as in
Cheng et al. (2016, "Wide & Deep Learning"). The sum is causal: after each word it covers that word and all before it.
"""

from typing import Any, NamedTuple

from rnn_textclf.config.model import PAIR_BUCKETS
from rnn_textclf.models import initializers
from rnn_textclf.models.layers.dropout import Dropout
from rnn_textclf.models.layers.embedding import look_up
from rnn_textclf.models.layers.recurrence import gather_last
from rnn_textclf.models.tf1 import Tensor, tf
from rnn_textclf.preprocessing.bigrams import hashed_bigram
from rnn_textclf.preprocessing.vocabulary import UNK_ID, Vocabulary


class WideState(NamedTuple):
    """total: `[B, C]`, the logits so far; last_word: int32 `[B]`, the last id read, 0 before the first."""

    total: Tensor
    last_word: Tensor


class WideTables(NamedTuple):
    """One value or row for each feature: `words` `[V, …]`, words and stems; `pairs` `[P + 1, …]`, bigrams."""

    words: Any
    pairs: Any


class WideFeatures:
    """Logits `[C]` for every word, stem and bigram of known words, added up over a sentence.

    Args:
      vocabulary: the words.
      num_classes: C.
      stem_ids: `[V]`, the id of each word's stem or 0; None for no stems.
      pair_buckets: P, the buckets that bigrams are hashed to.

    `tables` holds the tables, see `row_table.table`, `[V, C]` and `[P + 1, C]`.
    """

    def __init__(
        self, vocabulary: Vocabulary, num_classes: int, stem_ids: Tensor | None, pair_buckets: int = PAIR_BUCKETS
    ) -> None:
        self._pair_buckets = pair_buckets
        self._num_classes, self._num_words, self._stem_ids = num_classes, vocabulary.num_words, stem_ids
        self.tables = WideTables(
            initializers.zeros_table("word_scores", [len(vocabulary), num_classes]),
            initializers.zeros_table("pair_scores", [pair_buckets + 1, num_classes]),
        )

    def zero_state(self, batch_size: Tensor) -> WideState:
        """The state before the first word."""
        return WideState(tf.zeros([batch_size, self._num_classes]), tf.zeros([batch_size], tf.int32))

    def __call__(self, ids: Tensor, state: WideState, dropout: Dropout | None = None) -> Tensor:
        """The total after each word: `ids` `[B, T]` and the state before them -> `[T, B, C]`; padding adds nothing.

        With `dropout`, each score of a word, a stem or a bigram is dropped on its own, for all its classes, and stays
        dropped in the totals after the words that follow.
        """
        scores = self._scores(ids, state)
        if dropout:
            scores = dropout(scores, "direct_scores", [*tf.unstack(tf.shape(scores)[:3]), 1])
        return state.total + tf.cumsum(tf.transpose(tf.reduce_sum(scores, axis=0), [1, 0, 2]))

    def _scores(self, ids: Tensor, state: WideState) -> Tensor:
        """The logits `[F, B, T, C]` of each word, of its stem where there are stems, and of its bigram."""
        previous = tf.concat([state.last_word[:, tf.newaxis], ids[:, :-1]], axis=1)
        buckets = hashed_bigram(tf.cast(previous, tf.int64), tf.cast(ids, tf.int64), self._pair_buckets)
        both_known = self._is_known(previous) & self._is_known(ids)
        words = [ids] if self._stem_ids is None else [ids, tf.gather(self._stem_ids, ids)]
        pairs = look_up(self.tables.pairs, tf.where_v2(both_known, buckets, 0)[tf.newaxis])
        return tf.concat([look_up(self.tables.words, tf.stack(words)), pairs], axis=0)

    def final_state(self, totals: Tensor, ids: Tensor, sequence_length: Tensor) -> WideState:
        """The state after each sentence's last word, from the `totals` after each of `ids`."""
        last_word = tf.gather(ids, sequence_length - 1, axis=1, batch_dims=1)
        return WideState(gather_last(totals, sequence_length), last_word)

    def _is_known(self, ids: Tensor) -> Tensor:
        return (ids > UNK_ID) & (ids < self._num_words)
