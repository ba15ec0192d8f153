"""`TextClassifier`: the placeholders, the network, its loss and its update, and `step()` that runs them."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, overload

import numpy as np

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.graph import initializers, losses, optimizer
from rnn_textclf.graph.direct_scores import DirectScores
from rnn_textclf.graph.dropout import Dropout
from rnn_textclf.graph.encoder import Encoder
from rnn_textclf.graph.recurrence import last_of
from rnn_textclf.graph.tf1 import tf
from rnn_textclf.text.dataset import Batch
from rnn_textclf.text.vocabulary import Vocabulary


class TrainResult(NamedTuple):
    """One update. loss: mean over the batch, in nats, before it; global_step: after it."""

    loss: float
    gradient_norm: float
    global_step: int


class EvalResult(NamedTuple):
    """A scored batch. losses: `[B]`, in nats, without dropout; probabilities: `[B, C]`."""

    losses: np.ndarray
    probabilities: np.ndarray


class SampleResult(NamedTuple):
    """A batch read word by word.

    running_scores: `[B, T, C]`, the probability of each class after each word; zero past the length.
    probabilities: `[B, C]`, after the last word.
    final_state: the state after the last word, to be fed as the next call's `initial_state`.
    """

    running_scores: np.ndarray
    probabilities: np.ndarray
    final_state: "State"


class State(NamedTuple):
    """What reading on needs: layers, a state each, and that of the direct scores (empty without them)."""

    layers: tuple[Any, ...]
    direct: tuple[Any, ...]


class NextWord(NamedTuple):
    """One more word of each row. probabilities: `[B, C]` after it; state: to be fed with the next."""

    probabilities: np.ndarray
    state: State


def length(ids: Any) -> Any:
    """The number of words of each sentence, `[B]`: what is not padding in `ids` `[B, T]`."""
    return tf.math.count_nonzero(ids, axis=1, dtype=tf.int32)


class TextClassifier:
    """A recurrent text classifier in the default graph.

    Args:
      config: the network's shape.
      vocabulary: the V words and stems.
      num_classes: C.
      training: how to train; None builds what inference needs and no more.
      steps_per_epoch: batches in an epoch, for the learning rate's decay.
      class_weights: C factors of the loss; a sentence counts by the mean of its classes'.
      multi_label: whether a sentence is right only when all its classes are, each at 0.5.
      temperature: what logits are divided by outside training (> 0), see `runs/calibration.py`.
      ids: int32 `[B, T]`, where they are made in the graph; by default the placeholder below.
      foldable: whether inference is quicker once `encoder.folded.fill` has run.

    Placeholders: `ids` int32 `[B, T]`; `sequence_length` int32 `[B]`, by default `length(ids)`;
    `targets` float32 `[B, C]`; `initial_state`, a `State`, by default zeros. `sample` holds the
    tensors of a `SampleResult`, `next_word` those of a `NextWord` for `ids` `[B, 1]`.
    """

    def __init__(
        self,
        config: ModelConfig,
        vocabulary: Vocabulary,
        num_classes: int,
        training: TrainConfig | None = None,
        *,
        steps_per_epoch: int = 1,
        class_weights: Sequence[float] | None = None,
        multi_label: bool = False,
        temperature: float = 1.0,
        ids: Any = None,
        foldable: bool = False,
    ) -> None:
        self.config = config
        seed = training.seed if training else 0
        self.global_step = tf.train.get_or_create_global_step()
        self.ids = tf.placeholder(tf.int32, [None, None], "ids") if ids is None else ids
        self.sequence_length = tf.placeholder_with_default(length(self.ids), [None], "sequence_length")
        self.targets = tf.placeholder(tf.float32, [None, num_classes], "targets")
        stem_ids = tf.constant(vocabulary.stem_ids) if vocabulary.has_stems else None
        # Where a batch is all there is to do; what scores text has a batch for each core.
        lanes = 2 if training else 1
        self.encoder = Encoder(config, len(vocabulary), stem_ids, seed, lanes, foldable)
        self.output_kernel = initializers.glorot("output_kernel", [config.num_hidden_units, num_classes], seed)
        self.output_bias = initializers.constant("output_bias", [0.0] * num_classes)
        self.direct = DirectScores(vocabulary, num_classes, stem_ids) if config.direct_scores else None
        self.weights = tf.trainable_variables()
        batch_size = tf.shape(self.ids)[0]
        zero_state = State(
            self.encoder.zero_state(batch_size), self.direct.zero_state(batch_size) if self.direct else ()
        )
        self.initial_state = tf.nest.map_structure(
            lambda zeros: tf.placeholder_with_default(zeros, [None, *zeros.shape[1:]]), zero_state
        )
        self._build_inference(temperature)
        if training:
            self._build_training(training, steps_per_epoch, class_weights, multi_label)

    def _logits(self, features: Any) -> Any:
        """The logits after each word, `[T, B, C]`, from the features there, `[T, B, H]`."""
        logits = tf.tensordot(features, self.output_kernel, 1) + self.output_bias
        return logits + self.direct(self.ids, self.initial_state.direct) if self.direct else logits

    def _direct_state(self) -> Any:
        """The direct scores' state after the last word; nothing without them."""
        return self.direct.state_at(self.sequence_length, self.ids, self.initial_state.direct) if self.direct else ()

    def _last_logits(self, features: Any, direct: Any) -> Any:
        """The logits after the last word, `[B, C]`, from the features `[B, H]` and the direct scores' state there."""
        logits = tf.matmul(features, self.output_kernel) + self.output_bias
        return logits + direct.total if self.direct else logits

    def _build_inference(self, temperature: float) -> None:
        loss, last = self.config.loss, self.sequence_length
        states = self.encoder.states(self.ids, self.initial_state.layers)
        prefix_logits = self._logits(states[-1].h) / temperature
        layers = tf.nest.map_structure(lambda layer: last_of(layer, last), states)
        direct = self._direct_state()
        logits = self._last_logits(layers[-1].h, direct) / temperature
        probabilities = losses.probabilities(logits, loss)
        self._eval = EvalResult(losses.cross_entropy(logits, self.targets, loss), probabilities)
        scores = losses.probabilities(tf.transpose(prefix_logits, [1, 0, 2]), loss)
        inside = tf.sequence_mask(last, tf.shape(self.ids)[1])[:, :, tf.newaxis]
        self.sample = SampleResult(tf.where_v2(inside, scores, 0.0), probabilities, State(layers, direct))
        self.next_word = self._next_word(temperature)

    def _next_word(self, temperature: float) -> NextWord:
        layers = self.encoder.next_states(self.ids[:, 0], self.initial_state.layers)
        logits = self._logits(layers[-1].h[tf.newaxis])[0] / temperature
        one = tf.ones_like(self.ids[:, 0])
        direct = self.direct.state_at(one, self.ids, self.initial_state.direct) if self.direct else ()
        return NextWord(losses.probabilities(logits, self.config.loss), State(layers, direct))

    def _build_training(
        self,
        training: TrainConfig,
        steps_per_epoch: int,
        class_weights: Sequence[float] | None,
        multi_label: bool,
    ) -> None:
        dropout = Dropout(training.dropout, training.seed, self.global_step)
        outputs = self.encoder.outputs(self.ids, self.initial_state.layers, dropout)
        logits, per_sentence = self._judged(outputs, dropout, training.prefix_loss_weight)
        if class_weights:
            per_sentence *= losses.sentence_weights(self.targets, class_weights)
        loss = tf.reduce_mean(per_sentence)
        update = optimizer.minimize(
            loss,
            self.weights,
            self.global_step,
            learning_rate=training.learning_rate,
            decay_factor=training.learning_rate_decay_factor,
            steps_per_epoch=steps_per_epoch,
            max_gradient_norm=training.max_gradient_norm,
        )
        self.learning_rate = update.learning_rate
        right = losses.right(logits, self.targets, multi_label)
        self._build_totals(per_sentence, right, update)

    def _judged(self, outputs: Any, dropout: Dropout, prefix_loss_weight: float) -> tuple[Any, Any]:
        """From h after each word, `[T, B, H]`: the logits `[B, C]` after the last, and each sentence's loss `[B]`."""
        last = self.sequence_length
        if not prefix_loss_weight:
            direct = self._direct_state()
            logits = self._last_logits(dropout(last_of(outputs, last), "features"), direct)
            return logits, losses.cross_entropy(logits, self.targets, self.config.loss)
        # One mask a sentence, so that every prefix is judged by the same units (Gal and Ghahramani 2016).
        features = dropout(outputs, "features", [1, tf.shape(outputs)[1], outputs.shape[2]])
        prefix_logits = self._logits(features)
        logits = last_of(prefix_logits, last)
        by_sentence = tf.transpose(prefix_logits, [1, 0, 2])
        return logits, losses.prefix_loss(by_sentence, logits, self.targets, last, self.config.loss, prefix_loss_weight)

    def _build_totals(self, per_sentence: Any, right: Any, update: optimizer.Update) -> None:
        # A variable, so that a checkpoint carries it and a resumed epoch reports the same row.
        self.epoch_totals = tf.get_variable(
            "epoch_totals", initializer=lambda: tf.zeros([3], tf.float64), trainable=False
        )
        sums = [tf.reduce_sum(per_sentence), tf.reduce_sum(tf.cast(right, tf.float32)), tf.shape(right)[0]]
        count = self.epoch_totals.assign_add(tf.stack([tf.cast(value, tf.float64) for value in sums]))
        with tf.control_dependencies([update.operation, count]):
            step = tf.identity(self.global_step.read_value())
        self._train = TrainResult(tf.reduce_mean(per_sentence), update.gradient_norm, step)

    @overload
    def step(self, session: Any, batch: Batch, mode: Literal["train"]) -> TrainResult: ...
    @overload
    def step(self, session: Any, batch: Batch, mode: Literal["eval"]) -> EvalResult: ...
    @overload
    def step(self, session: Any, batch: Batch, mode: Literal["sample"]) -> SampleResult: ...

    def step(self, session: Any, batch: Batch, mode: str) -> TrainResult | EvalResult | SampleResult:
        """Runs one batch.

        Args:
          session: holds the weights.
          batch: ids `[B, T]`, lengths `[B]` and, but for sample, targets `[B, C]`.
          mode: `train` updates the weights once; `eval` gives loss and probabilities; `sample` gives
            the running scores of every sentence. Dropout is on in `train` alone.
        """
        feed = {self.ids: batch.ids, self.sequence_length: batch.lengths}
        if mode == "sample":
            return session.run(self.sample, feed)
        feed[self.targets] = batch.targets
        if mode == "eval":
            return session.run(self._eval, feed)
        if mode == "train":
            return session.run(self._train, feed)
        raise ValueError(f"mode must be train, eval or sample, got {mode!r}")
