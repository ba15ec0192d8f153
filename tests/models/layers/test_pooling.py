"""Every way of pooling against slow loops, numeric gradients and itself, word by word."""

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnn_textclf.models.layers.pooling import POOLINGS
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Sessions
from tests import graphs
from tests.models.layers import reference

WIDTH = 3
LENGTHS = [5, 1, 3]
relaxed = settings(max_examples=5, suppress_health_check=list(HealthCheck))


class Graph:
    """One way of pooling over fed outputs, with the gradients of `sum(features * d_features)`."""

    def __init__(self, name: str) -> None:
        with tf.Graph().as_default() as graph:
            self.session = Sessions().on_all_threads(graph)
            self.outputs = tf.placeholder(tf.float32, [None, None, WIDTH])
            self.d_features = tf.placeholder(tf.float32, [None, None, WIDTH])
            self.lengths = tf.placeholder(tf.int32, [None])
            pooling = POOLINGS[name](WIDTH, seed=1)
            self.weights = {v.op.name.split("/")[1]: v for v in tf.trainable_variables()}
            self.pooled = pooling(self.outputs, pooling.zero_state(tf.shape(self.outputs)[1]))
            total = tf.reduce_sum(self.pooled.features * self.d_features)
            wanted = {"outputs": self.outputs, **self.weights}
            self.gradients = dict(zip(wanted, tf.gradients(total, list(wanted.values())), strict=True))
            if name != "last":
                self.whole = pooling.whole(self.outputs, self.outputs[0], self.lengths)
                total = tf.reduce_sum(self.whole.features * self.d_features[0])
                self.whole_gradients = dict(zip(wanted, tf.gradients(total, list(wanted.values())), strict=True))
            self.session.run(tf.global_variables_initializer())

    def load(self, values: dict[str, np.ndarray]) -> None:
        with self.session.graph.as_default():
            for name, value in values.items():
                self.weights[name].load(value, self.session)

    def run(self, fetches: Any, outputs: np.ndarray, d_features: np.ndarray | None = None) -> Any:
        feed = {self.outputs: outputs, self.d_features: np.zeros_like(outputs) if d_features is None else d_features}
        return self.session.run(fetches, feed)


@functools.cache
def graph(name: str) -> Graph:
    return Graph(name)


def attention_values(scale: float = 1.0) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(5)
    shapes = {"kernel": (WIDTH, WIDTH), "bias": (WIDTH,), "vector": (WIDTH, 1)}
    return {name: scale * draw.normal(size=shape) for name, shape in shapes.items()}


def loaded(name: str, scale: float = 1.0) -> tuple[Graph, dict[str, np.ndarray]]:
    values = attention_values(scale)
    if name == "attention":
        graph(name).load(values)
    return graph(name), values


def slow_features(name: str, outputs: np.ndarray, attention: dict[str, np.ndarray]) -> np.ndarray:
    """`[T, B, H]` -> the like."""
    return np.stack([reference.pooled_features(name, row, attention) for row in outputs.transpose(1, 0, 2)], 1)


@pytest.mark.parametrize("time", [1, 2, 7, 8, 33])
@pytest.mark.parametrize("name", POOLINGS)
def test_features_equal_the_slow_loop(name: str, time: int) -> None:
    built, attention = loaded(name)
    outputs = np.random.default_rng(time).normal(size=[time, 4, WIDTH])
    found = built.run(built.pooled.features, outputs)
    np.testing.assert_allclose(found, slow_features(name, outputs, attention), atol=2e-6)


@pytest.mark.parametrize("name", POOLINGS)
def test_gradients_equal_finite_differences(name: str) -> None:
    built, attention = loaded(name)
    draw = np.random.default_rng(3)
    outputs, d_features = draw.normal(size=[2, 6, 3, WIDTH])
    outputs[2, 1] = outputs[4, 1]  # equal maxima: one of them alone has the gradient
    found = built.run(built.gradients, outputs, d_features)
    for place, values in {"outputs": outputs, **(attention if name == "attention" else {})}.items():
        flat = values.reshape(-1)
        for i in range(len(flat)):
            if place == "outputs" and i // (3 * WIDTH) in (2, 4) and i // WIDTH % 3 == 1:
                continue  # no derivative there
            before, losses = flat[i], []
            for distance in (1e-5, -1e-5):
                flat[i] = before + distance
                losses.append((slow_features(name, outputs, attention) * d_features).sum())
            flat[i] = before
            numeric = (losses[0] - losses[1]) / 2e-5
            assert found[place].reshape(-1)[i] == pytest.approx(numeric, abs=3e-5), place


