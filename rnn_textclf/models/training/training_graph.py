"""The training half of a classifier: the loss of a batch, and the update that descends it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rnn_textclf.config import TrainConfig
from rnn_textclf.models import initializers
from rnn_textclf.models.layers.dropout import Dropout, drop_words, worker_seed
from rnn_textclf.models.layers.recurrence import gather_last
from rnn_textclf.models.layers.wide import WideFeatures
from rnn_textclf.models.network import Inputs, Network
from rnn_textclf.models.row_table import parts_of
from rnn_textclf.models.tf1 import Tensor, tf
from rnn_textclf.models.training import losses, optimizer
from rnn_textclf.models.training.adversarial import perturbed
from rnn_textclf.models.training.exchange import GradientExchange, NoExchange
from rnn_textclf.models.training.moving_average import MovingAverage


class TrainResult(NamedTuple):
    """One update. loss: mean over the batch, in nats, before it; global_step: after it."""

    loss: float
    gradient_norm: float
    global_step: int


class BatchLoss(NamedTuple):
    """A batch under training: logits `[B, C]` after the last word, and each sentence's loss `[B]`."""

    logits: Tensor
    losses: Tensor


class TrainingGraph:
    """A network's loss and update.

    Args:
      network: the layers.
      inputs: the batch; its initial state is not used, training begins at the first word.
      options: how to train.
      steps_per_epoch: batches in an epoch, for the learning rate's decay.
      class_weights: C factors of the loss; a sentence counts by the mean of its classes'.
      multi_label: whether a sentence is correct only when all its classes are, each at 0.5.
      exchange: adds up the gradients of the workers that share a batch.

    `push` and `push_nothing` are those of `Gathered`. `result` holds the tensors of a `TrainResult`; `learning_rate` is
    that of the step; `gradients` are those of an `Update`; `epoch_totals` `[3]` sums losses, correct sentences and
    sentences since its initializer ran; `average` is the weights' moving average, or None. `row_learning_rates`: name
    of a table of the wide part -> table `[N]`, factors of the learning rate of its rows; ones until
    `log_count_ratios.add_ratios` sets them.
    """

    def __init__(
        self,
        network: Network,
        inputs: Inputs,
        options: TrainConfig,
        steps_per_epoch: int,
        class_weights: Sequence[float] | None,
        multi_label: bool,
        exchange: GradientExchange | NoExchange,
    ) -> None:
        self._network, self._inputs, self._options, self._class_weights = network, inputs, options, class_weights
        step = self._global_step = tf.train.get_or_create_global_step()
        seed = worker_seed(options.seed, exchange.number)
        self._ids = drop_words(inputs.ids, network.vocabulary, options.word_dropout, seed, step)
        self._dropout = Dropout(options.dropout, seed, step, options.variational_dropout)
        self._targets = losses.smooth_labels(inputs.soft_targets, options.label_smoothing, network.config.loss)
        self._zero_state = network.zero_state(tf.shape(inputs.ids)[0])
        # Built once: gradients of a table must not have duplicate rows.
        self._wide_logits = self._direct_totals()
        batch_loss, loss = self._loss()
        self.row_learning_rates = {
            table.op.name: initializers.row_factors(f"{table.op.name}_rates", table.shape[0])
            for table in (network.wide.tables if network.wide else ())
        }
        self.average = MovingAverage(options.average_weights, step) if options.average_weights else None
        correct = losses.correct(batch_loss.logits, inputs.targets, multi_label)
        gathered = exchange.gather(
            tf.gradients(loss, network.weights), network.weights, _totals(batch_loss.losses, correct)
        )
        self.push, self.push_nothing = gathered.push, gathered.push_nothing
        update = self._update(gathered.gradients, steps_per_epoch)
        self.learning_rate, self.gradients = update.learning_rate, update.gradients
        # A variable, so that a checkpoint carries it and a resumed epoch reports the same numbers.
        self.epoch_totals = initializers.non_trainable("epoch_totals", lambda: tf.zeros([3], tf.float64))
        self.result = self._result(gathered.totals, update)

    def _update(self, gradients: Sequence[Any], steps_per_epoch: int) -> optimizer.Update:
        options = self._options
        return optimizer.apply(
            gradients,
            self._network.weights,
            self._global_step,
            learning_rate=options.learning_rate,
            decay_factor=options.learning_rate_decay_factor,
            steps_per_epoch=steps_per_epoch,
            max_gradient_norm=options.max_gradient_norm,
            weight_decay=options.weight_decay,
            row_learning_rates=_rates_of_parts(self._network.wide, self.row_learning_rates),
            average=self.average,
        )

    def _direct_totals(self) -> Tensor | None:
        """The wide part's totals `[T, B, C]`, some of its scores dropped; None without a wide part."""
        wide, options = self._network.wide, self._options
        dropout = Dropout(options.direct_dropout, options.seed, self._global_step)
        return wide(self._ids, self._zero_state.wide, dropout) if wide else None

    def _loss(self) -> tuple[BatchLoss, Tensor]:
        """The batch as it is, and the scalar to minimize."""
        size = self._options.adversarial
        if not size:
            plain = self._batch_loss(None)
            return plain, self._mean(plain.losses)
        vectors = self._network.embedding.by_time(self._ids)
        plain = self._batch_loss(vectors)
        adversarial = self._batch_loss(perturbed(vectors, plain.losses, size))
        return plain, self._mean(plain.losses) + self._mean(adversarial.losses)

    def _mean(self, values: Tensor) -> Tensor:
        """The part of these sentences `[B]` in the mean over the whole batch."""
        return tf.reduce_sum(values) / tf.cast(self._inputs.batch_size, values.dtype)

    def _batch_loss(self, vectors: Tensor | None) -> BatchLoss:
        """The loss of the batch; `vectors` `[T, B, E]`, where given, replace the word vectors of its ids."""
        bidirectional = self._network.config.bidirectional
        batch_loss = self._whole_loss(vectors) if bidirectional else self._causal_loss(vectors)
        if not self._class_weights:
            return batch_loss
        weights = losses.example_weights(self._inputs.targets, self._class_weights)
        return batch_loss._replace(losses=batch_loss.losses * weights)

    def _whole_loss(self, vectors: Tensor | None) -> BatchLoss:
        lengths = self._inputs.sequence_length
        logits = self._final_logits(self._network.whole_logits(self._ids, lengths, self._dropout, vectors)[0])
        return BatchLoss(logits, losses.cross_entropy(logits, self._targets, self._network.config.loss))

    def _causal_loss(self, vectors: Tensor | None) -> BatchLoss:
        network, lengths = self._network, self._inputs.sequence_length
        zero = self._zero_state
        outputs, final_h, _ = network.encoder(self._ids, lengths, zero.layers, self._dropout, vectors)
        pooled = network.pooling(outputs, zero.pooled)
        features = network.pooling.final(pooled, final_h, lengths).features
        logits = self._final_logits(network.output_layer(self._dropout(features, "features")))
        if not self._options.prefix_loss_weight:
            return BatchLoss(logits, losses.cross_entropy(logits, self._targets, network.config.loss))
        # One mask a sentence, so that the same units judge every prefix (Gal and Ghahramani 2016); it is the mask of
        # the features above, drawn with the same key.
        prefix_logits = network.output_layer(self._dropout.of_sentences(pooled.features, "features"))
        if self._wide_logits is not None:
            prefix_logits += self._wide_logits
        per_sentence = losses.prefix_loss(
            tf.transpose(prefix_logits, [1, 0, 2]),
            logits,
            self._targets,
            lengths,
            network.config.loss,
            self._options.prefix_loss_weight,
        )
        return BatchLoss(logits, per_sentence)

    def _final_logits(self, logits: Tensor) -> Tensor:
        """Adds the wide part after the last word to the network's own logits `[B, C]`."""
        if self._wide_logits is None:
            return logits
        return logits + gather_last(self._wide_logits, self._inputs.sequence_length)

    def _result(self, totals: Tensor, update: optimizer.Update) -> TrainResult:
        count = self.epoch_totals.assign_add(totals)
        with tf.control_dependencies([update.operation, count]):
            step = tf.identity(self._global_step.read_value())
        return TrainResult(tf.cast(totals[0] / totals[2], tf.float32), update.gradient_norm, step)


def _rates_of_parts(wide: WideFeatures | None, rates: Mapping[str, Any]) -> dict[str, Any]:
    """The learning rates of rows, by the names of the variables that the tables consist of."""
    tables = wide.tables if wide else ()
    return {
        part.op.name: part_rates
        for table in tables
        for part, part_rates in zip(parts_of(table), parts_of(rates[table.op.name]), strict=True)
    }


def _totals(losses_of_batch: Tensor, correct: Tensor) -> Tensor:
    """The sum of the losses, the correct sentences and the sentences of a batch, float64 `[3]`."""
    sums = [tf.reduce_sum(losses_of_batch), tf.reduce_sum(tf.cast(correct, tf.float32)), tf.shape(correct)[0]]
    return tf.stack([tf.cast(value, tf.float64) for value in sums])
