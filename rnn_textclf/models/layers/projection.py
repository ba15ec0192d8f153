"""The inputs of a recurrent layer, already projected: `x W + b`, by step or from a table of unique words."""

from collections.abc import Sequence
from typing import Any, Protocol

from rnn_textclf.models.tf1 import Tensor, tf


class Projection(Protocol):
    """Projected inputs of T steps.

    tensors: the tensors that they are computed from; gradients flow to the first.
    """

    tensors: tuple[Tensor, ...]

    def steps(self, tensors: tuple[Tensor, ...], part: slice) -> Tensor:
        """The loop's inputs for a part of the batch, `[T, b, …]`."""

    def look_up(self, tensors: tuple[Tensor, ...], step: Tensor) -> Tensor:
        """One step of these -> its projected inputs `[b, G * H]`."""

    def gradient(
        self, tensors: tuple[Tensor, ...], d_steps: Sequence[Tensor], parts: Sequence[slice]
    ) -> tuple[Tensor | None, ...]:
        """From the gradients `[T, b, G * H]` of each part of the batch, those of `tensors`."""


class DenseProjection:
    """Projected inputs `[T, B, G * H]` as they are: an upper layer's, or those under dropout."""

    def __init__(self, projected: Tensor) -> None:
        self.tensors = (projected,)

    def steps(self, tensors: tuple[Tensor, ...], part: slice) -> Tensor:
        """See `Projection`."""
        return tensors[0][:, part]

    def look_up(self, tensors: tuple[Tensor, ...], step: Tensor) -> Tensor:
        """See `Projection`."""
        return step

    def gradient(
        self, tensors: tuple[Tensor, ...], d_steps: Sequence[Tensor], parts: Sequence[slice]
    ) -> tuple[Tensor | None, ...]:
        """See `Projection`."""
        return (tf.concat(d_steps, axis=1),)


class TableProjection:
    """Rows of a table `[U, G * H]`, one for each of U unique words, at `positions` `[T, B]`.

    A word that occurs often in a batch is projected once, and its gradients are added up before they go
    through the kernel: the same sums in fewer products.
    """

    def __init__(self, table: Tensor, positions: Tensor) -> None:
        self.tensors = (table, positions)

    def steps(self, tensors: tuple[Tensor, ...], part: slice) -> Tensor:
        """See `Projection`."""
        return tensors[1][:, part, tf.newaxis]

    def look_up(self, tensors: tuple[Tensor, ...], step: Tensor) -> Tensor:
        """See `Projection`."""
        return tf.gather(tensors[0], step[:, 0])

    def gradient(
        self, tensors: tuple[Tensor, ...], d_steps: Sequence[Tensor], parts: Sequence[slice]
    ) -> tuple[Tensor | None, ...]:
        """See `Projection`."""
        table, positions = tensors
        sums = [
            segment_sum(d_step, positions[:, part], tf.shape(table)[0])
            for d_step, part in zip(d_steps, parts, strict=True)
        ]
        return tf.add_n(sums), None


class ProjectionCache:
    """The projected inputs of all V words, `[V, G * H]`; empty until `fill` runs in a session.

    It is not a weight and in no checkpoint: run `fill` after the weights are restored. Scoring much text then saves
    half of the products. `is_filled` is a boolean tensor.

    Args:
      values: what `fill` stores, of a known shape.
    """

    def __init__(self, values: Tensor) -> None:
        self._table = tf.get_variable(
            "folded", values.shape, initializer=tf.zeros_initializer(), trainable=False, collections=[]
        )
        self.is_filled = self._table.is_initialized()
        self.fill = self._table.assign(values, read_value=False)

    @property
    def num_bytes(self) -> int:
        """Its memory once filled."""
        return self._table.shape.num_elements() * self._table.dtype.size

    def read(self) -> Tensor:
        """The table; an error in the session where it is empty."""
        return self._table.read_value()


def segment_sum(values: Tensor, segment_ids: Tensor, num_segments: Any) -> Tensor:
    """`tf.math.unsorted_segment_sum` in a third of the time: sorted by segment, each sum is written once.

    Args:
      values: `[…, D]`.
      segment_ids: `[…]`, in [0, N).
      num_segments: N, of the result `[N, D]`; a segment that never occurs has zeros.
    """
    flat = tf.reshape(segment_ids, [-1])
    order = tf.argsort(flat)
    return tf.raw_ops.SparseSegmentSumWithNumSegments(
        data=tf.reshape(values, [-1, values.shape[-1]]),
        indices=order,
        segment_ids=tf.gather(flat, order),
        num_segments=num_segments,
    )
