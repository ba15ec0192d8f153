"""A recurrent layer over time: `dynamic_rnn` forward, and a backward loop that does no more than it must.

Three things make it fast, and none changes the mathematics:

  - inputs come projected (`projection.py`), each different word once;
  - back in time only `d(h R) R'` is inside the loop; the gradient of R is one product after it;
  - the batch is cut into lanes, each with a loop of its own, which TensorFlow runs side by side: that uses
    two cores better than two threads that meet after each small operation.

Sentences end at different steps. The loops read on to the end of the longest; nobody looks at what they
write after a sentence's end (its last state is gathered there, later losses are masked), so the gradients
that arrive past the end are exact zeros, and add exact zeros to every weight.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from rnn_textclf.models.layers.cells import Cell
from rnn_textclf.models.layers.projection import Projection
from rnn_textclf.models.tf1 import tf


def read_states(cell: Cell, projection: Projection, initial_state: Any, batch_splits: int = 1) -> Any:
    """The state after every step: the cell's state with `[T, B, H]` in place of `[B, H]`.

    Args:
      cell: the unit.
      projection: its projected inputs, of T steps.
      initial_state: before the first step.
      batch_splits: into how many parts the batch is cut.
    """
    weights = cell.recurrent_weights

    def step(projected: Any, state: Any) -> tuple[Any, Any]:
        state, _ = cell.forward(projected, state, *weights)
        return state, state

    runs = [
        _run(_Step(cell, cell.state_size, step), projection, projection.tensors, initial_state, rows)
        for rows in _split_rows(initial_state.h, batch_splits)
    ]
    return tf.nest.map_structure(lambda *parts: tf.concat(parts, axis=1), *runs)


def read_outputs(cell: Cell, projection: Projection, initial_state: Any, batch_splits: int) -> Any:
    """The h after every step, `[T, B, H]`, as in `read_states`, with the fast gradient.

    Gradients flow to the projection and to the recurrent weights, not to `initial_state`.
    """
    num_tensors = len(projection.tensors)

    @tf.custom_gradient
    def read(*arguments: Any) -> Any:
        tensors, weights = arguments[:num_tensors], arguments[num_tensors:]
        rows = _split_rows(initial_state.h, batch_splits)

        def step(projected: Any, state: Any) -> tuple[Any, Any]:
            state, tape = cell.forward(projected, state, *weights)
            return (state.h, *tape), state

        stepper = _Step(cell, (cell.num_units,) * (1 + cell.tape_size), step)
        runs = [_run(stepper, projection, tensors, initial_state, part) for part in rows]

        def gradient(d_outputs: Any) -> tuple[Any, ...]:
            # Multiplying by a transposed matrix is slower than transposing it once for all steps.
            kernel_t = tf.transpose(weights[0])
            backs = [
                _run_back(cell, kernel_t, d_outputs[:, part], run[1:]) for part, run in zip(rows, runs, strict=True)
            ]
            d_weights = [
                _weight_gradients(cell, initial_state.h[part], run[0], d_recurrent)
                for part, run, (_, d_recurrent) in zip(rows, runs, backs, strict=True)
            ]
            d_tensors = projection.gradient(tensors, [d_projected for d_projected, _ in backs], rows)
            return (*d_tensors, *(tf.add_n(parts) for parts in zip(*d_weights, strict=True)))

        return tf.concat([run[0] for run in runs], axis=1), gradient

    return read(*projection.tensors, *cell.recurrent_weights)


def last_of(values: Any, sequence_length: Any) -> Any:
    """What stands at each sentence's last word: `[T, B, …]` and lengths `[B]` -> `[B, …]`."""
    return tf.gather_nd(values, tf.stack([sequence_length - 1, tf.range(tf.size(sequence_length))], axis=1))


