"""Exponential moving average of the weights, which scores better than the last weights while these still fluctuate.

Polyak and Juditsky (1992, "Acceleration of Stochastic Approximation by Averaging"), here with exponential weights:
after step t, with w_s the weights after step s,

    a_t = (1 - d) * sum(d ** (t - s) * w_s for s in 1..t) / (1 - d ** t)

where the denominator corrects the bias of the first steps, as in Adam.

A step changes few rows of an embedding. Its average is therefore updated row by row: just before a row changes, the
k steps since its last change, over which it was constant, are added at once with the weight 1 - d ** k. That is the
same sum, and costs as little as the row-sparse Adam.
"""

import contextlib
import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rnn_textclf.models import initializers
from rnn_textclf.models.row_table import store_beside
from rnn_textclf.models.tf1 import Tensor, Variable, tf


class _Average(NamedTuple):
    """A weight and its average.

    total: the sum above without its denominator, of the weight's shape.
    updated: int32 `[N]`, the step up to which each row of an embedding is included; None for dense weights, which
      every step updates.
    """

    weight: Variable
    total: Variable
    updated: Variable  # or None


class MovingAverage:
    """The moving average of some weights. Its variables belong into the checkpoints that a run resumes from.

    Args:
      decay: d in (0, 1): the share of the average that each step keeps.
      global_step: integer variable, the number of steps so far.
    """

    def __init__(self, decay: float, global_step: Variable) -> None:
        self._log_decay = math.log(decay)
        self._step = global_step
        self._averages: list[_Average] = []

    def update(self, weights: Sequence[Variable], gradients: Sequence[Any]) -> list[Any]:
        """Operations that must run before each update of `weights` by `gradients`; to be called once."""
        operations = []
        for weight, gradient in zip(weights, gradients, strict=True):
            with tf.device(weight.device):  # In a cluster, so that no weights travel for it.
                operations += self._update(weight, gradient)
        self._swap = tf.group(*[average.weight.assign(self._value(average)) for average in self._averages])
        return operations

    def _update(self, weight: Variable, gradient: Any) -> list[Any]:
        rows = gradient.indices if isinstance(gradient, tf.IndexedSlices) else None
        updated = None if rows is None else _zeros(weight, "taken_in", weight.shape[:1], tf.int32)
        average = _Average(weight, _zeros(weight, "average", weight.shape, weight.dtype), updated)
        self._averages.append(average)
        return self._update_dense(average) if rows is None else self._update_rows(average, rows)

    @contextlib.contextmanager
    def swap_in(self, session: Any) -> Iterator[None]:
        """Replaces the session's weights by their average within the context; after one step or more."""
        weights = [average.weight for average in self._averages]
        values = session.run(weights)
        session.run(self._swap)
        try:
            yield
        finally:
            for weight, value in zip(weights, values, strict=True):
                weight.load(value, session)

    def _update_dense(self, average: _Average) -> list[Any]:
        return [average.total.assign_add(self._increment(average.weight, average.total, self._one_unless_first()))]

    def _update_rows(self, average: _Average, rows: Tensor) -> list[Any]:
        """Includes the rows as they were since their last change; `rows` has no duplicates."""
        step = tf.cast(self._step, tf.int32)
        steps = (step - tf.gather(average.updated, rows))[:, tf.newaxis]
        increment = self._increment(tf.gather(average.weight, rows), tf.gather(average.total, rows), steps)
        with tf.control_dependencies([increment]):
            updated = average.updated.scatter_update(tf.IndexedSlices(tf.fill(tf.shape(rows), step), rows))
        return [average.total.scatter_add(tf.IndexedSlices(increment, rows)), updated]

    def _value(self, average: _Average) -> Tensor:
        step = tf.cast(self._step, tf.int32)
        steps = self._one_unless_first() if average.updated is None else (step - average.updated)[:, tf.newaxis]
        weight = tf.convert_to_tensor(average.weight)
        total = average.total + self._increment(weight, average.total, steps)
        return total / self._share(step)

    def _increment(self, weight: Tensor, total: Tensor, steps: Tensor) -> Tensor:
        return self._share(steps) * (weight - total)

    def _share(self, steps: Tensor) -> Tensor:
        """1 - d ** steps, also exact where that is small."""
        return -tf.math.expm1(tf.cast(steps, tf.float32) * self._log_decay)

    def _one_unless_first(self) -> Tensor:
        # The weights before the first step are not averaged.
        return tf.minimum(tf.cast(self._step, tf.int32), 1)


def _zeros(weight: Variable, name: str, shape: Any, dtype: Any) -> Variable:
    zeros = initializers.non_trainable(f"{weight.op.name}/{name}", lambda: tf.zeros(shape, dtype))
    return store_beside(zeros, weight, name)
