"""The inference half of a classifier: probabilities after the last word, after every word, after one more word."""

from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.models.layers.bidirectional import score_prefixes
from rnn_textclf.models.layers.cells import CellState
from rnn_textclf.models.layers.compiled_loop import compiled_loop
from rnn_textclf.models.layers.wide import WideState
from rnn_textclf.models.network import Inputs, Network, State
from rnn_textclf.models.tf1 import Tensor, tf
from rnn_textclf.models.training import losses


class EvalResult(NamedTuple):
    """A scored batch. losses: `[B]`, in nats, without dropout; probabilities: `[B, C]`."""

    losses: np.ndarray
    probabilities: np.ndarray


class SampleResult(NamedTuple):
    """A batch scored after every word.

    running_scores: `[B, T, C]`, the probability of each class after each word; zero past the length.
    probabilities: `[B, C]`, after the last word.
    final_state: the state after the last word, to be fed as the next call's `initial_state`.
    attention: `[B, T]`, each word's weight in the features after the last word; zero past the length, and
      without words before them they sum to 1. Empty for other poolings than attention.
    """

    running_scores: np.ndarray
    probabilities: np.ndarray
    final_state: State
    attention: Any = ()


class NextWord(NamedTuple):
    """One more word of each sentence. probabilities: `[B, C]` after it; state: to be fed with the next."""

    probabilities: np.ndarray
    state: State


class _Reading(NamedTuple):
    """Sentences read so far: the states of the encoder's layers and of the pooling, the features `[B, W]`."""

    layers: tuple[CellState, ...]
    pooled: Any
    features: Any


class _Logits(NamedTuple):
    """Logits `[T, B, C]` after each word and `[B, C]` after the last; see `SampleResult` for the rest."""

    prefixes: Tensor
    final: Tensor
    state: State
    attention: Any


class InferenceGraph:
    """Tensors of an `EvalResult`, a `SampleResult` and a `NextWord`; the last is None in a bidirectional network.

    Args:
      network: the layers.
      inputs: the batch.
      temperature: divisor of the logits (> 0), see `runs/calibration.py`.
    """

    def __init__(self, network: Network, inputs: Inputs, temperature: float) -> None:
        self._network, self._inputs, self._temperature = network, inputs, temperature
        loss, bidirectional = network.config.loss, network.config.bidirectional
        logits = self._whole_logits() if bidirectional else self._logits()
        probabilities = losses.probabilities(logits.final, loss)
        self.eval = EvalResult(losses.cross_entropy(logits.final, inputs.targets, loss), probabilities)
        scores = losses.probabilities(tf.transpose(logits.prefixes, [1, 0, 2]), loss)
        inside = tf.sequence_mask(inputs.sequence_length, tf.shape(inputs.ids)[1])[:, :, tf.newaxis]
        running_scores = tf.where_v2(inside, scores, 0.0)
        self.sample = SampleResult(running_scores, probabilities, logits.state, logits.attention)
        self.next_word = None if bidirectional else self._next_word()

    def next_words(self, most: int) -> NextWord:
        """Builds the reading of 1 to `most` more words of each sentence, `ids` `[B, K]`; see `compiled_loop`."""
        encoder, (ids, *_, initial) = self._network.encoder, self._inputs
        zeros = tf.zeros([tf.shape(ids)[0], self._network.output_kernel.shape[0]])
        first = _Reading(initial.layers, initial.pooled, zeros)
        return self._after(compiled_loop(self._read, encoder.next_projection(ids), most, first))

    def _next_word(self) -> NextWord:
        encoder, (ids, *_, initial) = self._network.encoder, self._inputs
        [projected] = tf.unstack(encoder.next_projection(tf.ensure_shape(ids, [None, 1])), 1)
        return self._after(self._read(projected, _Reading(initial.layers, initial.pooled, ())))

    def _read(self, projected: Tensor, before: _Reading) -> _Reading:
        layers = self._network.encoder.next_states(projected, before.layers)
        pooled = self._network.pooling.next_word(layers[-1].h, before.pooled)
        return _Reading(layers, pooled.states, pooled.features)

    def _after(self, read: _Reading) -> NextWord:
        network, (ids, *_, initial) = self._network, self._inputs
        logits, wide = network.output_layer(read.features), initial.wide
        if network.wide:
            wide = WideState(network.wide(ids, wide)[-1], ids[:, -1])
            logits += wide.total
        probabilities = losses.probabilities(logits / self._temperature, network.config.loss)
        return NextWord(probabilities, State(read.layers, wide, read.pooled))

    def _logits(self) -> _Logits:
        network, (ids, sequence_length, *_, initial) = self._network, self._inputs
        outputs, final_h, layers = network.encoder(ids, sequence_length, initial.layers)
        pooled = network.pooling(outputs, initial.pooled)
        final = network.pooling.final(pooled, final_h, sequence_length)
        # Not gathered from those after each word, which most callers do not ask for.
        logits = network.output_layer(final.features)
        return self._with_wide(network.output_layer(pooled.features), logits, layers, final.state, final.attention)

    def _whole_logits(self) -> _Logits:
        """Of a bidirectional network: the prefixes are scored as sentences of their own."""
        network, (ids, sequence_length, *_) = self._network, self._inputs
        logits, attention = network.whole_logits(ids, sequence_length)
        prefixes = score_prefixes(
            lambda ids, lengths: network.whole_logits(ids, lengths)[0], ids, sequence_length, network.num_classes
        )
        return self._with_wide(prefixes, logits, (), (), attention)._replace(state=State((), ()))

    def _with_wide(self, prefixes: Tensor, final: Tensor, layers: Any, pooled: Any, attention: Any) -> _Logits:
        """Adds the wide part to both logits, and divides them by the temperature."""
        ids, sequence_length, *_, initial = self._inputs
        wide = initial.wide
        if self._network.wide:
            totals = self._network.wide(ids, wide)
            wide = self._network.wide.final_state(totals, ids, sequence_length)
            prefixes, final = prefixes + totals, final + wide.total
        state = State(layers, wide, pooled)
        return _Logits(prefixes / self._temperature, final / self._temperature, state, attention)
