"""Layers that read both ways: against slow loops, numeric gradients, and each prefix scored alone."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnn_textclf.config import TrainConfig
from rnn_textclf.models.layers.bidirectional import score_prefixes
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Sessions
from tests import graphs
from tests.models.layers import reference

SENTENCES = [[2, 3, 4, 5, 3], [6, 7], [8], [9, 10, 11, 2]]
WHOLE = TrainConfig(dropout=0.0, prefix_loss_weight=0.0, max_gradient_norm=1e9)
relaxed = settings(max_examples=5, suppress_health_check=list(HealthCheck))
sentences = st.lists(
    st.lists(st.integers(1, graphs.VOCABULARY_SIZE - 1), min_size=1, max_size=8), min_size=1, max_size=5
)


@pytest.fixture(
    scope="module",
    params=[("rnn", 2, "mean"), ("gru", 1, "max"), ("lstm", 2, "last"), ("gru", 2, "attention")],
    ids=lambda param: "-".join(map(str, param)),
)
def built(request: pytest.FixtureRequest) -> Iterator[graphs.Built]:
    unit, layers, pooling = request.param
    more = {"stems": True, "direct_scores": True, "bidirectional": True}
    with graphs.classifier(rnn_unit=unit, num_layers=layers, pooling=pooling, **more) as built:
        graphs.load_large_weights(built)
        yield built


def sample(built: graphs.Built, ids: list[list[int]], padding: int = 0) -> Any:
    return built.classifier.step(built.session, graphs.batch(ids, [0] * len(ids), padding=padding), "sample")


def scored(built: graphs.Built, sentence: list[int]) -> np.ndarray:
    """`[C]`."""
    return built.classifier.step(built.session, graphs.batch([sentence], [0]), "eval").probabilities[0]


def slow_layer(unit: str, weights: list[dict[str, np.ndarray]], inputs: np.ndarray) -> np.ndarray:
    """One sentence `[T, E]` read forward and, from its last word, backward: `[T, 2 H]`."""
    lengths = np.array([len(inputs)])
    ahead, back = (
        reference.run(unit, [cell], rows[np.newaxis], lengths, 6)[0][0]
        for cell, rows in zip(weights, (inputs, inputs[::-1]), strict=True)
    )
    return np.concatenate([ahead, back[::-1]], 1)


@pytest.mark.parametrize(("unit", "num_layers"), [("rnn", 1), ("gru", 2), ("lstm", 2)])
def test_the_final_states_of_both_ways_equal_the_slow_loop(unit: str, num_layers: int) -> None:
    with graphs.classifier(rnn_unit=unit, num_layers=num_layers, bidirectional=True) as built:
        graphs.load_large_weights(built)
        values = built.session.run({v.op.name: v for v in built.classifier.weights})
        probabilities = sample(built, SENTENCES, padding=2).probabilities
        for ids, found in zip(SENTENCES, probabilities, strict=True):
            outputs = values["embedding"][ids]
            for i in range(num_layers):
                cells = [
                    {name.removeprefix(place): value for name, value in values.items() if name.startswith(place)}
                    for place in (f"layer_{i}/", f"layer_{i}_backward/")
                ]
                outputs = slow_layer(unit, cells, outputs)
            features = np.concatenate([outputs[-1, :6], outputs[0, 6:]])
            logits = features @ values["output_kernel"] + values["output_bias"]
            np.testing.assert_allclose(found, reference.softmax(logits), atol=1e-5)


@relaxed
@given(ids=sentences, padding=st.integers(0, 3))
def test_running_scores_are_those_of_each_prefix_alone(built: graphs.Built, ids: list[list[int]], padding: int) -> None:
    together = sample(built, ids, padding)
    for row, sentence in enumerate(ids):
        prefixes = [sentence[: t + 1] for t in range(len(sentence))]
        alone = [scored(built, prefix) for prefix in prefixes]
        np.testing.assert_allclose(together.running_scores[row, : len(sentence)], alone, atol=2e-6)
        assert not together.running_scores[row, len(sentence) :].any()
        np.testing.assert_allclose(together.probabilities[row], alone[-1], atol=2e-6)


@relaxed
@given(ids=sentences, padding=st.integers(0, 3))
def test_attention_is_shared_out_among_the_words(built: graphs.Built, ids: list[list[int]], padding: int) -> None:
    found = sample(built, ids, padding).attention
    if built.classifier.config.pooling != "attention":
        assert found == ()
        return
    np.testing.assert_allclose(found.sum(1), 1, rtol=1e-5)
    for sentence, weights in zip(ids, found, strict=True):
        assert not weights[len(sentence) :].any()
        np.testing.assert_allclose(weights[: len(sentence)], sample(built, [sentence]).attention[0], atol=1e-6)


def test_what_follows_a_word_counts(built: graphs.Built) -> None:
    if built.classifier.config.pooling == "last":
        first, second = (sample(built, [[2, *rest]]).probabilities for rest in ([3, 4], [5, 4]))
        assert np.abs(first - second).max() > 1e-4
    assert built.classifier.next_word is None
    assert tf.nest.flatten(sample(built, [[2, 3]]).final_state) == []


def test_each_layer_has_two_sets_of_weights() -> None:
    cells = []
    for num_layers in (1, 2):
        with graphs.classifier(rnn_unit="gru", num_layers=num_layers, bidirectional=True) as built:
            values = {v.op.name: built.session.run(v) for v in built.classifier.weights}
        kernels = [value for name, value in values.items() if name.endswith("recurrent_kernel")]
        assert all(not np.allclose(kernel, other) for kernel, other in itertools.combinations(kernels, 2))
        cells.append(len(kernels))
    assert cells == [2, 4]


@pytest.mark.parametrize(
    ("unit", "num_layers", "pooling"),
    [
        ("gru", 1, "last"),
        *(pytest.param(*each, marks=pytest.mark.slow) for each in [("rnn", 2, "attention"), ("lstm", 1, "max")]),
    ],
)
def test_gradients_equal_numeric_ones(unit: str, num_layers: int, pooling: str) -> None:
    model = {"rnn_unit": unit, "num_layers": num_layers, "pooling": pooling, "bidirectional": True}
    with graphs.classifier(WHOLE, **model, stems=True, direct_scores=True) as built:
        graphs.load_large_weights(built)
        graphs.assert_gradients_are_numeric(built, 0.0, step=1e-3)


def test_padding_changes_no_gradient() -> None:
    with graphs.classifier(WHOLE, bidirectional=True, pooling="last") as built:
        graphs.assert_padding_changes_no_gradient(built, SENTENCES, [0, 1, 1, 0])


def test_dropout_is_off_outside_training() -> None:
    with graphs.classifier(TrainConfig(dropout=0.5, prefix_loss_weight=0.0), bidirectional=True) as (model, session):
        batch = graphs.batch(SENTENCES, [0, 1, 1, 0])
        one, other = (model.step(session, batch, "eval").losses for _ in range(2))
        np.testing.assert_array_equal(one, other)
        assert model.step(session, batch, "train").loss != pytest.approx(one.mean(), abs=1e-9)


def test_a_loss_on_prefixes_is_refused() -> None:
    with (
        pytest.raises(ValueError, match="no output after each word"),
        graphs.classifier(TrainConfig(prefix_loss_weight=0.5), bidirectional=True),
    ):
        pass


@pytest.mark.parametrize("group_words", [1, 7, 1000])
def test_prefixes_are_scored_whole_in_groups_of_any_size(group_words: int) -> None:
    """With a score that names what it was shown: how many words, their sum, and the last of them."""
    ids = np.zeros([4, 7], np.int32)
    for row, sentence in zip(ids, SENTENCES, strict=True):
        row[: len(sentence)] = sentence
    lengths = np.array([len(sentence) for sentence in SENTENCES])

    def score(ids: Any, lengths: Any) -> Any:
        inside = tf.sequence_mask(lengths, tf.shape(ids)[1], dtype=ids.dtype)
        last = tf.gather(ids, lengths - 1, axis=1, batch_dims=1)
        return tf.cast(tf.stack([lengths, tf.reduce_sum(ids * inside, 1), last], 1), tf.float32)

    with Sessions().new_graph() as session:
        found = session.run(score_prefixes(score, tf.constant(ids), tf.constant(lengths), 3, group_words))
    assert found.shape == (7, 4, 3)
    for row, sentence in enumerate(SENTENCES):
        expected = [[t, sum(sentence[:t]), sentence[t - 1]] for t in range(1, len(sentence) + 1)]
        np.testing.assert_array_equal(found[: len(sentence), row], expected)
        assert not found[len(sentence) :, row].any()


def test_no_sentences_have_no_scores(built: graphs.Built) -> None:
    model, session = built
    found = session.run(model.sample, {model.ids: np.zeros([0, 1], np.int32)})
    assert found.running_scores.shape == (0, 1, 2)
    assert found.probabilities.shape == (0, 2)
