"""Pooling: from the top layer's h after each word to the features that the output layer reads.

Every pooling is causal. It keeps a state of a span of words, and `combine` turns the states of two neighbouring
spans into the state of both (a monoid). So the states after all words come from one `prefix_scan`, and reading on
is one more `combine`.

A new pooling is a subclass of `ScanPooling`, its name in `POOLINGS` and among the choices of
`config.ModelConfig.pooling`.
"""

from typing import Any, NamedTuple

from rnn_textclf.models import initializers
from rnn_textclf.models.layers.prefix_scan import prefix_scan
from rnn_textclf.models.layers.recurrence import gather_last
from rnn_textclf.models.tf1 import Tensor, tf


class MeanState(NamedTuple):
    """total: `[..., W]`, the sum; count: `[..., 1]`, the number of words."""

    total: Tensor
    count: Tensor


class MaxState(NamedTuple):
    """largest: `[..., W]`, of each unit."""

    largest: Tensor


class AttentionState(NamedTuple):
    """Sums over words of exp(score - largest): times h `[..., W]`, and alone `[..., 1]`.

    largest: `[..., 1]`, the highest score, so that no exponential is above 1 and one of them is 1.
    """

    weighted: Tensor
    total: Tensor
    largest: Tensor


class Pooled(NamedTuple):
    """The pooling after each word, `[T, B, …]`, or after one more word, `[B, …]`.

    features: `[..., W]`.
    states: of all words so far.
    words: the states of each word alone.
    """

    features: Tensor
    states: Any
    words: Any


class FinalFeatures(NamedTuple):
    """The pooling after each sentence's last word.

    features: `[B, W]`.
    state: to be carried over to the next words.
    attention: `[B, T]`, each word's weight in the features; zeros past the end. They sum to 1, or to less where
      words before these were read. Empty for other poolings than attention.
    """

    features: Tensor
    state: Any = ()
    attention: Any = ()


class Pooling:
    """The last word's h: nothing to compute, nothing to carry over.

    Args:
      width: W, of the outputs and of the features.
      seed: fixes the initial weights.
    """

    def __init__(self, width: int, seed: int) -> None:
        self._width = width

    def zero_state(self, batch_size: Tensor) -> Any:
        """The state before the first word."""
        return ()

    def __call__(self, outputs: Tensor, state: Any) -> Pooled:
        """Reads `outputs` `[T, B, W]` on from `state`."""
        return Pooled(outputs, (), ())

    def next_word(self, h: Tensor, state: Any) -> Pooled:
        """Reads one more word, `h` `[B, W]`."""
        return Pooled(h, (), ())

    def final(self, pooled: Pooled, final_h: Tensor, sequence_length: Tensor) -> FinalFeatures:
        """The features at each sentence's last word.

        Args:
          pooled: of every word.
          final_h: `[B, W]`, the encoder's final h.
          sequence_length: `[B]`.
        """
        return FinalFeatures(final_h)

    def whole(self, outputs: Tensor, final_h: Tensor, sequence_length: Tensor) -> FinalFeatures:
        """`final` of whole sentences without the states after each word, which is faster; its state is empty.

        Args:
          outputs: `[T, B, W]`.
          final_h: `[B, W]`, the encoder's final h.
          sequence_length: `[B]`.
        """
        return FinalFeatures(final_h)


class ScanPooling(Pooling):
    """Pooling over all words so far; subclasses define the state."""

    def zero_state(self, batch_size: Tensor) -> Any:
        """The identity of `combine`."""
        raise NotImplementedError

    def of_word(self, h: Tensor) -> Any:
        """The state of single words, from `h` `[..., W]`."""
        raise NotImplementedError

    def combine(self, before: Any, after: Any) -> Any:
        """The state of a span of words and the span after it."""
        raise NotImplementedError

    def features(self, state: Any) -> Tensor:
        """`[..., W]`."""
        raise NotImplementedError

    def attention(self, words: Any, final: Any, sequence_length: Tensor) -> Any:
        """See `FinalFeatures`; `words` and `final` are the states of each word and after the last one."""
        return ()

    def __call__(self, outputs: Tensor, state: Any) -> Pooled:
        """See `Pooling`."""
        words = self.of_word(outputs)
        states = self.combine(state, prefix_scan(self.combine, words))
        return Pooled(self.features(states), states, words)

    def next_word(self, h: Tensor, state: Any) -> Pooled:
        """See `Pooling`."""
        word = self.of_word(h)
        after = self.combine(state, word)
        return Pooled(self.features(after), after, word)

    def final(self, pooled: Pooled, final_h: Tensor, sequence_length: Tensor) -> FinalFeatures:
        """See `Pooling`."""
        state = tf.nest.map_structure(lambda values: gather_last(values, sequence_length), pooled.states)
        return FinalFeatures(self.features(state), state, self.attention(pooled.words, state, sequence_length))

    def whole(self, outputs: Tensor, final_h: Tensor, sequence_length: Tensor) -> FinalFeatures:
        """See `Pooling`."""
        pooled = self(outputs, self.zero_state(tf.shape(outputs)[1]))
        return self.final(pooled, final_h, sequence_length)._replace(state=())


