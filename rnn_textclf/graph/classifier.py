"""`TextClassifier`: the placeholders, the network, its loss and its update, and `step()` that runs them."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, overload

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.graph import initializers, losses, optimizer
from rnn_textclf.graph.bidirectional import BidirectionalEncoder, BothEnds
from rnn_textclf.graph.direct_scores import DirectScores
from rnn_textclf.graph.dropout import Dropout
from rnn_textclf.graph.encoder import Encoder
from rnn_textclf.graph.pooling import new_pooling
from rnn_textclf.graph.prefixes import score_prefixes
from rnn_textclf.graph.recurrence import last_of
from rnn_textclf.graph.results import EvalResult, NextWord, SampleResult, State, TrainResult
from rnn_textclf.graph.tf1 import tf
from rnn_textclf.text.dataset import Batch
from rnn_textclf.text.vocabulary import Vocabulary


class _Read(NamedTuple):
    """Sentences read for inference: logits `[T, B, C]` and after the last word `[B, C]`; see `SampleResult`."""

    prefix_logits: Any
    logits: Any
    state: State
    attention: Any


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

    Placeholders: `ids` int32 `[B, T]`; `sequence_length` int32 `[B]`, by default `length(ids)`;
    `targets` float32 `[B, C]`; `initial_state`, a `State`, by default that before the first word. `sample`
    holds the tensors of a `SampleResult`, `next_word` those of a `NextWord` for `ids` `[B, 1]`.

    One that reads both ways has no state to go on from: `next_word` is None, and its running scores are those
    of every prefix as a sentence of its own.

    Raises:
      ValueError: it reads both ways, but is to be trained on prefixes.
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
    ) -> None:
        if config.bidirectional and training and training.prefix_loss_weight:
            raise ValueError("a bidirectional network has no output after each word for a loss on prefixes")
        self.config = config
        seed = training.seed if training else 0
        self.global_step = tf.train.get_or_create_global_step()
        self.ids = tf.placeholder(tf.int32, [None, None], "ids") if ids is None else ids
        self.sequence_length = tf.placeholder_with_default(length(self.ids), [None], "sequence_length")
        self.targets = tf.placeholder(tf.float32, [None, num_classes], "targets")
        stem_ids = tf.constant(vocabulary.stem_ids) if vocabulary.has_stems else None
        width = config.num_hidden_units * (2 if config.bidirectional else 1)
        self.encoder: Any = (BidirectionalEncoder if config.bidirectional else Encoder)(
            config, len(vocabulary), stem_ids, seed
        )
        both_ends = config.bidirectional and config.pooling == "last"
        self.pooling: Any = BothEnds() if both_ends else new_pooling(config.pooling, width, seed)
        self.output_kernel = initializers.glorot("output_kernel", [width, num_classes], seed)
        self.output_bias = initializers.constant("output_bias", [0.0] * num_classes)
        self.direct = DirectScores(vocabulary, num_classes, stem_ids) if config.direct_scores else None
        self.weights = tf.trainable_variables()
        self.initial_state = tf.nest.map_structure(
            lambda zeros: tf.placeholder_with_default(zeros, [None, *zeros.shape[1:]]), self._zero_state()
        )
        self._build_inference(temperature)
        if training:
            self._build_training(training, steps_per_epoch, class_weights, multi_label)

    def _zero_state(self) -> State:
        batch_size = tf.shape(self.ids)[0]
        direct = self.direct.zero_state(batch_size) if self.direct else ()
        if self.config.bidirectional:
            return State((), direct)
        return State(self.encoder.zero_state(batch_size), direct, self.pooling.zero_state(batch_size))

    def _net_logits(self, features: Any) -> Any:
        """The network's own logits, `[..., C]`, from features `[..., H]`."""
        return tf.tensordot(features, self.output_kernel, 1) + self.output_bias

    def _logits(self, features: Any) -> Any:
        """The logits after each word, `[T, B, C]`, from the features there, `[T, B, H]`."""
        return self._with_direct_scores(self._net_logits(features))

    def _with_direct_scores(self, logits: Any) -> Any:
        """Logits after each word, `[T, B, C]`, with the direct scores where there are any."""
        return logits + self.direct(self.ids, self.initial_state.direct) if self.direct else logits

    def _direct_state(self, sequence_length: Any) -> Any:
        return self.direct.state_at(sequence_length, self.ids, self.initial_state.direct) if self.direct else ()

    def _build_inference(self, temperature: float) -> None:
        loss, last = self.config.loss, self.sequence_length
        read = self._read_both_ways(temperature) if self.config.bidirectional else self._read(temperature)
        probabilities = losses.probabilities(read.logits, loss)
        self._eval = EvalResult(losses.cross_entropy(read.logits, self.targets, loss), probabilities)
        scores = losses.probabilities(tf.transpose(read.prefix_logits, [1, 0, 2]), loss)
        inside = tf.sequence_mask(last, tf.shape(self.ids)[1])[:, :, tf.newaxis]
        self.sample = SampleResult(tf.where_v2(inside, scores, 0.0), probabilities, read.state, read.attention)
        self.next_word = None if self.config.bidirectional else self._next_word(temperature)

    def _read(self, temperature: float) -> _Read:
        states = self.encoder.states(self.ids, self.initial_state.layers)
        pooled = self.pooling(states[-1].h, self.initial_state.pooled)
        prefix_logits = self._logits(pooled.features) / temperature
        layers, last = tf.nest.map_structure(lambda part: last_of(part, self.sequence_length), (states, pooled.states))
        state = State(layers, self._direct_state(self.sequence_length), last)
        attention = self.pooling.weights(pooled.words, last, self.sequence_length)
        return _Read(prefix_logits, last_of(prefix_logits, self.sequence_length), state, attention)

    def _read_both_ways(self, temperature: float) -> _Read:
        logits, attention = self._logits_of_whole(self.ids, self.sequence_length)
        prefix_logits = score_prefixes(
            lambda ids, sequence_length: self._logits_of_whole(ids, sequence_length)[0],
            self.ids,
            self.sequence_length,
            self.output_bias.shape[0],
        )
        if self.direct:
            logits += self._direct_state(self.sequence_length).total
        prefix_logits = self._with_direct_scores(prefix_logits) / temperature
        return _Read(prefix_logits, logits / temperature, State((), ()), attention)

    def _logits_of_whole(self, ids: Any, sequence_length: Any, dropout: Dropout | None = None) -> tuple[Any, Any]:
        """The network's own logits, `[B, C]`, of sentences that it reads both ways, and the attention in them."""
        outputs = self.encoder.outputs(ids, sequence_length, dropout)
        features, attention = self.pooling.whole(outputs, sequence_length)
        return self._net_logits(dropout(features, "features") if dropout else features), attention

    def _next_word(self, temperature: float) -> NextWord:
        layers = self.encoder.next_states(self.ids[:, 0], self.initial_state.layers)
        pooled = self.pooling.next_word(layers[-1].h, self.initial_state.pooled)
        logits = self._logits(pooled.features[tf.newaxis])[0] / temperature
        state = State(layers, self._direct_state(tf.ones_like(self.ids[:, 0])), pooled.states)
        return NextWord(losses.probabilities(logits, self.config.loss), state)

    def _build_training(
        self,
        training: TrainConfig,
        steps_per_epoch: int,
        class_weights: Sequence[float] | None,
        multi_label: bool,
    ) -> None:
        dropout = Dropout(training.dropout, training.seed, self.global_step)
        prefix_logits, logits = self._training_logits(dropout)
        per_sentence = losses.prefix_loss(
            prefix_logits,
            logits,
            self.targets,
            self.sequence_length,
            self.config.loss,
            training.prefix_loss_weight,
        )
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

    def _training_logits(self, dropout: Dropout) -> tuple[Any, Any]:
        """After each word, `[B, T, C]`, or None where the network reads both ways; after the last, `[B, C]`."""
        if self.config.bidirectional:
            logits, _ = self._logits_of_whole(self.ids, self.sequence_length, dropout)
            return None, logits + self._direct_state(self.sequence_length).total if self.direct else logits
        outputs = self.encoder.outputs(self.ids, self.initial_state.layers, dropout)
        features = self.pooling(outputs, self.initial_state.pooled).features
        # One mask a sentence, so that every prefix is judged by the same units (Gal and Ghahramani 2016).
        features = dropout(features, "features", [1, tf.shape(features)[1], features.shape[2]])
        prefix_logits = self._logits(features)
        return tf.transpose(prefix_logits, [1, 0, 2]), last_of(prefix_logits, self.sequence_length)

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