class _Step:
    """What `dynamic_rnn` asks of a cell, around a step function: inputs and state -> output and next state."""

    def __init__(self, cell: "Cell | _Step", output_size: Any, step: Callable[[Any, Any], tuple[Any, Any]]) -> None:
        self.state_size: Any = cell.state_size
        self.zero_state: Any = cell.zero_state
        self.output_size = output_size
        self.step = step

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        return self.step(inputs, state)


def _run(stepper: _Step, projection: Projection, tensors: tuple[Any, ...], initial_state: Any, rows: slice) -> Any:
    """All steps of one lane: the stepper's outputs, stacked `[T, rows, …]`."""
    looked_up = _Step(
        stepper, stepper.output_size, lambda x, state: stepper.step(projection.look_up(tensors, x), state)
    )
    first = tf.nest.map_structure(lambda part: part[rows], initial_state)
    outputs, _ = tf.nn.dynamic_rnn(looked_up, projection.steps(tensors, rows), initial_state=first, time_major=True)
    return outputs


def _run_back(cell: Cell, kernel_t: Any, d_outputs: Any, tapes: Sequence[Any]) -> tuple[Any, Any]:
    """All steps of one lane back: gradients of its projected inputs and of its `h R`, each `[T, rows, G * H]`."""
    time = tf.shape(d_outputs)[0]
    readers = [_StepReader(tape) for tape in tapes]
    zeros = tf.zeros_like(d_outputs[0])

    def body(t: Any, d_h: Any, d_c: Any, *written: Any) -> tuple[Any, ...]:
        back = cell.backward(d_outputs[t] + d_h, d_c, tuple(reader.read(t) for reader in readers))
        d_h = tf.matmul(back.d_recurrent, kernel_t)
        if back.d_h is not None:
            d_h += back.d_h
        gradients = [back.d_projected, back.d_recurrent][: len(written)]
        written = tuple(array.write(t, value) for array, value in zip(written, gradients, strict=True))
        return (t - 1, d_h, zeros if back.d_c is None else back.d_c, *written)

    # Only the GRU's two gradients differ.
    width, count = kernel_t.shape[0], 2 if cell.num_gates == 3 else 1
    arrays = [tf.TensorArray(zeros.dtype, time, element_shape=[None, width]) for _ in range(count)]
    written = tf.while_loop(lambda t, *_: t >= 0, body, [time - 1, zeros, zeros, *arrays])[3:]
    return written[0].stack(), written[-1].stack()


def _weight_gradients(cell: Cell, first_h: Any, outputs: Any, d_recurrent: Any) -> tuple[Any, ...]:
    """The gradients of the recurrent weights from one lane."""
    before = tf.concat([first_h[tf.newaxis], outputs[:-1]], axis=0)
    flat = tf.reshape(d_recurrent, [-1, d_recurrent.shape[-1]])
    d_kernel = tf.matmul(tf.reshape(before, [-1, cell.num_units]), flat, transpose_a=True)
    return (d_kernel, *cell.bias_gradients(flat))


class _StepReader:
    """Reads single steps of a tape `[T, rows, H]` from the list that the forward loop left, which saves a copy."""

    def __init__(self, tape: Any) -> None:
        self._shape, self._dtype = [-1, tape.shape[-1]], tape.dtype
        if tape.op.type == "TensorListStack":
            self._list = tape.op.inputs[0]
        else:
            self._list = tf.raw_ops.TensorListFromTensor(tensor=tape, element_shape=self._shape)

    def read(self, t: Any) -> Any:
        """Step `t`, `[rows, H]`."""
        return tf.raw_ops.TensorListGetItem(
            input_handle=self._list, index=t, element_shape=self._shape, element_dtype=self._dtype
        )


def _split_rows(h: Any, batch_splits: int) -> list[slice]:
    """The rows of each lane."""
    if batch_splits == 1:
        return [slice(None)]
    edges = [tf.shape(h)[0] * i // batch_splits for i in range(batch_splits + 1)]
    return [slice(begin, end) for begin, end in pairwise(edges)]
