"""Exchange of gradients: the sum over all workers of what each computes from its share of a batch."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from rnn_textclf.models.tf1 import Tensor, Variable, tf


class Gathered(NamedTuple):
    """Sums over the workers.

    gradients: of each weight; of an embedding `IndexedSlices` in which each row is named once; None as given.
    totals: as given, added up.
    push: operation with which a worker delivers its part; before the others are read, each worker must have run it.
    push_nothing: the same of a worker whose share of a batch is empty.
    """

    gradients: list[Any]
    totals: Tensor
    push: Any
    push_nothing: Any


class NoExchange:
    """The exchange of a worker that has whole batches.

    Args:
      number: of the worker, from 0; no two draw the same dropout.
    """

    def __init__(self, number: int = 0) -> None:
        self.number = number

    def gather(self, gradients: Sequence[Any], weights: Sequence[Variable], totals: Tensor) -> Gathered:
        """What is given, as it is."""
        nothing = tf.no_op()
        return Gathered(list(gradients), totals, nothing, nothing)


class GradientExchange:
    """The exchange of several workers, each in a process and with a graph of its own.

    Each worker has a place for its part of each gradient, beside the weight, and overwrites it at each step; so a part
    that is delivered twice counts once. The sums are computed where the weights are. Of an embedding the rows that a
    worker looked up travel, and no others.

    Args:
      number: of this worker, from 0.
      count: of the workers.
    """

    def __init__(self, number: int, count: int) -> None:
        self.number, self._count = number, count

    def gather(self, gradients: Sequence[Any], weights: Sequence[Variable], totals: Tensor) -> Gathered:
        """The sums over all workers.

        Args:
          gradients: of each weight, of this worker's share of the batch; those of an embedding name a row once.
          weights: the variables.
          totals: what else is to be summed, of one shape in all workers.
        """
        places = [
            None if gradient is None else self._place(weight.op.name, gradient, weight)
            for gradient, weight in zip(gradients, weights, strict=True)
        ]
        total = self._place("totals", totals, weights[0])
        present = [*filter(None, places), total]
        return Gathered(
            [None if place is None else place.sum for place in places],
            total.sum,
            tf.group(*(place.push for place in present)),
            tf.group(*(place.push_nothing for place in present)),
        )

    def _place(self, name: str, value: Any, beside: Variable) -> "_Place":
        with tf.device(beside.device):
            if isinstance(value, tf.IndexedSlices):
                return self._rows(name, value)
            parts = [_slot(f"{name}/worker_{number}", value.shape, value.dtype) for number in range(self._count)]
            own, zeros = parts[self.number], tf.zeros(value.shape, value.dtype)
            return _Place(tf.add_n([part.read_value() for part in parts]), own.assign(value), own.assign(zeros))

    def _rows(self, name: str, value: Any) -> "_Place":
        shape = [None, *value.values.shape[1:]]
        rows = [_slot(f"{name}/rows_{number}", [None], value.indices.dtype) for number in range(self._count)]
        parts = [_slot(f"{name}/values_{number}", shape, value.dtype) for number in range(self._count)]
        indices, positions = tf.unique(tf.concat([each.read_value() for each in rows], 0))
        values = tf.concat([each.read_value() for each in parts], 0)
        summed = tf.math.unsorted_segment_sum(values, positions, tf.size(indices))
        own_rows, own_part = rows[self.number], parts[self.number]
        return _Place(
            tf.IndexedSlices(summed, indices, value.dense_shape),
            tf.group(own_rows.assign(value.indices), own_part.assign(value.values)),
            tf.group(
                own_rows.assign(tf.zeros([0], value.indices.dtype)),
                own_part.assign(tf.zeros([0, *shape[1:]], value.dtype)),
            ),
        )


class _Place(NamedTuple):
    sum: Any
    push: Any
    push_nothing: Any


def _slot(name: str, shape: Any, dtype: Any) -> Variable:
    """A variable that no checkpoint holds, filled before it is read; its first dimension may change."""
    known = [size or 0 for size in tf.TensorShape(shape).as_list()]
    return tf.Variable(
        lambda: tf.zeros(known, dtype),
        trainable=False,
        collections=[tf.GraphKeys.LOCAL_VARIABLES],
        name=f"exchange/{name}",
        shape=tf.TensorShape(shape),
        dtype=dtype,
        use_resource=True,
    )
