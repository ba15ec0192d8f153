"""Registered and new cells: the fast gradient against autodiff, NumPy loops and finite differences."""

import functools
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnn_textclf.models.layers.cells import CELLS, Cell, HiddenState, StepGradients
from rnn_textclf.models.layers.projection import DenseProjection, Projection, TableProjection
from rnn_textclf.models.layers.recurrence import LayerOutput, gather_last, run_layer, train_layer
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Sessions
from tests.models.layers import reference

H, E, WORDS = 4, 3, 7
LENGTHS = {1: [4], 3: [5, 2, 1]}  # by batch size
PADDING = 1


class LeakyCell(Cell):
    """h' = h / 2 + tanh(x W + b + h R): a cell without `backward`."""

    num_gates = 1

    @staticmethod
    def forward(projected: Any, state: Any, kernel: Any, *biases: Any) -> tuple[Any, tuple[Any, ...]]:
        return HiddenState(state.h / 2 + tf.tanh(projected + tf.matmul(state.h, kernel))), ()


class DoubledCell(Cell):
    """h' = tanh(x W + b + 2 h R): a cell of one gate whose two gradients differ."""

    num_gates = 1
    tape_size = 1

    @staticmethod
    def forward(projected: Any, state: Any, kernel: Any, *biases: Any) -> tuple[Any, tuple[Any, ...]]:
        h = tf.tanh(projected + 2 * tf.matmul(state.h, kernel))
        return HiddenState(h), (h,)

    @staticmethod
    def backward(d_h: Any, d_c: Any, tape: tuple[Any, ...]) -> StepGradients:
        d_sum = d_h * (1 - tape[0] ** 2)
        return StepGradients(d_sum, 2 * d_sum)


ALL_CELLS = {**CELLS, "leaky": LeakyCell, "doubled": DoubledCell}
TABLES = {"rnn", "gru", "doubled"}  # The others read dense projections.


def slow_step(unit: str, weights: dict[str, np.ndarray], x: np.ndarray, state: dict[str, Any]) -> dict[str, Any]:
    if unit in CELLS:
        return reference.step(unit, weights, x, state)
    projected, recurrent = x @ weights["kernel"] + weights["bias"], state["h"] @ weights["recurrent_kernel"]
    if unit == "leaky":
        return {"h": state["h"] / 2 + np.tanh(projected + recurrent)}
    return {"h": np.tanh(projected + 2 * recurrent)}


class Case(NamedTuple):
    """Values in double precision: words `[U, E]` at `positions` `[T, B]`, and the gradients of outputs and final h."""

    weights: dict[str, np.ndarray]
    words: np.ndarray
    positions: np.ndarray
    state: dict[str, np.ndarray]
    d_outputs: np.ndarray
    d_final: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        return np.array(LENGTHS[self.positions.shape[1]])

    @property
    def past_end(self) -> np.ndarray:
        return np.arange(len(self.positions))[:, None] >= self.lengths


def case(unit: str, batch: int) -> Case:
    draw = np.random.default_rng(batch)
    lengths = np.array(LENGTHS[batch])
    time = lengths.max() + PADDING
    d_outputs = draw.normal(size=[time, batch, H])  # also past the end, where outputs do not depend on anything
    return Case(
        reference.random_weights(unit if unit in CELLS else "rnn", E, H, seed=batch),
        draw.normal(size=[WORDS, E]),
        draw.integers(0, WORDS, [time, batch]),
        {name: draw.normal(size=[batch, H]) * 0.5 for name in graph(unit).cell.state_size._fields},
        d_outputs,
        draw.normal(size=[batch, H]),
    )


def slow_run(unit: str, given: Case) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Outputs `[T, B, H]`, zeros past the end, and the final state."""
    outputs = np.zeros(given.d_outputs.shape)
    final = {name: value.copy() for name, value in given.state.items()}
    for b, length in enumerate(given.lengths):
        state = {name: value[b] for name, value in given.state.items()}
        for t in range(length):
            state = slow_step(unit, given.weights, given.words[given.positions[t, b]], state)
            outputs[t, b] = state["h"]
        for name, value in state.items():
            final[name][b] = value
    return outputs, final


def slow_loss(unit: str, given: Case) -> float:
    outputs, final = slow_run(unit, given)
    return (outputs * given.d_outputs).sum() + (final["h"] * given.d_final).sum()


class Run(NamedTuple):
    """A layer's results and the gradients of `sum(outputs * d_outputs) + sum(final_h * d_final)`, by name."""

    outputs: Any
    final_state: Any
    gradients: dict[str, Any]


