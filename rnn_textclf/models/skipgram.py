"""Skip-gram with negative sampling (Mikolov et al. 2013), arranged so that all of it is matrix products.

word2vec takes one pair at a time, draws its negatives for it alone and moves both vectors at once. Here a step
takes blocks of running text. The scores of all pairs within a block are one product, of which those inside
the windows count; the negatives are drawn once a step and shared by all its pairs, each weighted so that a pair
meets as many as were asked for in expectation (also one that happens to be its context, which word2vec would
skip). Gradients of a step are added up before Adam moves each row once, where word2vec's plain steps, one by
one, would be too large for sums.
"""

from collections.abc import Sequence
from typing import Any

from rnn_textclf.models import initializers
from rnn_textclf.models.tf1 import tf
from rnn_textclf.models.training.optimizer import RowAdam
from rnn_textclf.preprocessing.vectors.skipgram_blocks import TextBlocks


class SkipGram:
    """The graph of skip-gram in the default graph.

    Args:
      num_words: V.
      width: E.
      negatives: how many negatives a pair meets in expectation (> 0).
      learning_rate: Adam's step size at the first step, which falls to nothing at the last.
      steps: how many steps there will be (>= 1).
      seed: fixes the first weights.

    Attributes:
      vectors: `[V, E]`, of words as centres: what is wanted.
      contexts: `[V, E]`, of words as contexts and as negatives.
      blocks: placeholders, a `TextBlocks`.
      loss: mean over the pairs, in nats, of log(1 + exp(-score)), and of log(1 + exp(score)) of negatives.
    """

    def __init__(
        self, num_words: int, width: int, *, negatives: float, learning_rate: float, steps: int, seed: int
    ) -> None:
        self.vectors = initializers.uniform("vectors", [num_words, width], 0.5 / width, seed)
        self.contexts = initializers.zeros("contexts", [num_words, width])
        self._negatives = negatives
        self.blocks = TextBlocks(
            ids=tf.placeholder(tf.int32, [None, None], "ids"),
            sentences=tf.placeholder(tf.int32, [None, None], "sentences"),
            windows=tf.placeholder(tf.int32, [None, None], "windows"),
            negatives=tf.placeholder(tf.int32, [None], "negatives"),
        )
        self.loss = self._loss()
        step = tf.train.get_or_create_global_step()
        rate = tf.train.polynomial_decay(learning_rate, step, steps, end_learning_rate=0.0)
        weights = [self.vectors, self.contexts]
        gradients = tf.gradients(self.loss, weights)
        self._update = RowAdam(rate).apply_gradients(zip(gradients, weights, strict=True), step)

    def step(self, session: Any, blocks: TextBlocks) -> float:
        """Moves both tables once; the loss before."""
        return session.run([self.loss, self._update], dict(zip(self.blocks, blocks, strict=True)))[0]

    def _loss(self) -> Any:
        ids, negative_ids = self.blocks.ids, self.blocks.negatives
        [centres] = _look_up(self.vectors, [ids])
        contexts, negatives = _look_up(self.contexts, [ids, negative_ids])
        pairs = self._pairs()
        right = tf.matmul(centres, contexts, transpose_b=True)
        wrong = tf.tensordot(centres, tf.transpose(negatives), 1)
        num_pairs = tf.reduce_sum(pairs, 2)
        share = self._negatives / tf.cast(tf.size(negative_ids), tf.float32)
        of_centres = share * num_pairs * tf.reduce_sum(tf.nn.softplus(wrong), 2)
        total = tf.reduce_sum(pairs * tf.nn.softplus(-right)) + tf.reduce_sum(of_centres)
        return total / tf.maximum(tf.reduce_sum(num_pairs), 1.0)

    def _pairs(self) -> Any:
        """Float32 `[R, T, T]`: 1 where the second place is a context of the first."""
        places = tf.range(tf.shape(self.blocks.ids)[1])
        distance = tf.abs(places[:, tf.newaxis] - places)
        windows, sentences = self.blocks.windows, self.blocks.sentences
        near = (distance > 0) & (distance <= windows[:, :, tf.newaxis])
        same = tf.equal(sentences[:, :, tf.newaxis], sentences[:, tf.newaxis, :])
        return tf.cast(near & same & (windows[:, tf.newaxis, :] > 0), tf.float32)


def _look_up(table: Any, places: Sequence[Any]) -> list[Any]:
    """Rows of a table at ids of any shapes, whose gradient has each row once, also those of several of them."""
    sizes = [tf.size(ids) for ids in places]
    unique_ids, positions = tf.unique(tf.concat([tf.reshape(ids, [-1]) for ids in places], 0))
    rows = tf.gather(table, unique_ids)
    pieces = tf.split(positions, sizes)
    return [tf.gather(rows, tf.reshape(piece, tf.shape(ids))) for piece, ids in zip(pieces, places, strict=True)]
