"""`TextClassifier`: placeholders, the network, its inference and training graphs, and `step()` that runs them."""

from collections.abc import Sequence
from typing import Any, Literal, overload

import numpy as np

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.models.inference_graph import EvalResult, InferenceGraph, NextWord, SampleResult
from rnn_textclf.models.network import Inputs, Network
from rnn_textclf.models.tf1 import Tensor, tf
from rnn_textclf.models.training.exchange import GradientExchange, NoExchange
from rnn_textclf.models.training.training_graph import TrainingGraph, TrainResult
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.vocabulary import Vocabulary


def length(ids: Tensor) -> Tensor:
    """The number of words of each sentence, int32 `[B]`: the non-zero ids of `ids` `[B, T]`."""
    return tf.math.count_nonzero(ids, axis=1, dtype=tf.int32)


class TextClassifier:
    """A recurrent text classifier in the default graph.

    Args:
      config: the network's shape.
      vocabulary: the V words and stems.
      num_classes: C.
      training: how to train; None builds inference only.
      steps_per_epoch: batches in an epoch, for the learning rate's decay.
      class_weights: C factors of the loss; a sentence counts by the mean of its classes'.
      multi_label: whether a sentence is correct only when all its classes are, each at 0.5.
      temperature: divisor of the logits outside training (> 0), see `runs/calibration.py`.
      ids: int32 `[B, T]`, where they are computed in the graph; by default the placeholder below.
      exchange: the gradients' sum over workers, where a batch is divided among several.
      cache_projections: whether inference is to be faster once `encoder.projection_cache.fill` has run; for
        unidirectional networks.

    Placeholders: `ids` int32 `[B, T]`; `sequence_length` int32 `[B]`, by default `length(ids)`;
    `targets` float32 `[B, C]`; `soft_targets`, the targets of the training loss, by default the targets;
    `initial_state`, a `State`, by default the state before the first word; `batch_size`, the examples of the batch
    that this one is a share of, by default B. `sample` holds the tensors of a
    `SampleResult`, `next_word` those of a `NextWord` for `ids` `[B, 1]`, `training` the `TrainingGraph`,
    whose `epoch_totals` are here too.

    A bidirectional network has no state to read on from: `next_word` is None, and its running scores are those of
    every prefix as a sentence of its own.

    Raises:
      ValueError: the network is bidirectional, but is to be trained on prefixes.
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
        ids: Tensor | None = None,
        cache_projections: bool = False,
        exchange: GradientExchange | NoExchange | None = None,
    ) -> None:
        if config.bidirectional and training and training.prefix_loss_weight:
            raise ValueError("a bidirectional network has no output after each word for a loss on prefixes")
        self.config, self.vocabulary = config, vocabulary
        self.global_step = tf.train.get_or_create_global_step()
        self.network = Network(
            config,
            vocabulary,
            num_classes,
            seed=training.seed if training else 0,
            # In training one batch occupies all cores; inference has a batch for each core.
            batch_splits=2 if training else 1,
            freeze_embeddings=training is not None and training.freeze_embeddings,
            cache_projections=cache_projections,
        )
        self.embedding, self.encoder, self.wide = self.network.embedding, self.network.encoder, self.network.wide
        self.weights = self.network.weights
        inputs = _placeholders(self.network, ids)
        self.ids, self.sequence_length, self.targets, self.soft_targets, self._batch_size, self.initial_state = inputs
        self._inference = InferenceGraph(self.network, inputs, temperature)
        self.sample, self.next_word = self._inference.sample, self._inference.next_word
        if training:
            self.training = TrainingGraph(
                self.network, inputs, training, steps_per_epoch, class_weights, multi_label, exchange or NoExchange()
            )
            self.epoch_totals = self.training.epoch_totals

    def next_words(self, most: int) -> NextWord:
        """Builds the reading of 1 to `most` more words of each sentence, `ids` `[B, K]`, in a compiled loop."""
        return self._inference.next_words(most)

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
          batch: ids `[B, T]`, lengths `[B]` and, except for sample, targets `[B, C]`.
          mode: `train` updates the weights once; `eval` gives loss and probabilities; `sample` gives
            the running scores of every sentence. Dropout is on in `train` only.
        """
        feed = {self.ids: batch.ids, self.sequence_length: batch.lengths}
        if mode == "sample":
            return session.run(self.sample, feed)
        feed[self.targets] = batch.targets
        if mode == "eval":
            return session.run(self._inference.eval, feed)
        if mode == "train":
            return session.run(self.training.result, feed | self._training_feed(batch))
        raise ValueError(f"mode must be train, eval or sample, got {mode!r}")

    def losses(self, session: Any, batch: Batch) -> np.ndarray:
        """Cross entropy of each sentence, `[B]`, in nats."""
        return self.step(session, batch, "eval").losses

    def push(self, session: Any, batch: Batch) -> None:
        """Delivers the gradients of a worker's share of a batch, which may be empty, to the exchange."""
        training = self.training
        if not len(batch.lengths):
            session.run(training.push_nothing)
            return
        feed = {self.ids: batch.ids, self.sequence_length: batch.lengths, self.targets: batch.targets}
        session.run(training.push, feed | self._training_feed(batch))

    def apply(self, session: Any) -> TrainResult:
        """Updates the weights by the gradients that all workers have delivered."""
        return session.run(self.training.result)

    def _training_feed(self, batch: Batch) -> dict[Tensor, Any]:
        feed: dict[Tensor, Any] = {self._batch_size: batch.whole_size}
        return feed if batch.soft_targets is None else {**feed, self.soft_targets: batch.soft_targets}


def _placeholders(network: Network, ids: Tensor | None) -> Inputs:
    ids = tf.placeholder(tf.int32, [None, None], "ids") if ids is None else ids
    targets = tf.placeholder(tf.float32, [None, network.num_classes], "targets")
    return Inputs(
        ids,
        tf.placeholder_with_default(length(ids), [None], "sequence_length"),
        targets,
        tf.placeholder_with_default(targets, [None, network.num_classes], "soft_targets"),
        tf.placeholder_with_default(tf.shape(ids)[0], [], "batch_size"),
        tf.nest.map_structure(
            lambda zeros: tf.placeholder_with_default(zeros, [None, *zeros.shape[1:]]),
            network.zero_state(tf.shape(ids)[0]),
        ),
    )
