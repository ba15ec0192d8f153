"""The fast recurrence and its hand-written gradient against autodiff, finite differences and plain training."""

import functools
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnn_textclf.config import TrainConfig
from rnn_textclf.models.layers import encoder
from rnn_textclf.models.layers.cells import CELLS
from rnn_textclf.models.layers.projection import DenseProjection, Projection, TableProjection
from rnn_textclf.models.layers.recurrence import last_of, read_outputs, read_states
from rnn_textclf.models.tf1 import tf
from tests import graphs
from tests.models.layers import slow_recurrence

UNITS = ["rnn", "gru", "lstm"]
H, E, WORDS = 4, 3, 7
LENGTHS = {1: [4], 3: [5, 2, 1]}  # by rows of the batch
PADDING = 1


class Case(NamedTuple):
    """Values in double precision: words `[U, E]` at `positions` `[T, B]`, and what arrives at each step."""

    weights: dict[str, np.ndarray]
    words: np.ndarray
    positions: np.ndarray
    state: dict[str, np.ndarray]
    d_outputs: np.ndarray


def case(unit: str, rows: int) -> Case:
    draw = np.random.default_rng(rows)
    lengths = np.array(LENGTHS[rows])
    time = lengths.max() + PADDING
    names = ("c", "h") if unit == "lstm" else ("h",)
    d_outputs = draw.normal(size=[time, rows, H])
    d_outputs[np.arange(time)[:, None] >= lengths] = 0
    return Case(
        slow_recurrence.random_weights(unit, E, H, seed=rows),
        draw.normal(size=[WORDS, E]),
        draw.integers(0, WORDS, [time, rows]),
        {name: draw.normal(size=[rows, H]) * 0.5 for name in names},
        d_outputs,
    )


def inputs(given: Case) -> np.ndarray:
    return given.words[given.positions]


def slow_outputs(unit: str, given: Case) -> np.ndarray:
    outputs = np.zeros(given.d_outputs.shape)
    for b in range(outputs.shape[1]):
        state = {name: value[b] for name, value in given.state.items()}
        for t in range(len(outputs)):
            state = slow_recurrence.step(unit, given.weights, inputs(given)[t, b], state)
            outputs[t, b] = state["h"]
    return outputs


class Read(NamedTuple):
    """What reading a sentence ends in; gradients are those of `sum(outputs * d_outputs)`, by name."""

    outputs: Any
    gradients: dict[str, Any]


class Graph:
    """The plain and the fast way over the same tensors; how many words and rows there are is only known when fed."""

    def __init__(self, unit: str, table: bool) -> None:
        with tf.Graph().as_default() as graph:
            self.session = tf.Session(graph=graph)
            self.cell = CELLS[unit](H, E, "layer", seed=1)
            self.words = tf.placeholder(tf.float32, [None, E])
            self.positions = tf.placeholder(tf.int32, [None, None])
            self.d_outputs = tf.placeholder(tf.float32, [None, None, H])
            self.lengths = tf.placeholder(tf.int32, [None])
            self.state = tf.nest.map_structure(
                lambda width: tf.placeholder(tf.float32, [None, width]), self.cell.state_size
            )
            projection: Projection = (
                TableProjection(self.cell.project(self.words), self.positions)
                if table
                else DenseProjection(self.cell.project(tf.gather(self.words, self.positions)))
            )
            self.weights = {v.op.name.split("/")[1]: v for v in tf.trainable_variables()}
            self.plain = self._read(read_states(self.cell, projection, self.state).h)
            self.fast = {
                batch_splits: self._read(read_outputs(self.cell, projection, self.state, batch_splits))
                for batch_splits in (1, 2)
            }
            states = read_states(self.cell, projection, self.state, batch_splits=2)
            self.last = tf.nest.map_structure(lambda part: last_of(part, self.lengths), states)

    def _read(self, outputs: Any) -> Read:
        wanted = {"words": self.words, **self.weights}
        gradients = tf.gradients(tf.reduce_sum(outputs * self.d_outputs), list(wanted.values()))
        return Read(outputs, dict(zip(wanted, map(tf.convert_to_tensor, gradients), strict=True)))

    def run(self, fetches: Any, given: Case) -> Any:
        for name, value in given.weights.items():
            self.weights[name].load(value, self.session)
        feed = {self.words: given.words, self.positions: given.positions, self.d_outputs: given.d_outputs}
        feed[self.lengths] = LENGTHS[given.positions.shape[1]]
        feed.update({getattr(self.state, name): value for name, value in given.state.items()})
        return self.session.run(fetches, feed)


@functools.cache
def graph(unit: str, table: bool = True) -> Graph:
    return Graph(unit, table)