@pytest.mark.parametrize("name", ["mean", "max", "attention"])
def test_whole_sentences_alone_have_the_features_of_their_last_words(name: str) -> None:
    built, _ = loaded(name)
    draw = np.random.default_rng(4)
    outputs, d_features = draw.normal(size=[2, 7, 3, WIDTH])
    last = (np.array(LENGTHS) - 1, range(3))
    d_last = np.zeros_like(d_features)
    d_last[last] = d_features[0]
    features, gradients = built.run((built.pooled.features, built.gradients), outputs, d_last)
    feed = {built.outputs: outputs, built.d_features: d_features, built.lengths: LENGTHS}
    whole, whole_gradients = built.session.run((built.whole, built.whole_gradients), feed)
    np.testing.assert_allclose(whole.features, features[last], atol=1e-6)
    for place, gradient in gradients.items():
        np.testing.assert_allclose(whole_gradients[place], gradient, atol=1e-6, err_msg=place)
    past = np.arange(7)[:, np.newaxis] >= np.array(LENGTHS)
    assert not whole_gradients["outputs"][past].any()
    if name == "attention":
        np.testing.assert_allclose(whole.attention.sum(1), 1, rtol=1e-6)
        assert not whole.attention.T[past].any()


def test_of_equal_maxima_one_has_the_gradient() -> None:
    outputs = np.full([9, 1, WIDTH], 0.5)
    d_features = np.arange(9.0)[:, np.newaxis, np.newaxis] * np.ones([9, 1, WIDTH])
    gradient = graph("max").run(graph("max").gradients["outputs"], outputs, d_features)
    np.testing.assert_allclose(gradient.sum(0), d_features.sum(0))


@pytest.mark.parametrize("name", POOLINGS)
def test_gradients_past_the_end_are_exact_zeros(name: str) -> None:
    built, _ = loaded(name)
    draw = np.random.default_rng(3)
    outputs, d_features = draw.normal(size=[2, 7, 3, WIDTH])
    past = np.arange(7)[:, np.newaxis] >= np.array(LENGTHS)
    d_features[past] = 0
    gradients = built.run(built.gradients, outputs, d_features)
    assert not gradients["outputs"][past].any()
    assert gradients["outputs"][~past].any()
    outputs[past] = draw.normal(size=outputs[past].shape)
    for place, gradient in built.run(built.gradients, outputs, d_features).items():
        np.testing.assert_array_equal(gradient, gradients[place], err_msg=place)


def test_attention_stays_finite_where_exponentials_do_not() -> None:
    built, attention = loaded("attention", scale=200.0)
    outputs = np.random.default_rng(1).normal(size=[12, 2, WIDTH])
    assert np.abs(built.run(built.pooled.words.largest, outputs)).max() > 100  # e^100 is no float32
    found = built.run(built.pooled.features, outputs)
    np.testing.assert_allclose(found, slow_features("attention", outputs, attention), atol=1e-3)
    for gradient in built.run(built.gradients, outputs, np.ones_like(outputs)).values():
        assert np.isfinite(gradient).all()


@pytest.fixture(
    scope="module", params=[("mean", "lstm", 1), ("max", "gru", 2), ("attention", "rnn", 1)], ids=lambda param: param[0]
)
def built(request: pytest.FixtureRequest) -> Iterator[graphs.Built]:
    name, unit, layers = request.param
    more = {"stems": True, "direct_scores": True}
    with graphs.classifier(pooling=name, rnn_unit=unit, num_layers=layers, **more) as built:
        graphs.load_large_weights(built)
        yield built


sentences = st.lists(
    st.lists(st.integers(1, graphs.VOCABULARY_SIZE - 1), min_size=1, max_size=9), min_size=1, max_size=5
)


