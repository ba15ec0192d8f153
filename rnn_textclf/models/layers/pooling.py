"""From the top layer's h after each word to the features after each word, which the output layer reads.

Every way of pooling is causal. What it keeps of a span of words is a state, and `combine` makes the state of
two neighbouring spans that of both (a monoid). So the states after all words come from one `prefix_scan`,
reading on is one `combine` more, and both say the same.

States past a sentence's end mean nothing; nobody looks at them, so that gradients there are exact zeros.
"""

from typing import Any, NamedTuple

from rnn_textclf.models import initializers
from rnn_textclf.models.layers.prefix_scan import prefix_scan
from rnn_textclf.models.tf1 import tf


class MeanState(NamedTuple):
    """total: `[..., H]`, the sum; count: `[..., 1]`, of how many words."""

    total: Any
    count: Any


class MaxState(NamedTuple):
    """largest: `[..., H]`, of each unit."""

    largest: Any


class AttentionState(NamedTuple):
    """Sums of exp(score - largest) over words: of each times its h `[..., H]`, and alone `[..., 1]`.

    largest: `[..., 1]`, the highest score, so that no exponential is above 1 and one of them is 1.
    """

    weighted: Any
    total: Any
    largest: Any


class Pooled(NamedTuple):
    """What is known after each word, `[T, B, …]`, or after one more word, `[B, …]`.

    features: `[..., H]`.
    states: of all words so far; those of the last word are to be carried over.
    words: the states of each word alone.
    """

    features: Any
    states: Any
    words: Any


class Pooling:
    """As it stands, the h of the last word: nothing to compute, nothing to carry."""

    def zero_state(self, batch_size: Any) -> Any:
        """The state before the first word."""
        return ()

    def __call__(self, outputs: Any, state: Any) -> Pooled:
        """Reads `outputs` `[T, B, H]` on from `state`."""
        return Pooled(outputs, (), ())

    def next_word(self, h: Any, state: Any) -> Pooled:
        """Reads one more word, `h` `[B, H]`."""
        return Pooled(h, (), ())

    def weights(self, words: Any, last: Any, sequence_length: Any) -> Any:
        """The attention to each word, `[B, T]`, where there is such a thing, else `()`.

        Args:
          words: `Pooled.words` of whole sentences.
          last: their state after the last word, `[B, …]`.
          sequence_length: `[B]`.
        """
        return ()


class ScanPooling(Pooling):
    """Pooling over all words so far; subclasses say what a state is."""

    def zero_state(self, batch_size: Any) -> Any:
        """The state before the first word, which changes nothing when it is combined."""
        raise NotImplementedError

    def of_word(self, h: Any) -> Any:
        """The state of single words, from `h` `[..., H]`."""
        raise NotImplementedError

    def combine(self, before: Any, after: Any) -> Any:
        """The state of a span of words and one that follows it."""
        raise NotImplementedError

    def features(self, state: Any) -> Any:
        """`[..., H]`."""
        raise NotImplementedError

    def __call__(self, outputs: Any, state: Any) -> Pooled:
        """See `Pooling`."""
        words = self.of_word(outputs)
        states = self.combine(state, prefix_scan(self.combine, words))
        return Pooled(self.features(states), states, words)

    def next_word(self, h: Any, state: Any) -> Pooled:
        """See `Pooling`."""
        word = self.of_word(h)
        after = self.combine(state, word)
        return Pooled(self.features(after), after, word)

    def whole(self, outputs: Any, sequence_length: Any) -> tuple[Any, Any]:
        """Reads whole sentences, `[T, B, H]` -> the features after their last words alone, `[B, H]`, and `weights`.

        No scan: it is quicker where nothing is asked of the other words.
        """
        raise NotImplementedError


class MeanPooling(ScanPooling):
    """The mean of each unit over the words so far."""

    def __init__(self, width: int) -> None:
        self._width = width

    def zero_state(self, batch_size: Any) -> MeanState:
        """See `ScanPooling`."""
        return MeanState(tf.zeros([batch_size, self._width]), tf.zeros([batch_size, 1]))

    def of_word(self, h: Any) -> MeanState:
        """See `ScanPooling`."""
        return MeanState(h, tf.ones_like(h[..., :1]))

    def combine(self, before: Any, after: Any) -> MeanState:
        """See `ScanPooling`."""
        return MeanState(before.total + after.total, before.count + after.count)

    def features(self, state: Any) -> Any:
        """See `ScanPooling`."""
        return state.total / state.count

    def whole(self, outputs: Any, sequence_length: Any) -> tuple[Any, Any]:
        """See `ScanPooling`."""
        total = tf.reduce_sum(_inside(outputs, sequence_length, 0.0), 0)
        return total / tf.cast(sequence_length, total.dtype)[:, tf.newaxis], ()


