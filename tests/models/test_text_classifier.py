"""The classifier against slow NumPy loops, and its promises about padding, batches, layers and state."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnn_textclf.config import TrainConfig
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.bigrams import hashed_bigram
from tests import graphs
from tests.models.layers import reference

SENTENCES = [[2, 3, 4, 5, 3], [6, 7], [8], [9, 10, 11, 2]]
CLASSES = [0, 1, 1, 0]

sentences = st.lists(
    st.lists(st.integers(1, graphs.VOCABULARY_SIZE - 1), min_size=1, max_size=9), min_size=1, max_size=6
)
relaxed = settings(max_examples=25, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module", params=["gru", "lstm"])
def two_layers(request: pytest.FixtureRequest) -> Iterator[graphs.Built]:
    """Two layers with stems and the wide part: everything that reads words."""
    with graphs.classifier(rnn_unit=request.param, num_layers=2, stems=True, direct_scores=True) as built:
        draw = np.random.default_rng(2)
        for table in built.classifier.wide.tables:
            table.load(draw.normal(size=table.shape).astype("f"), built.session)
        yield built


def running_scores(built: graphs.Built, ids: list[list[int]], padding: int = 0) -> list[np.ndarray]:
    """The scores `[length, C]` of each sentence of one batch."""
    batch = graphs.batch(ids, [0] * len(ids), padding=padding)
    scores = built.classifier.step(built.session, batch, "sample").running_scores
    return [rows[:length] for rows, length in zip(scores, batch.lengths, strict=True)]


def layer_weights(built: graphs.Built) -> list[dict[str, np.ndarray]]:
    """The cells' weights, a dictionary a layer."""
    values = {v.op.name: built.session.run(v) for v in built.classifier.weights}
    layers = built.classifier.config.num_layers
    return [
        {name.split("/")[1]: value for name, value in values.items() if name.startswith(f"layer_{i}/")}
        for i in range(layers)
    ]


@pytest.mark.parametrize(("unit", "num_layers"), [("rnn", 1), ("gru", 3), ("lstm", 2)])
def test_every_unit_and_depth_trains_and_equals_the_loop(unit: str, num_layers: int) -> None:
    training = TrainConfig(dropout=0.2, learning_rate=0.03)
    with graphs.classifier(training, rnn_unit=unit, num_layers=num_layers) as built:
        batch = graphs.batch(SENTENCES, CLASSES, padding=2)
        before = built.classifier.step(built.session, batch, "eval").losses.mean()
        for _ in range(20):
            result = built.classifier.step(built.session, batch, "train")
        assert result.global_step == 20
        assert built.classifier.step(built.session, batch, "eval").losses.mean() < before

        embedding, kernel, bias = built.session.run(
            [
                built.classifier.embedding.table,
                built.classifier.network.output_kernel,
                built.classifier.network.output_bias,
            ]
        )
        outputs, states = reference.run(unit, layer_weights(built), embedding[batch.ids], batch.lengths, 6)
        logits = outputs @ kernel + bias
        expected = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
        expected[batch.ids == 0] = 0
        sample = built.classifier.step(built.session, batch, "sample")
        np.testing.assert_allclose(sample.running_scores, expected, atol=1e-5)
        for found, wanted in zip(sample.final_state.layers, states, strict=True):
            for name, value in wanted.items():
                np.testing.assert_allclose(getattr(found, name), value, atol=1e-5)


def test_stems_and_the_wide_part_equal_the_loop(two_layers: graphs.Built) -> None:
    model, session = two_layers
    batch = graphs.batch([[2, 3, 4, 13, 8], [8, 9, 1, 5, 6]], [0, 1])  # 13 is a stem, 1 an unknown word
    embedding, kernel, bias, words, pairs = session.run(
        [
            model.embedding.table,
            model.network.output_kernel,
            model.network.output_bias,
            *model.wide.tables,
        ]
    )
    stems = graphs.WITH_STEMS.stem_ids
    assert stems[3] == stems[4] == 13
    assert stems[8] == 12
    assert stems[2] == stems[9] == stems[13] == 0
    inputs = np.array([[embedding[i] + (embedding[stems[i]] if stems[i] else 0) for i in row] for row in batch.ids])
    unit = model.config.rnn_unit
    outputs, _ = reference.run(unit, layer_weights(two_layers), inputs, batch.lengths, 6)
    logits = outputs @ kernel + bias
    for row, ids in enumerate(batch.ids):
        total = np.zeros(2)
        for t, i in enumerate(ids):
            total += words[i] + (words[stems[i]] if stems[i] else 0)
            if t and 2 <= ids[t - 1] < 12 and 2 <= i < 12:
                total += pairs[hashed_bigram(int(ids[t - 1]), int(i))]
            logits[row, t] += total
    expected = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    found = model.step(session, batch, "sample").running_scores
    np.testing.assert_allclose(found, expected, atol=1e-5)