def sample(built: graphs.Built, ids: list[list[int]], padding: int = 0) -> Any:
    return built.classifier.step(built.session, graphs.batch(ids, [0] * len(ids), padding=padding), "sample")


def eval_alone(built: graphs.Built, sentence: list[int]) -> np.ndarray:
    """`[C]`."""
    return built.classifier.step(built.session, graphs.batch([sentence], [0]), "eval").probabilities[0]


def assert_prefixes_agree(built: graphs.Built, ids: list[list[int]], padding: int) -> None:
    together = sample(built, ids, padding).running_scores
    for sentence, scores in zip(ids, together, strict=True):
        assert not scores[len(sentence) :].any()
        alone = [eval_alone(built, sentence[: t + 1]) for t in range(len(sentence))]
        np.testing.assert_allclose(scores[: len(sentence)], alone, atol=2e-6)


def assert_reading_on_agrees(built: graphs.Built, ids: list[list[int]], cut: int) -> None:
    """Sentences of one length, read up to `cut` and on from there, at once and word by word."""
    model, session = built
    whole = sample(built, ids)
    state = sample(built, [sentence[:cut] for sentence in ids]).final_state if cut else None
    places = tf.nest.flatten(model.initial_state)

    def feed(some: list[list[int]], state: Any) -> dict[Any, Any]:
        values = {model.ids: np.array(some, np.int32)}
        return values if state is None else {**values, **dict(zip(places, tf.nest.flatten(state), strict=True))}

    rest = session.run(model.sample, feed([sentence[cut:] for sentence in ids], state))
    np.testing.assert_allclose(rest.running_scores, whole.running_scores[:, cut:], atol=2e-6)
    for t in range(cut, len(ids[0])):
        found = session.run(model.next_word, feed([sentence[t : t + 1] for sentence in ids], state))
        np.testing.assert_allclose(found.probabilities, whole.running_scores[:, t], atol=2e-6)
        state = found.state
    for mine, theirs in zip(tf.nest.flatten(state), tf.nest.flatten(whole.final_state), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=2e-6)


def test_prefixes_alone_and_reading_on_equal_one_pass(built: graphs.Built) -> None:
    assert_prefixes_agree(built, [[2, 3, 4, 13, 8], [6, 1], [8]], padding=2)
    assert_reading_on_agrees(built, [[2, 3, 4, 13, 8], [9, 1, 5, 5, 6]], cut=0)
    assert_reading_on_agrees(built, [[2, 3, 4, 13, 8], [9, 1, 5, 5, 6]], cut=2)
    tf.nest.assert_same_structure(built.classifier.next_word.state, built.classifier.initial_state)


@relaxed
@given(ids=sentences, padding=st.integers(0, 3), data=st.data())
def test_any_sentences_agree_with_their_prefixes_and_parts(
    built: graphs.Built, ids: list[list[int]], padding: int, data: st.DataObject
) -> None:
    assert_prefixes_agree(built, ids, padding)
    ids = [sentence[: min(map(len, ids))] for sentence in ids]
    assert_reading_on_agrees(built, ids, data.draw(st.integers(0, len(ids[0]) - 1)))


@relaxed
@given(ids=sentences, padding=st.integers(0, 3))
def test_attention_is_shared_out_among_the_words(built: graphs.Built, ids: list[list[int]], padding: int) -> None:
    found = sample(built, ids, padding).attention
    if built.classifier.config.pooling != "attention":
        assert found == ()
        return
    assert found.shape == (len(ids), max(map(len, ids)) + padding)
    np.testing.assert_allclose(found.sum(1), 1, rtol=1e-5)
    for sentence, weights in zip(ids, found, strict=True):
        assert not weights[len(sentence) :].any()
        np.testing.assert_allclose(weights[: len(sentence)], sample(built, [sentence]).attention[0], atol=1e-6)


def test_the_last_word_alone_adds_no_operation() -> None:
    with tf.Graph().as_default() as graph:
        outputs = tf.placeholder(tf.float32, [None, None, WIDTH])
        pooling = POOLINGS["last"](WIDTH, seed=1)
        before = len(graph.get_operations())
        assert pooling(outputs, pooling.zero_state(3)).features is outputs
        assert len(graph.get_operations()) == before
