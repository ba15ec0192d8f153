"""Inclusive scan over time in log2(T) rounds."""

from collections.abc import Callable
from typing import Any

from rnn_textclf.models.tf1 import Tensor, tf


def prefix_scan(combine: Callable[[Any, Any], Any], steps: Any) -> Any:
    """All prefixes of `steps` reduced by `combine` (Hillis and Steele 1986): step t of the result covers steps 0 to t.

    It is differentiable. No step is combined with itself, so a maximum passes its gradient to one step only, even
    where two are equal.

    Args:
      combine: the values of a span of steps and of the span after it -> the value of both together; must be
        associative, need not be commutative.
      steps: a structure of tensors `[T, B, …]`.

    Returns:
      The same structure.
    """

    def double(span: Tensor, *parts: Tensor) -> tuple[Tensor, ...]:
        before = tf.nest.pack_sequence_as(steps, [part[:-span] for part in parts])
        after = tf.nest.pack_sequence_as(steps, [part[span:] for part in parts])
        joined = tf.nest.flatten(combine(before, after))
        # Spans that begin at the first step are complete.
        return (2 * span, *(tf.concat([part[:span], more], 0) for part, more in zip(parts, joined, strict=True)))

    flat = tf.nest.flatten(steps)
    time = tf.shape(flat[0])[0]
    shapes = [tf.TensorShape([None, None, *part.shape[2:]]) for part in flat]
    _, *parts = tf.while_loop(
        lambda span, *_: span < time, double, [1, *flat], shape_invariants=[tf.TensorShape([]), *shapes]
    )
    return tf.nest.pack_sequence_as(steps, parts)