@relaxed
@given(ids=sentences, padding=st.integers(0, 5))
def test_padding_and_neighbours_change_nothing(two_layers: graphs.Built, ids: list[list[int]], padding: int) -> None:
    together = running_scores(two_layers, ids, padding)
    for sentence, scores in zip(ids, together, strict=True):
        np.testing.assert_allclose(scores, running_scores(two_layers, [sentence])[0], atol=1e-6)


@relaxed
@given(sentence=st.lists(st.integers(1, graphs.VOCABULARY_SIZE - 1), min_size=1, max_size=9))
def test_running_scores_are_the_scores_of_each_prefix_fed_alone(two_layers: graphs.Built, sentence: list[int]) -> None:
    whole = running_scores(two_layers, [sentence])[0]
    prefixes = [running_scores(two_layers, [sentence[: t + 1]])[0][-1] for t in range(len(sentence))]
    np.testing.assert_allclose(whole, prefixes, atol=1e-6)


@relaxed
@given(sentence=st.lists(st.integers(1, graphs.VOCABULARY_SIZE - 1), min_size=2, max_size=9), data=st.data())
def test_a_sentence_can_be_read_in_two_parts(
    two_layers: graphs.Built, sentence: list[int], data: st.DataObject
) -> None:
    model, session = two_layers
    cut = data.draw(st.integers(1, len(sentence) - 1))
    whole = model.step(session, graphs.batch([sentence], [0]), "sample")
    state = model.step(session, graphs.batch([sentence[:cut]], [0]), "sample").final_state
    rest = graphs.batch([sentence[cut:]], [0])
    feed = {model.ids: rest.ids, model.sequence_length: rest.lengths}
    feed.update(zip(tf.nest.flatten(model.initial_state), tf.nest.flatten(state), strict=True))
    np.testing.assert_allclose(session.run(model.sample, feed).probabilities, whole.probabilities, atol=1e-6)


def test_lengths_are_counted_where_they_are_not_fed(two_layers: graphs.Built) -> None:
    model, session = two_layers
    batch = graphs.batch(SENTENCES, CLASSES, padding=3)
    fed = model.step(session, batch, "sample").probabilities
    np.testing.assert_array_equal(session.run(model.sample.probabilities, {model.ids: batch.ids}), fed)


@pytest.mark.parametrize("loss", ["softmax", "sigmoid"])
def test_probabilities_match_the_loss(loss: str) -> None:
    with graphs.classifier(loss=loss, num_classes=3) as built:
        batch = graphs.batch(SENTENCES, [0, 1, 2, 0], num_classes=3)
        losses, probabilities = built.classifier.step(built.session, batch, "eval")
        if loss == "softmax":
            np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-6)
            expected = -np.log(probabilities[batch.targets == 1])
        else:
            likelihoods = np.where(batch.targets == 1, probabilities, 1 - probabilities)
            expected = -np.log(likelihoods).sum(1)
        np.testing.assert_allclose(losses, expected, rtol=1e-5)


def test_the_same_seed_gives_the_same_weights_bit_for_bit() -> None:
    runs = []
    for seed in (1, 1, 2):
        with graphs.classifier(TrainConfig(seed=seed, dropout=0.5), rnn_unit="gru") as built:
            for _ in range(5):
                built.classifier.step(built.session, graphs.batch(SENTENCES, CLASSES), "train")
            runs.append(built.session.run(built.classifier.weights))
    for first, second, other in zip(*runs, strict=True):
        np.testing.assert_array_equal(first, second)
        assert not np.array_equal(first, other)


def test_dropout_is_off_outside_training() -> None:
    with graphs.classifier(TrainConfig(dropout=0.9)) as built:
        batch = graphs.batch(SENTENCES, CLASSES)
        first, second = (built.classifier.step(built.session, batch, "eval") for _ in range(2))
        np.testing.assert_array_equal(first.probabilities, second.probabilities)
        sample = built.classifier.step(built.session, batch, "sample")
        np.testing.assert_allclose(sample.probabilities, first.probabilities, atol=1e-6)


def test_an_unknown_mode_is_refused() -> None:
    with graphs.classifier() as built, pytest.raises(ValueError, match="train, eval or sample"):
        built.classifier.step(built.session, graphs.batch([[2]], [0]), "test")  # type: ignore[call-overload]
