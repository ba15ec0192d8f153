"""What a recurrent layer reads at each step: projected inputs, `x W + b`, one after the other or from a table."""

from collections.abc import Sequence
from typing import Any, Protocol

from rnn_textclf.models.tf1 import tf


class Projection(Protocol):
    """Projected inputs of T steps.

    tensors: what they are made of; gradients flow to the first.
    """

    tensors: tuple[Any, ...]

    def steps(self, tensors: tuple[Any, ...], rows: slice) -> Any:
        """What the loop walks over for some rows of the batch, `[T, rows, …]`."""

    def look_up(self, tensors: tuple[Any, ...], step: Any) -> Any:
        """One step of that -> its projected inputs `[rows, G * H]`."""

    def gradient(self, tensors: tuple[Any, ...], d_steps: Sequence[Any], rows: Sequence[slice]) -> tuple[Any, ...]:
        """From the gradients `[T, rows, G * H]` of each part of the batch, those of `tensors`."""


class DenseProjection:
    """Projected inputs `[T, B, G * H]` as they are: an upper layer's, or those under dropout."""

    def __init__(self, projected: Any) -> None:
        self.tensors = (projected,)

    def steps(self, tensors: tuple[Any, ...], rows: slice) -> Any:
        """See `Projection`."""
        return tensors[0][:, rows]

    def look_up(self, tensors: tuple[Any, ...], step: Any) -> Any:
        """See `Projection`."""
        return step

    def gradient(self, tensors: tuple[Any, ...], d_steps: Sequence[Any], rows: Sequence[slice]) -> tuple[Any, ...]:
        """See `Projection`."""
        return (tf.concat(d_steps, axis=1),)


class TableProjection:
    """Rows of a table `[U, G * H]`, one for each of the U different words, at `positions` `[T, B]`.

    A word that occurs often in a batch is projected once, and its gradients are added up before they go
    through the kernel: the same sums in fewer products.
    """

    def __init__(self, table: Any, positions: Any) -> None:
        self.tensors = (table, positions)

    def steps(self, tensors: tuple[Any, ...], rows: slice) -> Any:
        """See `Projection`."""
        return tensors[1][:, rows, tf.newaxis]

    def look_up(self, tensors: tuple[Any, ...], step: Any) -> Any:
        """See `Projection`."""
        return tf.gather(tensors[0], step[:, 0])

    def gradient(self, tensors: tuple[Any, ...], d_steps: Sequence[Any], rows: Sequence[slice]) -> tuple[Any, ...]:
        """See `Projection`."""
        table, positions = tensors
        sums = [
            sum_rows(d_step, positions[:, part], tf.shape(table)[0]) for d_step, part in zip(d_steps, rows, strict=True)
        ]
        return tf.add_n(sums), None


def sum_rows(values: Any, positions: Any, num_rows: Any) -> Any:
    """`tf.math.unsorted_segment_sum` in a third of the time: sorted by position, each sum is written once.

    Args:
      values: `[…, D]`.
      positions: `[…]`, from 0 to `num_rows` - 1.
      num_rows: N, of the result `[N, D]`; a position that never occurs has zeros.
    """
    flat = tf.reshape(positions, [-1])
    order = tf.argsort(flat)
    return tf.raw_ops.SparseSegmentSumWithNumSegments(
        data=tf.reshape(values, [-1, values.shape[-1]]),
        indices=order,
        segment_ids=tf.gather(flat, order),
        num_segments=num_rows,
    )