class Graph:
    """Autodiff and the fast gradient over the same tensors; numbers of words and sentences are known when fed."""

    def __init__(self, unit: str) -> None:
        with tf.Graph().as_default() as graph:
            self.session = Sessions().on_all_threads(graph)
            self.cell = ALL_CELLS[unit](H, E, "layer", seed=1)
            self.words = tf.placeholder(tf.float32, [None, E])
            self.positions = tf.placeholder(tf.int32, [None, None])
            self.d_outputs = tf.placeholder(tf.float32, [None, None, H])
            self.d_final = tf.placeholder(tf.float32, [None, H])
            self.lengths = tf.placeholder(tf.int32, [None])
            self.state = tf.nest.map_structure(
                lambda width: tf.placeholder(tf.float32, [None, width]), self.cell.state_size
            )
            projection: Projection = (
                TableProjection(self.cell.project(self.words), self.positions)
                if unit in TABLES
                else DenseProjection(self.cell.project(tf.gather(self.words, self.positions)))
            )
            self.weights = {v.op.name.split("/")[1]: v for v in tf.trainable_variables()}
            arguments = self.cell, projection, self.lengths, self.state
            self.plain = self._run(run_layer(*arguments))
            self.parts = self._run(run_layer(*arguments, batch_splits=2))._replace(gradients={})
            self.fast = {splits: self._run(train_layer(*arguments, splits)) for splits in (1, 2)}

    def _run(self, layer: LayerOutput) -> Run:
        wanted = {"words": self.words, **self.weights}
        loss = tf.reduce_sum(layer.outputs * self.d_outputs) + tf.reduce_sum(layer.final_state.h * self.d_final)
        gradients = map(tf.convert_to_tensor, tf.gradients(loss, list(wanted.values())))
        return Run(layer.outputs, layer.final_state, dict(zip(wanted, gradients, strict=True)))

    def run(self, fetches: Any, given: Case) -> Any:
        with self.session.graph.as_default():
            for name, value in given.weights.items():
                self.weights[name].load(value, self.session)
        feed = {self.words: given.words, self.positions: given.positions, self.lengths: given.lengths}
        feed.update({self.d_outputs: given.d_outputs, self.d_final: given.d_final})
        feed.update({getattr(self.state, name): value for name, value in given.state.items()})
        return self.session.run(fetches, feed)


@functools.cache
def graph(unit: str) -> Graph:
    return Graph(unit)


@pytest.mark.parametrize("batch", sorted(LENGTHS))
@pytest.mark.parametrize("unit", ALL_CELLS)
def test_outputs_states_and_gradients_equal_autodiff_and_the_loop(unit: str, batch: int) -> None:
    given, built = case(unit, batch), graph(unit)
    plain, parts, fast = built.run((built.plain, built.parts, built.fast), given)
    outputs, final = slow_run(unit, given)
    for found in (plain, parts, *fast.values()):
        np.testing.assert_allclose(found.outputs, outputs, atol=1e-5)
        assert not found.outputs[given.past_end].any()
        np.testing.assert_allclose(found.final_state.h, final["h"], atol=1e-5)
    for name, value in final.items():
        np.testing.assert_allclose(getattr(plain.final_state, name), value, atol=1e-5)
        np.testing.assert_allclose(getattr(parts.final_state, name), value, atol=1e-5)
    assert plain.gradients.keys() == {"words", *given.weights}
    assert all(np.abs(gradient).max() > 1e-3 for gradient in plain.gradients.values())
    for splits, found in fast.items():
        for name, gradient in plain.gradients.items():
            np.testing.assert_allclose(found.gradients[name], gradient, atol=1e-5, err_msg=f"{name}, {splits} splits")


@pytest.mark.parametrize("unit", ALL_CELLS)
def test_gradients_equal_finite_differences(unit: str) -> None:
    given = case(unit, 3)
    found = graph(unit).run(graph(unit).fast[2].gradients, given)
    draw = np.random.default_rng(0)
    for name, value in (*given.weights.items(), ("words", given.words)):
        flat = value.reshape(-1)
        for place in draw.choice(len(flat), min(len(flat), 10), replace=False):
            before, losses = flat[place], []
            for distance in (1e-5, -1e-5):
                flat[place] = before + distance
                losses.append(slow_loss(unit, given))
            flat[place] = before
            numeric = (losses[0] - losses[1]) / 2e-5
            assert found[name].reshape(-1)[place] == pytest.approx(numeric, abs=3e-5), name


@pytest.mark.parametrize("unit", ["gru", "lstm"])
def test_padding_changes_no_gradient(unit: str) -> None:
    given = case(unit, 3)
    other = given.positions.copy()
    other[given.past_end] = (other[given.past_end] + 1) % WORDS
    gradients = graph(unit).fast[2].gradients
    found, expected = (graph(unit).run(gradients, given._replace(positions=each)) for each in (other, given.positions))
    for name, gradient in expected.items():
        np.testing.assert_array_equal(found[name], gradient, err_msg=name)


def test_an_undeclared_second_gradient_is_refused() -> None:
    class Wrong(DoubledCell):
        separate_gradients = False

    with tf.Graph().as_default():
        cell = Wrong(H, E, "layer", seed=1)
        projection = DenseProjection(cell.project(tf.zeros([2, 1, E])))
        layer = train_layer(cell, projection, tf.constant([2]), cell.zero_state(1, tf.float32), 1)
        with pytest.raises(ValueError, match="returns two gradients: set separate_gradients"):
            tf.gradients(layer.outputs, [cell.kernel])


def test_the_values_at_the_last_words_are_gathered() -> None:
    values = np.arange(24.0).reshape(4, 3, 2)
    with Sessions().new_graph() as session:
        found = session.run(gather_last(tf.constant(values), tf.constant([4, 1, 2])))
    np.testing.assert_array_equal(found, [values[3, 0], values[0, 1], values[1, 2]])
