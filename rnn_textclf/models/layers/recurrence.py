"""A recurrent layer over time: `tf.nn.dynamic_rnn` forward, and a backward loop with one matrix product a step.

Three things make training fast, and none changes the mathematics:

  - inputs arrive projected (`projection.py`), each unique word once;
  - back through time only `d(h R) R'` is inside the loop; the gradient of R is one product after it;
  - the batch is split into parts with a loop each, which TensorFlow runs in parallel: two cores are busier with
    a loop each than with halves of each small operation.

`dynamic_rnn` is given `sequence_length`. Past a sentence's end it outputs zeros and copies the state through, so
the final state is the one at each sentence's last word. It does so with a select per tensor and step; the tape
that the backward loop reads is therefore written to TensorArrays inside the state, which `dynamic_rnn` passes on
as they are. What the tape holds past the end is multiplied by gradients that are exact zeros: those that arrive there
are masked once, for all steps.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from rnn_textclf.models.layers.cells import Cell, CellState, HiddenState, StepGradients
from rnn_textclf.models.layers.projection import Projection
from rnn_textclf.models.tf1 import Tensor, tf


class LayerOutput(NamedTuple):
    """A layer's results.

    outputs: `[T, B, H]`, h after each word; zeros past the end of a sentence.
    final_state: the cell's state after each sentence's last word, `[B, H]` a tensor; in training its h alone.
    """

    outputs: Tensor
    final_state: CellState


def run_layer(
    cell: Cell, projection: Projection, sequence_length: Tensor, initial_state: CellState, batch_splits: int = 1
) -> LayerOutput:
    """Runs a cell over its inputs; gradients are TensorFlow's own.

    Args:
      cell: the unit.
      projection: its projected inputs, T steps of B sentences.
      sequence_length: int32 `[B]`, each in [0, T].
      initial_state: before the first step.
      batch_splits: parallel loops, each over its part of the batch.
    """
    loop_cell = _LoopCell(cell, cell.recurrent_weights, partial(projection.look_up, projection.tensors))
    runs = [
        _run(loop_cell, projection.steps(projection.tensors, part), sequence_length[part], initial_state, part)
        for part in _split(sequence_length, batch_splits)
    ]
    final_state = tf.nest.map_structure(lambda *parts: tf.concat(parts, 0), *(run.final_state for run in runs))
    return LayerOutput(tf.concat([run.outputs for run in runs], axis=1), final_state)


def train_layer(
    cell: Cell, projection: Projection, sequence_length: Tensor, initial_state: CellState, batch_splits: int
) -> LayerOutput:
    """`run_layer` for lengths >= 1, with the cell's own `backward` where it has one.

    Gradients flow to the projection and to the recurrent weights, not to `initial_state`.
    """
    if not cell.has_backward:
        outputs, state = run_layer(cell, projection, sequence_length, initial_state, batch_splits)
        return LayerOutput(outputs, HiddenState(state.h))
    num_tensors = len(projection.tensors)

    @tf.custom_gradient
    def run(*arguments: Tensor) -> Any:
        tensors, weights = arguments[:num_tensors], arguments[num_tensors:]
        parts = _split(sequence_length, batch_splits)
        loop_cell = _LoopCell(cell, weights, partial(projection.look_up, tensors))
        runs = [
            _run(loop_cell, projection.steps(tensors, part), sequence_length[part], initial_state, part, record=True)
            for part in parts
        ]

        def gradient(d_outputs: Tensor, d_final: Tensor) -> tuple[Tensor | None, ...]:
            # Past the end outputs are zeros, and the state is copied, so its gradient is that of the last word.
            inside = tf.transpose(tf.sequence_mask(sequence_length, tf.shape(d_outputs)[0]))
            d_outputs = tf.where_v2(inside[..., tf.newaxis], d_outputs, 0.0)
            d_outputs = tf.tensor_scatter_nd_add(d_outputs, _last_indices(sequence_length), d_final)
            # Multiplying by a transposed matrix is slower than transposing it once for all steps.
            kernel_t = tf.transpose(weights[0])
            steps = [
                _run_back(cell, kernel_t, d_outputs[:, part], run.tape) for part, run in zip(parts, runs, strict=True)
            ]
            d_weights = [
                _weight_gradients(cell, initial_state.h[part], run.outputs, d_recurrent)
                for part, run, (_, d_recurrent) in zip(parts, runs, steps, strict=True)
            ]
            d_tensors = projection.gradient(tensors, [d_projected for d_projected, _ in steps], parts)
            return (*d_tensors, *(tf.add_n(each) for each in zip(*d_weights, strict=True)))

        outputs = tf.concat([run.outputs for run in runs], axis=1)
        return (outputs, tf.concat([run.final_state.h for run in runs], axis=0)), gradient

    outputs, final_h = run(*projection.tensors, *cell.recurrent_weights)
    return LayerOutput(outputs, HiddenState(final_h))


def gather_last(values: Tensor, sequence_length: Tensor) -> Tensor:
    """The values at each sentence's last word: `[T, B, …]` and lengths `[B]` -> `[B, …]`."""
    return tf.gather_nd(values, _last_indices(sequence_length))


