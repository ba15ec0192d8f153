"""The half of `TextClassifier` that trains: the loss of a batch, and the update that goes down it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from rnn_textclf.config import TrainConfig
from rnn_textclf.models import initializers
from rnn_textclf.models.layers.dropout import Dropout
from rnn_textclf.models.layers.recurrence import last_of
from rnn_textclf.models.results import TrainResult
from rnn_textclf.models.tf1 import tf
from rnn_textclf.models.training import losses, optimizer
from rnn_textclf.models.training.adversarial import perturbed
from rnn_textclf.models.training.moving_average import Average
from rnn_textclf.models.training.word_dropout import drop_words

if TYPE_CHECKING:
    from rnn_textclf.models.text_classifier import TextClassifier


class BatchLoss(NamedTuple):
    """Sentences as training reads them: logits `[B, C]` after the last word, and each sentence's loss `[B]`."""

    logits: Any
    losses: Any


class TrainingGraph:
    """A classifier's loss and update.

    Args:
      classifier: whose weights move.
      options: how.
      steps_per_epoch: batches in an epoch, for the learning rate's decay.
      class_weights: C factors of the loss; a sentence counts by the mean of its classes'.
      multi_label: whether a sentence is right only when all its classes are, each at 0.5.

    `result` holds the tensors of a `TrainResult`; `learning_rate` is that of the step; `epoch_totals` `[3]` sums
    losses, right sentences and sentences since its initializer ran; `average` is the weights' running mean, or None.
    `row_learning_rates`: name of a table of the wide part -> variable `[N]`, factors of the learning rate of its rows;
    ones until `log_count_ratios.add_ratios` sets them.
    """

    def __init__(
        self,
        classifier: "TextClassifier",
        options: TrainConfig,
        steps_per_epoch: int,
        class_weights: Sequence[float] | None,
        multi_label: bool,
    ) -> None:
        self._model, self._options, self._class_weights = classifier, options, class_weights
        step = classifier.global_step
        self._ids = drop_words(classifier.ids, classifier.vocabulary, options.word_dropout, options.seed, step)
        self._dropout = Dropout(options.dropout, options.seed, step, options.variational_dropout)
        self._targets = losses.smooth(classifier.soft_targets, options.label_smoothing, classifier.config.loss)
        # Once: gradients of a table must not have a row twice.
        self._direct = classifier.direct_scores(self._ids)
        judged, loss = self._loss()
        tables = classifier.direct.tables if classifier.direct else ()
        self.row_learning_rates = {
            table.op.name: initializers.factors(f"{table.op.name}_rates", table.shape[0]) for table in tables
        }
        self.average = Average(options.average_weights, step) if options.average_weights else None
        update = optimizer.minimize(
            loss,
            classifier.weights,
            step,
            learning_rate=options.learning_rate,
            decay_factor=options.learning_rate_decay_factor,
            steps_per_epoch=steps_per_epoch,
            max_gradient_norm=options.max_gradient_norm,
            weight_decay=options.weight_decay,
            row_learning_rates=self.row_learning_rates,
            average=self.average,
        )
        self.learning_rate = update.learning_rate
        right = losses.right(judged.logits, classifier.targets, multi_label)
        # A variable, so that a checkpoint carries it and a resumed epoch reports the same row.
        self.epoch_totals = tf.get_variable(
            "epoch_totals", initializer=lambda: tf.zeros([3], tf.float64), trainable=False
        )
        self.result = self._result(judged, right, update)

    def _loss(self) -> tuple[BatchLoss, Any]:
        """The batch as it is read, and the loss that is gone down, a scalar."""
        size = self._options.adversarial
        if not size:
            judged = self._read(None)
            return judged, tf.reduce_mean(judged.losses)
        vectors = self._model.embedding.by_time(self._ids)
        judged = self._read(vectors)
        moved = self._read(perturbed(vectors, judged.losses, size))
        return judged, tf.reduce_mean(judged.losses) + tf.reduce_mean(moved.losses)

    def _read(self, vectors: Any) -> BatchLoss:
        """Reads the batch; `vectors` `[T, B, E]`, where given, in place of its words'."""
        judged = self._read_both_ways(vectors) if self._model.config.bidirectional else self._read_on(vectors)
        if not self._class_weights:
            return judged
        weights = losses.sentence_weights(self._model.targets, self._class_weights)
        return judged._replace(losses=judged.losses * weights)

    def _read_both_ways(self, vectors: Any) -> BatchLoss:
        logits, _ = self._model.logits_of_whole(self._ids, self._model.sequence_length, self._dropout, vectors)
        return self._judge_last(logits)

    def _read_on(self, vectors: Any) -> BatchLoss:
        model, last = self._model, self._model.sequence_length
        outputs = model.encoder.outputs(self._ids, model.initial_state.layers, self._dropout, vectors)
        features = model.pooling(outputs, model.initial_state.pooled).features
        if not self._options.prefix_loss_weight:
            return self._judge_last(model.net_logits(self._dropout(last_of(features, last), "features")))
        # One mask a sentence, so that every prefix is judged by the same units (Gal and Ghahramani 2016).
        prefix_logits = model.net_logits(self._dropout.of_sentences(features, "features"))
        if self._direct is not None:
            prefix_logits += self._direct
        logits = last_of(prefix_logits, last)
        per_sentence = losses.prefix_loss(
            tf.transpose(prefix_logits, [1, 0, 2]),
            logits,
            self._targets,
            last,
            model.config.loss,
            self._options.prefix_loss_weight,
        )
        return BatchLoss(logits, per_sentence)

    def _judge_last(self, net_logits: Any) -> BatchLoss:
        """Of the network's own logits `[B, C]` after the last word."""
        logits = net_logits
        if self._direct is not None:
            logits += last_of(self._direct, self._model.sequence_length)
        return BatchLoss(logits, losses.cross_entropy(logits, self._targets, self._model.config.loss))

    def _result(self, judged: BatchLoss, right: Any, update: optimizer.Update) -> TrainResult:
        sums = [tf.reduce_sum(judged.losses), tf.reduce_sum(tf.cast(right, tf.float32)), tf.shape(right)[0]]
        count = self.epoch_totals.assign_add(tf.stack([tf.cast(value, tf.float64) for value in sums]))
        with tf.control_dependencies([update.operation, count]):
            step = tf.identity(self._model.global_step.read_value())
        return TrainResult(tf.reduce_mean(judged.losses), update.gradient_norm, step)