class MaxPooling(ScanPooling):
    """The maximum of each unit over the words so far."""

    def __init__(self, width: int) -> None:
        self._width = width

    def zero_state(self, batch_size: Any) -> MaxState:
        """See `ScanPooling`."""
        return MaxState(tf.fill([batch_size, self._width], tf.float32.min))

    def of_word(self, h: Any) -> MaxState:
        """See `ScanPooling`."""
        return MaxState(h)

    def combine(self, before: Any, after: Any) -> MaxState:
        """See `ScanPooling`."""
        return MaxState(tf.maximum(before.largest, after.largest))

    def features(self, state: Any) -> Any:
        """See `ScanPooling`."""
        return state.largest

    def whole(self, outputs: Any, sequence_length: Any) -> tuple[Any, Any]:
        """See `ScanPooling`."""
        return tf.reduce_max(_inside(outputs, sequence_length, tf.float32.min), 0), ()


class AttentionPooling(ScanPooling):
    """The mean over the words so far, each weighted by softmax of its score v' tanh(W h + b).

    The score is Bahdanau et al.'s (2015) without a query, as in Yang et al. (2016).

    Args:
      width: H, of what is pooled and of the score's hidden layer.
      seed: fixes the first weights.
    """

    def __init__(self, width: int, seed: int) -> None:
        self._width = width
        with tf.variable_scope("attention"):
            self.kernel = initializers.glorot("kernel", [width, width], seed)
            self.bias = initializers.constant("bias", [0.0] * width)
            self.vector = initializers.glorot("vector", [width, 1], seed)

    def zero_state(self, batch_size: Any) -> AttentionState:
        """See `ScanPooling`."""
        nothing = tf.zeros([batch_size, 1])
        return AttentionState(tf.zeros([batch_size, self._width]), nothing, nothing + tf.float32.min)

    def of_word(self, h: Any) -> AttentionState:
        """See `ScanPooling`."""
        scores = tf.tensordot(tf.tanh(tf.tensordot(h, self.kernel, 1) + self.bias), self.vector, 1)
        return AttentionState(h, tf.ones_like(scores), scores)

    def combine(self, before: Any, after: Any) -> AttentionState:
        """See `ScanPooling`."""
        # Which number is subtracted from all scores makes no difference, so it has no gradient.
        largest = tf.stop_gradient(tf.maximum(before.largest, after.largest))
        ours, theirs = tf.exp(before.largest - largest), tf.exp(after.largest - largest)
        return AttentionState(
            before.weighted * ours + after.weighted * theirs, before.total * ours + after.total * theirs, largest
        )

    def features(self, state: Any) -> Any:
        """See `ScanPooling`."""
        return state.weighted / state.total

    def whole(self, outputs: Any, sequence_length: Any) -> tuple[Any, Any]:
        """See `ScanPooling`."""
        scores = _inside(self.of_word(outputs).largest, sequence_length, tf.float32.min)
        weights = tf.nn.softmax(scores, 0)
        return tf.reduce_sum(weights * outputs, 0), tf.transpose(weights[..., 0])

    def weights(self, words: Any, last: Any, sequence_length: Any) -> Any:
        """See `Pooling`. Each word's share in the features after the last one; zeros past the end.

        They sum to 1, or to less where words before these were read.
        """
        weights = tf.transpose((tf.exp(words.largest - last.largest) / last.total)[..., 0])
        return tf.where_v2(tf.sequence_mask(sequence_length, tf.shape(weights)[1]), weights, 0.0)


def _inside(values: Any, sequence_length: Any, outside: float) -> Any:
    """`[T, B, …]`, with another value past the end of each sentence."""
    inside = tf.transpose(tf.sequence_mask(sequence_length, tf.shape(values)[0]))
    return tf.where_v2(inside[..., tf.newaxis], values, outside)


def new_pooling(name: str, width: int, seed: int) -> Pooling:
    """The way of pooling called last, mean, max or attention, over features of a width."""
    if name == "last":
        return Pooling()
    if name == "attention":
        return AttentionPooling(width, seed)
    return MeanPooling(width) if name == "mean" else MaxPooling(width)