def _last_indices(sequence_length: Tensor) -> Tensor:
    return tf.stack([sequence_length - 1, tf.range(tf.size(sequence_length))], axis=1)


def _split(batch: Tensor, batch_splits: int) -> list[slice]:
    """The part of the batch that each parallel loop reads."""
    if batch_splits == 1:
        return [slice(None)]
    edges = [tf.shape(batch)[0] * i // batch_splits for i in range(batch_splits + 1)]
    return [slice(begin, end) for begin, end in pairwise(edges)]


class _Tape(NamedTuple):
    """The tensors `[b, H]` that `Cell.forward` records: a TensorArray for each; time: the next step to be written."""

    time: Tensor
    arrays: tuple[Any, ...]


class _LoopCell:
    """A cell as `dynamic_rnn` takes it; its state is a pair of the cell's state and a `_Tape`, or () for no tape.

    Args:
      cell: the unit.
      weights: its recurrent weights, read once before the loop.
      look_up: a step's inputs -> projected inputs.
    """

    def __init__(self, cell: Cell, weights: Sequence[Tensor], look_up: Callable[[Tensor], Tensor]) -> None:
        self.cell, self._weights, self._look_up = cell, weights, look_up
        self.output_size, self.state_size, self.zero_state = cell.num_units, cell.state_size, cell.zero_state

    def __call__(self, inputs: Tensor, state: Any, scope: Any = None) -> tuple[Tensor, Any]:
        before, tape = state
        after, values = self.cell.forward(self._look_up(inputs), before, *self._weights)
        if tape:
            arrays = tuple(array.write(tape.time, value) for array, value in zip(tape.arrays, values, strict=True))
            tape = _Tape(tape.time + 1, arrays)
        return after.h, (after, tape)


class _Run(NamedTuple):
    """One part of the batch: outputs `[T, b, H]`, the final state, and the tape if it was recorded."""

    outputs: Tensor
    final_state: CellState
    tape: Any


def _run(
    loop_cell: _LoopCell,
    steps: Tensor,
    sequence_length: Tensor,
    initial_state: CellState,
    part: slice,
    record: bool = False,
) -> _Run:
    tape: Any = ()
    if record:
        cell, time = loop_cell.cell, tf.shape(steps)[0]
        arrays = [tf.TensorArray(tf.float32, time, element_shape=[None, cell.num_units]) for _ in range(cell.tape_size)]
        tape = _Tape(tf.constant(0), tuple(arrays))
    first = tf.nest.map_structure(lambda tensor: tensor[part], initial_state)
    outputs, (final_state, tape) = tf.nn.dynamic_rnn(
        loop_cell, steps, sequence_length, initial_state=(first, tape), dtype=tf.float32, time_major=True
    )
    return _Run(outputs, final_state, tape)


def _run_back(cell: Cell, kernel_t: Tensor, d_outputs: Tensor, tape: _Tape) -> tuple[Tensor, Tensor]:
    """Back through the recorded steps: gradients of the projected inputs and of `h R`, each `[T, b, G * H]`."""
    zeros = tf.zeros_like(d_outputs[0])

    def body(t: Tensor, d_h: Tensor, d_c: Tensor, *written: Any) -> tuple[Any, ...]:
        back = cell.backward(d_outputs[t] + d_h, d_c, tuple(array.read(t) for array in tape.arrays))
        d_h = tf.matmul(back.d_recurrent, kernel_t)
        if back.d_h is not None:
            d_h += back.d_h
        values = _distinct_gradients(cell, back)
        written = tuple(array.write(t, value) for array, value in zip(written, values, strict=True))
        return (t - 1, d_h, zeros if back.d_c is None else back.d_c, *written)

    count = 2 if cell.separate_gradients else 1
    time, width = tf.shape(d_outputs)[0], kernel_t.shape[0]
    arrays = [tf.TensorArray(tf.float32, time, element_shape=[None, width]) for _ in range(count)]
    written = tf.while_loop(lambda t, *_: t >= 0, body, [tape.time - 1, zeros, zeros, *arrays])[3:]
    return written[0].stack(), written[-1].stack()


def _distinct_gradients(cell: Cell, back: StepGradients) -> list[Tensor]:
    if cell.separate_gradients:
        return [back.d_projected, back.d_recurrent]
    if back.d_recurrent is not back.d_projected:
        raise ValueError(f"{type(cell).__name__}.backward returns two gradients: set separate_gradients = True")
    return [back.d_projected]


def _weight_gradients(cell: Cell, first_h: Tensor, outputs: Tensor, d_recurrent: Tensor) -> tuple[Tensor, ...]:
    """The gradients of the recurrent weights from one part of the batch."""
    before = tf.concat([first_h[tf.newaxis], outputs[:-1]], axis=0)
    flat = tf.reshape(d_recurrent, [-1, d_recurrent.shape[-1]])
    d_kernel = tf.matmul(tf.reshape(before, [-1, cell.num_units]), flat, transpose_a=True)
    return (d_kernel, *cell.bias_gradients(flat))