@pytest.mark.parametrize("rows", sorted(LENGTHS))
@pytest.mark.parametrize("table", [True, False])
@pytest.mark.parametrize("unit", UNITS)
def test_outputs_and_gradients_equal_autodiff(unit: str, table: bool, rows: int) -> None:
    given = case(unit, rows)
    plain, fast = graph(unit, table).run((graph(unit, table).plain, graph(unit, table).fast), given)
    assert plain.gradients.keys() == {"words", *given.weights}
    assert all(np.abs(gradient).max() > 1e-3 for gradient in plain.gradients.values())
    for batch_splits, found in fast.items():
        np.testing.assert_allclose(found.outputs, plain.outputs, atol=1e-6)
        for name, gradient in plain.gradients.items():
            message = f"{name}, {batch_splits} splits"
            np.testing.assert_allclose(found.gradients[name], gradient, atol=1e-5, err_msg=message)


@pytest.mark.parametrize("unit", UNITS)
def test_outputs_and_gradients_equal_slow_loops_and_finite_differences(unit: str) -> None:
    given = case(unit, 3)
    found = graph(unit).run(graph(unit).fast[2], given)
    np.testing.assert_allclose(found.outputs, slow_outputs(unit, given), atol=1e-5)
    draw = np.random.default_rng(0)
    for name, value in (*given.weights.items(), ("words", given.words)):
        flat = value.reshape(-1)
        for place in draw.choice(len(flat), min(len(flat), 20), replace=False):
            before, losses = flat[place], []
            for distance in (1e-5, -1e-5):
                flat[place] = before + distance
                losses.append((slow_outputs(unit, given) * given.d_outputs).sum())
            flat[place] = before
            numeric = (losses[0] - losses[1]) / 2e-5
            assert found.gradients[name].reshape(-1)[place] == pytest.approx(numeric, abs=2e-5), name


@pytest.mark.parametrize("unit", UNITS)
def test_what_stands_past_the_end_changes_no_gradient(unit: str) -> None:
    given = case(unit, 3)
    other = given.positions.copy()
    past = np.arange(len(other))[:, None] >= np.array(LENGTHS[3])
    other[past] = (other[past] + 1) % WORDS
    gradients = graph(unit).fast[2].gradients
    found, expected = (graph(unit).run(gradients, given._replace(positions=each)) for each in (other, given.positions))
    for name, gradient in expected.items():
        np.testing.assert_array_equal(found[name], gradient, err_msg=name)


@pytest.mark.parametrize("rows", sorted(LENGTHS))
@pytest.mark.parametrize("unit", UNITS)
def test_last_states_equal_slow_loops(unit: str, rows: int) -> None:
    given = case(unit, rows)
    last = graph(unit).run(graph(unit).last, given)
    for b, length in enumerate(LENGTHS[rows]):
        state = {name: value[b] for name, value in given.state.items()}
        for t in range(length):
            state = slow_recurrence.step(unit, given.weights, inputs(given)[t, b], state)
        for name, value in state.items():
            np.testing.assert_allclose(getattr(last, name)[b], value, atol=1e-5)


SENTENCES = [[2, 3, 4, 5, 3], [6, 7], [8], [9, 10, 11, 2], [3, 3, 6]]
CLASSES = [0, 1, 1, 0, 1]


def train(unit: str, dropout: float) -> tuple[list[float], list[np.ndarray]]:
    training = TrainConfig(dropout=dropout, learning_rate=0.01, prefix_loss_weight=0.5)
    batches = [
        graphs.batch(SENTENCES, CLASSES, padding=1),
        graphs.batch(SENTENCES[:1], CLASSES[:1]),
        graphs.batch(SENTENCES[1:], CLASSES[1:]),
    ]
    with graphs.classifier(training, rnn_unit=unit, num_layers=2, stems=True) as built:
        losses = [built.classifier.step(built.session, batches[i % len(batches)], "train").loss for i in range(20)]
        return losses, built.session.run(built.classifier.weights)


@pytest.mark.parametrize(
    ("unit", "dropout"), [pytest.param("rnn", 0.0, marks=pytest.mark.slow), ("gru", 0.4), ("lstm", 0.0)]
)
def test_twenty_steps_equal_those_with_autodiff(unit: str, dropout: float, monkeypatch: pytest.MonkeyPatch) -> None:
    losses, weights = train(unit, dropout)
    monkeypatch.setattr(encoder, "read_outputs", lambda *arguments: read_states(*arguments).h)
    plain_losses, plain_weights = train(unit, dropout)
    np.testing.assert_allclose(losses, plain_losses, atol=1e-5)
    for mine, theirs in zip(weights, plain_weights, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)
