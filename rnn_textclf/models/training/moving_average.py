"""A running mean of the weights, which does better than the weights themselves while they still move about.

Polyak and Juditsky (1992, "Acceleration of Stochastic Approximation by Averaging"), here with exponentially
falling shares: after step t, with w_s the weights after step s,

    a_t = (1 - d) * sum(d ** (t - s) * w_s for s in 1..t) / (1 - d ** t)

where the denominator makes the shares add up to one from the first step on, as in Adam.

A table of word vectors is far larger than what a step changes of it. Its mean is therefore brought up to date row
by row: just before a row changes, the k steps since its last change, over which it stood still, are taken in at
once with the share 1 - d ** k. That is the same sum, and costs as little as the row-sparse Adam.
"""

import contextlib
import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rnn_textclf.models.tf1 import tf


class _Mean(NamedTuple):
    """A weight and the sum above without its denominator.

    total: of the weight's shape; taken_in: int32, one a row, the step up to which its rows were taken in; None
    where all are before each step.
    """

    weight: Any
    total: Any
    taken_in: Any


class Average:
    """The running mean of some weights. Its variables go into the checkpoints of a run that goes on.

    Args:
      decay: d in (0, 1): how much of the mean stays at each step.
      global_step: integer variable, the number of steps so far.
    """

    def __init__(self, decay: float, global_step: Any) -> None:
        self._log_decay = math.log(decay)
        self._step = global_step
        self._means: list[_Mean] = []

    def follow(self, weights: Sequence[Any], gradients: Sequence[Any]) -> list[Any]:
        """The operations that must run before each update of `weights` by `gradients`; to be called once."""
        operations = []
        for weight, gradient in zip(weights, gradients, strict=True):
            if isinstance(gradient, tf.IndexedSlices):
                taken_in = _zeros(f"{weight.op.name}/taken_in", weight.shape[:1], tf.int32)
            else:
                taken_in = None
            mean = _Mean(weight, _zeros(f"{weight.op.name}/average", weight.shape, weight.dtype), taken_in)
            self._means.append(mean)
            operations += self._take_in(mean) if taken_in is None else self._take_in_rows(mean, gradient.indices)
        self._put_in_place = tf.group(*[mean.weight.assign(self._value(mean)) for mean in self._means])
        return operations

    @contextlib.contextmanager
    def in_place(self, session: Any) -> Iterator[None]:
        """For that while the session's weights are their mean; after one step or more."""
        weights = [mean.weight for mean in self._means]
        values = session.run(weights)
        session.run(self._put_in_place)
        try:
            yield
        finally:
            for weight, value in zip(weights, values, strict=True):
                weight.load(value, session)

    def _take_in(self, mean: _Mean) -> list[Any]:
        return [mean.total.assign_add(self._gain(mean.weight, mean.total, self._one_unless_first()))]

    def _take_in_rows(self, mean: _Mean, rows: Any) -> list[Any]:
        """Takes in the rows as they were since their last change; gradients have no row twice."""
        step = tf.cast(self._step, tf.int32)
        steps = (step - tf.gather(mean.taken_in, rows))[:, tf.newaxis]
        gain = self._gain(tf.gather(mean.weight, rows), tf.gather(mean.total, rows), steps)
        with tf.control_dependencies([gain]):
            moved = mean.taken_in.scatter_update(tf.IndexedSlices(tf.fill(tf.shape(rows), step), rows))
        return [mean.total.scatter_add(tf.IndexedSlices(gain, rows)), moved]

    def _value(self, mean: _Mean) -> Any:
        step = tf.cast(self._step, tf.int32)
        steps = self._one_unless_first() if mean.taken_in is None else (step - mean.taken_in)[:, tf.newaxis]
        weight = tf.convert_to_tensor(mean.weight)
        total = mean.total + self._gain(weight, mean.total, steps)
        return total / self._share(step)

    def _gain(self, weight: Any, total: Any, steps: Any) -> Any:
        return self._share(steps) * (weight - total)

    def _share(self, steps: Any) -> Any:
        """1 - d ** steps, exact also where that is small."""
        return -tf.math.expm1(tf.cast(steps, tf.float32) * self._log_decay)

    def _one_unless_first(self) -> Any:
        # The weights before the first step are nobody's result.
        return tf.minimum(tf.cast(self._step, tf.int32), 1)


def _zeros(name: str, shape: Any, dtype: Any) -> Any:
    return tf.get_variable(name, shape, dtype, initializer=tf.zeros_initializer(), trainable=False)
