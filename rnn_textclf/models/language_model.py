"""`LanguageModel`: predicts each next word, to teach the embedding and the recurrence before any label is seen.

Dai and Le (2015, "Semi-supervised Sequence Learning"). The word vectors are also the output layer's, as in
Press and Wolf (2017, "Using the Output Embedding to Improve Language Models").
"""

import zlib
from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.models import initializers
from rnn_textclf.models.layers.dropout import Dropout
from rnn_textclf.models.layers.embedding import Embedding
from rnn_textclf.models.layers.encoder import Encoder
from rnn_textclf.models.layers.lookup import look_up
from rnn_textclf.models.tf1 import tf
from rnn_textclf.models.training import losses, optimizer
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.vocabulary import PAD_ID, UNK_ID, Vocabulary

_BATCH_SPLITS = 2  # See `recurrence.py`.
NUM_SAMPLED = 2048  # Words that the right one is held against in a training step, the same for the whole batch.


class LanguageModelResult(NamedTuple):
    """loss: mean over the words predicted, in nats; global_step: after the update."""

    loss: float
    global_step: int


class LanguageModel:
    """A recurrent language model in the default graph, whose encoder is that of a `TextClassifier`.

    Args:
      config: the network's shape.
      vocabulary: the V words and stems; its words stand in the order of their frequency.
      training: how to train; of its options, those of the loss and of the classes play no part.
      steps_per_epoch: batches in an epoch, for the learning rate's decay.
    """

    def __init__(
        self, config: ModelConfig, vocabulary: Vocabulary, training: TrainConfig, steps_per_epoch: int
    ) -> None:
        self._seed, self._num_words = training.seed, vocabulary.num_words
        self.global_step = tf.train.get_or_create_global_step()
        self.ids = tf.placeholder(tf.int32, [None, None], "ids")
        self.sequence_length = tf.placeholder(tf.int32, [None], "sequence_length")
        stem_ids = tf.constant(vocabulary.stem_ids) if vocabulary.has_stems else None
        self.embedding = Embedding(len(vocabulary), config.embedding_size, stem_ids, training.seed)
        self.encoder = Encoder(config, self.embedding, training.seed, _BATCH_SPLITS)
        self._kernel = initializers.glorot(
            "language_kernel", [config.num_hidden_units, config.embedding_size], training.seed
        )
        self._bias = initializers.zeros("language_bias", [vocabulary.num_words, 1])
        self.weights = tf.trainable_variables()
        self._build_training(training, steps_per_epoch)
        self._valid_losses = self._prefix_mean(self._whole_losses(self._queries(None)))

    def step(self, session: Any, batch: Batch) -> LanguageModelResult:
        """Updates the weights once; `batch` needs no targets, for the words are their own."""
        return session.run(self._train, {self.ids: batch.ids, self.sequence_length: batch.lengths})

    def losses(self, session: Any, batch: Batch) -> np.ndarray:
        """Cross entropy of the next word over all words, mean of each sentence `[B]`, in nats; 0 for one word."""
        return session.run(self._valid_losses, {self.ids: batch.ids, self.sequence_length: batch.lengths})

    def _build_training(self, training: TrainConfig, steps_per_epoch: int) -> None:
        dropout = Dropout(training.dropout, training.seed, self.global_step)
        per_sentence = self._prefix_mean(self._sampled_losses(self._queries(dropout)))
        # Each word counts alike, so long sentences count for more.
        predicted = tf.cast(self.sequence_length - 1, tf.float32)
        loss = tf.reduce_sum(per_sentence * predicted) / tf.maximum(tf.reduce_sum(predicted), 1.0)
        update = optimizer.minimize(
            loss,
            self.weights,
            self.global_step,
            learning_rate=training.learning_rate,
            decay_factor=training.learning_rate_decay_factor,
            steps_per_epoch=steps_per_epoch,
            max_gradient_norm=training.max_gradient_norm,
        )
        with tf.control_dependencies([update.operation]):
            self._train = LanguageModelResult(loss, tf.identity(self.global_step.read_value()))

    def _queries(self, dropout: Dropout | None) -> Any:
        """What is asked of the vector of the next word, after each word but the last: `[B, T - 1, E]`."""
        none = Dropout(0.0, 0, self.global_step)
        first = self.encoder.zero_state(tf.shape(self.ids)[0])
        outputs = self.encoder.outputs(self.ids[:, :-1], first, dropout or none)
        features = (dropout or none)(outputs, "language_features")
        return tf.transpose(tf.tensordot(features, self._kernel, 1), [1, 0, 2])

    def _prefix_mean(self, next_word_losses: Any) -> Any:
        """The mean over a sentence's own words, `[B, T - 1]` -> `[B]`: what is padding, or unknown, is not asked."""
        known = (self._next_words() > UNK_ID) & (self._next_words() < self._num_words)
        kept = tf.where_v2(known, next_word_losses, 0.0)
        return losses.prefix_mean(kept, tf.maximum(self.sequence_length - 1, 1))

    def _next_words(self) -> Any:
        return self.ids[:, 1:]

    def _targets(self) -> Any:
        """The next words, 0 where there is none to be asked for (such as a stem in an unknown word's place)."""
        return tf.where_v2(self._next_words() < self._num_words, self._next_words(), PAD_ID)

    def _whole_losses(self, queries: Any) -> Any:
        scores = tf.tensordot(queries, self.embedding.table[: self._num_words], [[2], [1]])
        scores += self._bias[:, 0]
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=self._targets(), logits=scores)

    def _sampled_losses(self, queries: Any) -> Any:
        """Sampled softmax (Jean et al. 2015): each score less the log of how often its word is drawn."""
        targets, sampled = self._targets(), self._sample()
        # One look-up for both, so that the table's gradient has no row twice.
        flat = tf.concat([tf.reshape(targets, [-1]), sampled], 0)
        vectors, biases = look_up(self.embedding.table, flat), look_up(self._bias, flat)[:, 0]
        shifted = biases - _log_expected(flat, self._num_words)
        count = tf.size(targets)
        right = tf.reduce_sum(queries * tf.reshape(vectors[:count], tf.shape(queries)), -1)
        right += tf.reshape(shifted[:count], tf.shape(targets))
        others = tf.tensordot(queries, vectors[count:], [[2], [1]]) + shifted[count:]
        hit = tf.equal(targets[:, :, tf.newaxis], sampled)
        others = tf.where_v2(hit, -1e9, others)
        logits = tf.concat([right[:, :, tf.newaxis], others], 2)
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.zeros_like(targets), logits=logits)

    def _sample(self) -> Any:
        """Ids drawn in proportion to log(1 + 1 / rank), as words are used (Zipf), without state: `[NUM_SAMPLED]`."""
        key = [self._seed ^ zlib.crc32(b"sampled words") & 0x7FFFFFFF, tf.cast(self.global_step, tf.int32)]
        uniform = tf.random.stateless_uniform([NUM_SAMPLED], key, dtype=tf.float64)
        first = UNK_ID + 1
        ranks = tf.exp(uniform * np.log(self._num_words - first + 1.0))
        return tf.minimum(tf.cast(ranks, tf.int32) + first - 1, self._num_words - 1)


def _log_expected(ids: Any, num_words: int) -> Any:
    """The log of how often a word is among those drawn, by its rank from 1."""
    first = UNK_ID + 1
    rank = tf.cast(tf.maximum(ids - first + 1, 1), tf.float32)
    share = tf.math.log1p(1.0 / rank) / np.log(num_words - first + 1.0)
    return tf.math.log(NUM_SAMPLED * share)