class MeanPooling(ScanPooling):
    """The mean of each unit over the words so far."""

    def zero_state(self, batch_size: Tensor) -> MeanState:
        """See `ScanPooling`."""
        return MeanState(tf.zeros([batch_size, self._width]), tf.zeros([batch_size, 1]))

    def of_word(self, h: Tensor) -> MeanState:
        """See `ScanPooling`."""
        return MeanState(h, tf.ones_like(h[..., :1]))

    def combine(self, before: Any, after: Any) -> MeanState:
        """See `ScanPooling`."""
        return MeanState(before.total + after.total, before.count + after.count)

    def features(self, state: Any) -> Tensor:
        """See `ScanPooling`."""
        return state.total / state.count

    def whole(self, outputs: Tensor, final_h: Tensor, sequence_length: Tensor) -> FinalFeatures:
        """See `Pooling`."""
        total = tf.reduce_sum(_masked(outputs, sequence_length, 0.0), 0)
        return FinalFeatures(total / tf.cast(sequence_length, total.dtype)[:, tf.newaxis])


class MaxPooling(ScanPooling):
    """The maximum of each unit over the words so far."""

    def zero_state(self, batch_size: Tensor) -> MaxState:
        """See `ScanPooling`."""
        return MaxState(tf.fill([batch_size, self._width], tf.float32.min))

    def of_word(self, h: Tensor) -> MaxState:
        """See `ScanPooling`."""
        return MaxState(h)

    def combine(self, before: Any, after: Any) -> MaxState:
        """See `ScanPooling`."""
        return MaxState(tf.maximum(before.largest, after.largest))

    def features(self, state: Any) -> Tensor:
        """See `ScanPooling`."""
        return state.largest

    def whole(self, outputs: Tensor, final_h: Tensor, sequence_length: Tensor) -> FinalFeatures:
        """See `Pooling`."""
        return FinalFeatures(tf.reduce_max(_masked(outputs, sequence_length, tf.float32.min), 0))


class AttentionPooling(ScanPooling):
    """The mean over the words so far, weighted by the softmax of each word's score v' tanh(W h + b).

    The score is Bahdanau et al.'s (2015) without a query, as in Yang et al. (2016).
    """

    def __init__(self, width: int, seed: int) -> None:
        super().__init__(width, seed)
        with tf.variable_scope("attention"):
            self.kernel = initializers.glorot("kernel", [width, width], seed)
            self.bias = initializers.constant("bias", [0.0] * width)
            self.vector = initializers.glorot("vector", [width, 1], seed)

    def zero_state(self, batch_size: Tensor) -> AttentionState:
        """See `ScanPooling`."""
        zeros = tf.zeros([batch_size, 1])
        return AttentionState(tf.zeros([batch_size, self._width]), zeros, zeros + tf.float32.min)

    def of_word(self, h: Tensor) -> AttentionState:
        """See `ScanPooling`."""
        scores = tf.tensordot(tf.tanh(tf.tensordot(h, self.kernel, 1) + self.bias), self.vector, 1)
        return AttentionState(h, tf.ones_like(scores), scores)

    def combine(self, before: Any, after: Any) -> AttentionState:
        """See `ScanPooling`."""
        # Which number is subtracted from all scores makes no difference, so it has no gradient.
        largest = tf.stop_gradient(tf.maximum(before.largest, after.largest))
        left, right = tf.exp(before.largest - largest), tf.exp(after.largest - largest)
        return AttentionState(
            before.weighted * left + after.weighted * right, before.total * left + after.total * right, largest
        )

    def features(self, state: Any) -> Tensor:
        """See `ScanPooling`."""
        return state.weighted / state.total

    def attention(self, words: Any, final: Any, sequence_length: Tensor) -> Tensor:
        """See `ScanPooling`."""
        weights = tf.transpose((tf.exp(words.largest - final.largest) / final.total)[..., 0])
        return tf.where_v2(tf.sequence_mask(sequence_length, tf.shape(weights)[1]), weights, 0.0)

    def whole(self, outputs: Tensor, final_h: Tensor, sequence_length: Tensor) -> FinalFeatures:
        """See `Pooling`."""
        scores = _masked(self.of_word(outputs).largest, sequence_length, tf.float32.min)
        weights = tf.nn.softmax(scores, 0)
        return FinalFeatures(tf.reduce_sum(weights * outputs, 0), attention=tf.transpose(weights[..., 0]))


POOLINGS: dict[str, type[Pooling]] = {
    "last": Pooling,
    "mean": MeanPooling,
    "max": MaxPooling,
    "attention": AttentionPooling,
}


def _masked(values: Tensor, sequence_length: Tensor, outside: float) -> Tensor:
    """`[T, B, …]`, with another value past the end of each sentence."""
    inside = tf.transpose(tf.sequence_mask(sequence_length, tf.shape(values)[0]))
    return tf.where_v2(inside[..., tf.newaxis], values, outside)
