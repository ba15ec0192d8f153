"""`TextClassifier`: the placeholders, the network, and `step()` that runs it."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, overload

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.models import initializers
from rnn_textclf.models.layers.bidirectional import BidirectionalEncoder, BothEnds
from rnn_textclf.models.layers.dropout import Dropout
from rnn_textclf.models.layers.embedding import Embedding
from rnn_textclf.models.layers.encoder import Encoder
from rnn_textclf.models.layers.pooling import Pooled, new_pooling
from rnn_textclf.models.layers.prefix_scores import score_prefixes
from rnn_textclf.models.layers.recurrence import last_of
from rnn_textclf.models.layers.wide import WideFeatures
from rnn_textclf.models.results import EvalResult, NextWord, SampleResult, State, TrainResult
from rnn_textclf.models.tf1 import tf
from rnn_textclf.models.training import losses
from rnn_textclf.models.training.training_graph import TrainingGraph
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.vocabulary import Vocabulary


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
      foldable: whether inference is quicker once `encoder.folded.fill` has run, where there is such a thing.

    Placeholders: `ids` int32 `[B, T]`; `sequence_length` int32 `[B]`, by default `length(ids)`;
    `targets` float32 `[B, C]`; `soft_targets`, what the training loss asks for, by default the targets;
    `initial_state`, a `State`, by default that before the first word. `sample` holds the tensors of a
    `SampleResult`, `next_word` those of a `NextWord` for `ids` `[B, 1]`, `training` the `TrainingGraph`.

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
        foldable: bool = False,
    ) -> None:
        if config.bidirectional and training and training.prefix_loss_weight:
            raise ValueError("a bidirectional network has no output after each word for a loss on prefixes")
        self.config, self.vocabulary, self._temperature = config, vocabulary, temperature
        self.global_step = tf.train.get_or_create_global_step()
        self.ids = tf.placeholder(tf.int32, [None, None], "ids") if ids is None else ids
        self.sequence_length = tf.placeholder_with_default(length(self.ids), [None], "sequence_length")
        self.targets = tf.placeholder(tf.float32, [None, num_classes], "targets")
        self.soft_targets = tf.placeholder_with_default(self.targets, [None, num_classes], "soft_targets")
        self._build_network(num_classes, training, foldable)
        self.weights = tf.trainable_variables()
        self.initial_state = tf.nest.map_structure(
            lambda zeros: tf.placeholder_with_default(zeros, [None, *zeros.shape[1:]]), self._zero_state()
        )
        self._build_inference()
        if training:
            self.training = TrainingGraph(self, training, steps_per_epoch, class_weights, multi_label)

    def _build_network(self, num_classes: int, training: TrainConfig | None, foldable: bool) -> None:
        config, vocabulary = self.config, self.vocabulary
        seed = training.seed if training else 0
        freeze = training is not None and training.freeze_embeddings
        # Where a batch is all there is to do; what scores text has a batch for each core.
        batch_splits = 2 if training else 1
        stem_ids = tf.constant(vocabulary.stem_ids) if vocabulary.has_stems else None
        self.embedding = Embedding(len(vocabulary), config.embedding_size, stem_ids, seed, freeze)
        self.encoder: Any
        self.pooling: Any
        if config.bidirectional:
            width = 2 * config.num_hidden_units
            self.encoder = BidirectionalEncoder(config, self.embedding, seed, batch_splits)
            self.pooling = BothEnds() if config.pooling == "last" else new_pooling(config.pooling, width, seed)
        else:
            width = config.num_hidden_units
            self.encoder = Encoder(config, self.embedding, seed, batch_splits, foldable)
            self.pooling = new_pooling(config.pooling, width, seed)
        self.output_kernel = initializers.glorot("output_kernel", [width, num_classes], seed)
        self.output_bias = initializers.constant("output_bias", [0.0] * num_classes)
        self.direct = WideFeatures(vocabulary, num_classes, stem_ids) if config.direct_scores else None

    def _zero_state(self) -> State:
        batch_size = tf.shape(self.ids)[0]
        direct = self.direct.zero_state(batch_size) if self.direct else ()
        if self.config.bidirectional:
            return State((), direct)
        return State(self.encoder.zero_state(batch_size), direct, self.pooling.zero_state(batch_size))

    def net_logits(self, features: Any) -> Any:
        """The network's own logits, `[..., C]`, from features `[..., H]`: those without direct scores."""
        if features.shape.rank == 2:  # A tenth of the operations, which is what one more word costs.
            return tf.matmul(features, self.output_kernel) + self.output_bias
        return tf.tensordot(features, self.output_kernel, 1) + self.output_bias

    def direct_scores(self, ids: Any) -> Any:
        """The direct scores after each word of `ids` `[B, T]`: `[T, B, C]`; None without them."""
        return self.direct(ids, self.initial_state.direct) if self.direct else None

    def logits_of_whole(
        self, ids: Any, sequence_length: Any, dropout: Dropout | None = None, vectors: Any = None
    ) -> tuple[Any, Any]:
        """The network's own logits `[B, C]` of sentences that it reads both ways, and the attention in them."""
        outputs = self.encoder.outputs(ids, sequence_length, dropout, vectors)
        features, attention = self.pooling.whole(outputs, sequence_length)
        return self.net_logits(dropout(features, "features") if dropout else features), attention

    def _with_direct_scores(self, logits: Any) -> Any:
        """Logits after each word, `[T, B, C]`, with the direct scores where there are any."""
        direct = self.direct_scores(self.ids)
        return logits if direct is None else logits + direct

    def _direct_state(self, sequence_length: Any) -> Any:
        return self.direct.state_at(sequence_length, self.ids, self.initial_state.direct) if self.direct else ()

    def _build_inference(self) -> None:
        loss, last = self.config.loss, self.sequence_length
        read = self._read_both_ways() if self.config.bidirectional else self._read()
        probabilities = losses.probabilities(read.logits, loss)
        self._eval = EvalResult(losses.cross_entropy(read.logits, self.targets, loss), probabilities)
        scores = losses.probabilities(tf.transpose(read.prefix_logits, [1, 0, 2]), loss)
        inside = tf.sequence_mask(last, tf.shape(self.ids)[1])[:, :, tf.newaxis]
        self.sample = SampleResult(tf.where_v2(inside, scores, 0.0), probabilities, read.state, read.attention)
        self.next_word = None if self.config.bidirectional else self.next_words(1)

    def _read(self) -> _Read:
        states = self.encoder.states(self.ids, self.initial_state.layers)
        pooled = self.pooling(states[-1].h, self.initial_state.pooled)
        prefix_logits = self._with_direct_scores(self.net_logits(pooled.features)) / self._temperature
        layers, pooled_last, features = tf.nest.map_structure(
            lambda part: last_of(part, self.sequence_length), (states, pooled.states, pooled.features)
        )
        state = State(layers, self._direct_state(self.sequence_length), pooled_last)
        # Not gathered from those after each word, which most callers do not ask for.
        logits = self.net_logits(features) + (state.direct.total if self.direct else 0.0)
        attention = self.pooling.weights(pooled.words, pooled_last, self.sequence_length)
        return _Read(prefix_logits, logits / self._temperature, state, attention)

    def _read_both_ways(self) -> _Read:
        logits, attention = self.logits_of_whole(self.ids, self.sequence_length)
        prefix_logits = score_prefixes(
            lambda ids, sequence_length: self.logits_of_whole(ids, sequence_length)[0],
            self.ids,
            self.sequence_length,
            self.output_bias.shape[0],
        )
        if self.direct:
            logits += self._direct_state(self.sequence_length).total
        prefix_logits = self._with_direct_scores(prefix_logits) / self._temperature
        return _Read(prefix_logits, logits / self._temperature, State((), ()), attention)

    def next_words(self, count: int) -> NextWord:
        """Builds what reads `count` (>= 1) more words a row, `ids` `[B, count]`, without a loop; see `Encoder`."""
        ids = tf.ensure_shape(self.ids, [None, count])
        layers, outputs = self.encoder.next_states(ids, self.initial_state.layers)
        pooled = Pooled((), self.initial_state.pooled, ())
        for h in outputs:
            pooled = self.pooling.next_word(h, pooled.states)
        state = State(layers, self._direct_state(tf.fill(tf.shape(ids)[:1], count)), pooled.states)
        logits = self.net_logits(pooled.features) + (state.direct.total if self.direct else 0.0)
        return NextWord(losses.probabilities(logits / self._temperature, self.config.loss), state)

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
            if batch.soft_targets is not None:
                feed[self.soft_targets] = batch.soft_targets
            return session.run(self.training.result, feed)
        raise ValueError(f"mode must be train, eval or sample, got {mode!r}")
