"""Skip-gram with negative sampling (Mikolov et al. 2013), arranged as matrix products.

word2vec takes one pair at a time, draws its negatives for it alone and moves both vectors at once. Here a step
takes blocks of running text. The scores of all pairs within a block are one product, of which those inside
the windows count. The negatives are drawn once a step and shared by all its pairs, each weighted so that a pair
meets the requested number in expectation (including one that happens to be its context, which word2vec would
skip). The gradients of a step are added up before Adam moves each row once; word2vec's plain steps would be too
large for sums.
"""

from collections.abc import Sequence
from typing import Any

from rnn_textclf.models import initializers
from rnn_textclf.models.layers.embedding import unique_ids
from rnn_textclf.models.tf1 import Tensor, Variable, tf
from rnn_textclf.models.training.optimizer import RowAdam
from rnn_textclf.preprocessing.vectors.skipgram_blocks import TextBlocks


class SkipGram:
    """A skip-gram model in the default graph.

    Args:
      num_words: V.
      width: E.
      negatives: negatives of a pair, in expectation (> 0).
      learning_rate: Adam's step size at the first step; it decays to 0 at the last.
      steps: number of steps (>= 1).
      seed: fixes the initial weights.

    Attributes:
      vectors: `[V, E]`, of words as centres: the result.
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
        """Updates both tables once; returns the loss before."""
        return session.run([self.loss, self._update], dict(zip(self.blocks, blocks, strict=True)))[0]

    def _loss(self) -> Tensor:
        ids, negative_ids = self.blocks.ids, self.blocks.negatives
        [centres] = _look_up(self.vectors, [ids])
        contexts, negatives = _look_up(self.contexts, [ids, negative_ids])
        pairs = self._pairs()
        positive = tf.matmul(centres, contexts, transpose_b=True)
        negative = tf.tensordot(centres, tf.transpose(negatives), 1)
        num_pairs = tf.reduce_sum(pairs, 2)
        share = self._negatives / tf.cast(tf.size(negative_ids), tf.float32)
        negative_loss = share * num_pairs * tf.reduce_sum(tf.nn.softplus(negative), 2)
        total = tf.reduce_sum(pairs * tf.nn.softplus(-positive)) + tf.reduce_sum(negative_loss)
        return total / tf.maximum(tf.reduce_sum(num_pairs), 1.0)

    def _pairs(self) -> Tensor:
        """Float32 `[R, T, T]`: 1 where the second place is a context of the first."""
        places = tf.range(tf.shape(self.blocks.ids)[1])
        distance = tf.abs(places[:, tf.newaxis] - places)
        windows, sentences = self.blocks.windows, self.blocks.sentences
        near = (distance > 0) & (distance <= windows[:, :, tf.newaxis])
        same = tf.equal(sentences[:, :, tf.newaxis], sentences[:, tf.newaxis, :])
        return tf.cast(near & same & (windows[:, tf.newaxis, :] > 0), tf.float32)


def _look_up(table: Variable, id_tensors: Sequence[Tensor]) -> list[Tensor]:
    """Table rows at several tensors of ids, whose gradient has no duplicate rows, also across the tensors."""
    words, positions = unique_ids(tf.concat([tf.reshape(ids, [-1]) for ids in id_tensors], 0))
    rows = tf.gather(table, words)
    pieces = tf.split(positions, [tf.size(ids) for ids in id_tensors])
    return [tf.gather(rows, tf.reshape(piece, tf.shape(ids))) for piece, ids in zip(pieces, id_tensors, strict=True)]
