"""Joining up values over time so that each step holds all before it, in log2(T) rounds."""

from collections.abc import Callable
from typing import Any

from rnn_textclf.models.tf1 import tf


def prefix_scan(combine: Callable[[Any, Any], Any], steps: Any) -> Any:
    """What `combine` makes of the first step, of the first two, and so on (Hillis and Steele 1986).

    After round r each step holds the 2^r steps up to it. It is differentiable, and no step enters another
    twice, so that a maximum hands its gradient to one step alone, also where two are equal.

    Args:
      combine: what stands for a span of steps and what stands for the one after it -> for both together; must
        be associative, but not commutative.
      steps: a structure of tensors `[T, B, …]`.

    Returns:
      The like structure.
    """

    def double(span: Any, *parts: Any) -> tuple[Any, ...]:
        before = tf.nest.pack_sequence_as(steps, [part[:-span] for part in parts])
        after = tf.nest.pack_sequence_as(steps, [part[span:] for part in parts])
        joined = tf.nest.flatten(combine(before, after))
        # Spans that begin at the first step are whole already.
        return (2 * span, *(tf.concat([part[:span], more], 0) for part, more in zip(parts, joined, strict=True)))

    flat = tf.nest.flatten(steps)
    time = tf.shape(flat[0])[0]
    shapes = [tf.TensorShape([None, None, *part.shape[2:]]) for part in flat]
    _, *parts = tf.while_loop(
        lambda span, *_: span < time, double, [1, *flat], shape_invariants=[tf.TensorShape([]), *shapes]
    )
    return tf.nest.pack_sequence_as(steps, parts)
