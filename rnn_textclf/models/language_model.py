"""`LanguageModel`: predicts each next word, to pretrain the embedding and the encoder without labels.

Dai and Le (2015, "Semi-supervised Sequence Learning"). The word vectors are also the output layer's, as in
Press and Wolf (2017, "Using the Output Embedding to Improve Language Models").
"""

from typing import Any

import numpy as np

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.models import initializers
from rnn_textclf.models.layers.dropout import Dropout, random_key
from rnn_textclf.models.layers.embedding import Embedding, look_up
from rnn_textclf.models.layers.encoder import Encoder
from rnn_textclf.models.tf1 import Tensor, tf
from rnn_textclf.models.training import losses, optimizer
from rnn_textclf.models.training.training_graph import TrainResult
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.vocabulary import PAD_ID, UNK_ID, Vocabulary

_BATCH_SPLITS = 2  # See `recurrence.py`.
NUM_SAMPLED = 2048  # Negative words of sampled softmax in a training step, shared by the whole batch.


class LanguageModel:
    """A recurrent language model in the default graph, whose encoder is that of a `TextClassifier`.

    Args:
      config: the network's shape.
      vocabulary: the V words and stems, its words in descending frequency.
      training: how to train; its options of the loss and of the classes are ignored.
      steps_per_epoch: batches in an epoch, for the learning rate's decay.

    `epoch_totals` `[2]` holds the sum of the losses of training steps and their number, until it is initialized again.
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
        # A variable, so that a checkpoint carries it and a resumed epoch reports the same loss.
        self.epoch_totals = initializers.non_trainable("epoch_totals", lambda: tf.zeros([2], tf.float64))
        self._build_training(training, steps_per_epoch)
        self._valid_losses = self._prefix_mean(self._full_losses(self._queries(None)))

    def step(self, session: Any, batch: Batch) -> TrainResult:
        """Updates the weights once; `batch` needs no targets. The loss is the mean over the words predicted."""
        return session.run(self._train, {self.ids: batch.ids, self.sequence_length: batch.lengths})

    def losses(self, session: Any, batch: Batch) -> np.ndarray:
        """Mean cross entropy of the next word over all words, `[B]`, in nats; 0 for a sentence of one word."""
        return session.run(self._valid_losses, {self.ids: batch.ids, self.sequence_length: batch.lengths})

    def _build_training(self, training: TrainConfig, steps_per_epoch: int) -> None:
        dropout = Dropout(training.dropout, training.seed, self.global_step)
        per_sentence = self._prefix_mean(self._sampled_losses(self._queries(dropout)))
        # Every word has the same weight, so long sentences have more.
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
        count = self.epoch_totals.assign_add(tf.stack([tf.cast(loss, tf.float64), 1.0]))
        with tf.control_dependencies([update.operation, count]):
            step = tf.identity(self.global_step.read_value())
        self._train = TrainResult(loss, update.gradient_norm, step)

    def _queries(self, dropout: Dropout | None) -> Tensor:
        """The vector compared with that of the next word, after each word but the last: `[B, T - 1, E]`."""
        ids, lengths = self.ids[:, :-1], tf.maximum(self.sequence_length - 1, 1)
        outputs = self.encoder(ids, lengths, self.encoder.zero_state(tf.shape(ids)[0]), dropout).outputs
        features = dropout(outputs, "language_features") if dropout else outputs
        return tf.transpose(tf.tensordot(features, self._kernel, 1), [1, 0, 2])

    def _prefix_mean(self, next_word_losses: Tensor) -> Tensor:
        """The mean over a sentence's own words, `[B, T - 1]` -> `[B]`; 0 where the next word is padding or unknown."""
        known = (self._next_words() > UNK_ID) & (self._next_words() < self._num_words)
        kept = tf.where_v2(known, next_word_losses, 0.0)
        return losses.prefix_mean(kept, tf.maximum(self.sequence_length - 1, 1))

    def _next_words(self) -> Tensor:
        return self.ids[:, 1:]

    def _targets(self) -> Tensor:
        """The next words; 0 for stems, which stand for unknown words and are not predicted."""
        return tf.where_v2(self._next_words() < self._num_words, self._next_words(), PAD_ID)

    def _full_losses(self, queries: Tensor) -> Tensor:
        logits = tf.tensordot(queries, self.embedding.table[: self._num_words], [[2], [1]])
        logits += self._bias[:, 0]
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=self._targets(), logits=logits)

    def _sampled_losses(self, queries: Tensor) -> Tensor:
        """Sampled softmax (Jean et al. 2015): each logit less the log of its word's expected count in the sample."""
        targets, sampled = self._targets(), self._sample()
        # One look-up for both, so that the table's gradient has no duplicate rows.
        flat = tf.concat([tf.reshape(targets, [-1]), sampled], 0)
        vectors, biases = look_up(self.embedding.table, flat), look_up(self._bias, flat)[:, 0]
        corrected = biases - _log_expected_count(flat, self._num_words)
        count = tf.size(targets)
        true_logits = tf.reduce_sum(queries * tf.reshape(vectors[:count], tf.shape(queries)), -1)
        true_logits += tf.reshape(corrected[:count], tf.shape(targets))
        sampled_logits = tf.tensordot(queries, vectors[count:], [[2], [1]]) + corrected[count:]
        accidental_hits = tf.equal(targets[:, :, tf.newaxis], sampled)
        sampled_logits = tf.where_v2(accidental_hits, -1e9, sampled_logits)
        logits = tf.concat([true_logits[:, :, tf.newaxis], sampled_logits], 2)
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.zeros_like(targets), logits=logits)

    def _sample(self) -> Tensor:
        """Ids drawn in proportion to log(1 + 1 / rank), about as words are used (Zipf): `[NUM_SAMPLED]`."""
        key = random_key("sampled words", self._seed, self.global_step)
        uniform = tf.random.stateless_uniform([NUM_SAMPLED], key, dtype=tf.float64)
        first = UNK_ID + 1
        ranks = tf.exp(uniform * np.log(self._num_words - first + 1.0))
        return tf.minimum(tf.cast(ranks, tf.int32) + first - 1, self._num_words - 1)


def _log_expected_count(ids: Tensor, num_words: int) -> Tensor:
    """The log of a word's expected count in a sample, by its rank from 1."""
    first = UNK_ID + 1
    rank = tf.cast(tf.maximum(ids - first + 1, 1), tf.float32)
    share = tf.math.log1p(1.0 / rank) / np.log(num_words - first + 1.0)
    return tf.math.log(NUM_SAMPLED * share)
