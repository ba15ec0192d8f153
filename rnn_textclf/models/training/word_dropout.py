"""Training words read as if they were unknown, so that the net learns what to make of unknown words.

Iyyer et al. (2015, "Deep Unordered Composition Rivals Syntactic Methods for Text Classification") and Dai and Le
(2015, "Semi-supervised Sequence Learning") drop words; here they become what a reader who does not know them would
see. The vectors of `<unk>` and of the stems alone are trained by that, where the words of the training rows
themselves are all known.
"""

from typing import Any

from rnn_textclf.models.layers.dropout import key_at
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.vocabulary import Vocabulary


def drop_words(ids: Any, vocabulary: Vocabulary, rate: float, seed: int, global_step: Any) -> Any:
    """Replaces words at random, each on its own; padding stays padding.

    Args:
      ids: int32 `[B, T]`.
      vocabulary: says in `unknown_ids` what they become.
      rate: share of the words replaced, in [0, 1); 0 gives `ids` itself.
      seed: the run's seed.
      global_step: scalar; another step replaces other words.
    """
    if not rate:
        return ids
    draws = tf.random.stateless_uniform(tf.shape(ids), key_at("words", seed, global_step))
    return tf.where_v2(draws < rate, tf.gather(tf.constant(vocabulary.unknown_ids), ids), ids)
