"""`next_word` and `next_words`, one word or some at a time, against `sample` over the whole sentence."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from rnn_textclf.models.tf1 import tf
from tests import graphs

# 1 is unknown, 12 to 14 stems that unknown words are read as; 3, 4 and 8 are words with stems.
SENTENCES = [[2, 3, 4, 13, 8, 1, 5], [12, 8, 8, 1, 1, 6, 7], [14, 2, 9, 10, 11, 3, 3]]


@pytest.fixture(scope="module", params=["rnn", "gru", "lstm"])
def built(request: pytest.FixtureRequest) -> Iterator[graphs.Built]:
    more = {"num_classes": 3, "stems": True, "direct_scores": True}
    with graphs.classifier(rnn_unit=request.param, num_layers=2, **more) as built:
        draw = np.random.default_rng(6)
        for variable in built.classifier.weights:
            variable.load(draw.normal(0, 0.5, variable.shape).astype("f"), built.session)
        yield built


def read_on(built: graphs.Built, words: list[int], state: Any) -> Any:
    """One more word of each row; `state` is None before the first."""
    feed: dict[Any, Any] = {built.classifier.ids: np.array(words, np.int32)[:, np.newaxis]}
    if state is not None:
        placeholders = tf.nest.flatten(built.classifier.initial_state)
        feed.update(zip(placeholders, tf.nest.flatten(state), strict=True))
    return built.session.run(built.classifier.next_word, feed)


@pytest.mark.parametrize("rows", [1, 3])
def test_word_by_word_equals_the_running_scores(built: graphs.Built, rows: int) -> None:
    sentences = SENTENCES[:rows]
    batch = graphs.batch(sentences, [0] * rows, num_classes=3)
    sample = built.classifier.step(built.session, batch, "sample")
    state = None
    for t in range(len(sentences[0])):
        found = read_on(built, [sentence[t] for sentence in sentences], state)
        np.testing.assert_allclose(found.probabilities, sample.running_scores[:, t], atol=1e-5)
        state = found.state
    for mine, theirs in zip(tf.nest.flatten(state), tf.nest.flatten(sample.final_state), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)
    assert np.ptp(sample.running_scores[:, :, 0]) > 0.3


def test_it_goes_on_where_sample_stopped(built: graphs.Built) -> None:
    whole = built.classifier.step(built.session, graphs.batch(SENTENCES[:1], [0], num_classes=3), "sample")
    begun = graphs.batch([SENTENCES[0][:-1]], [0], num_classes=3)
    state = built.classifier.step(built.session, begun, "sample").final_state
    found = read_on(built, SENTENCES[0][-1:], state)
    np.testing.assert_allclose(found.probabilities, whole.probabilities, atol=1e-5)


def test_the_state_has_the_same_structure(built: graphs.Built) -> None:
    tf.nest.assert_same_structure(built.classifier.next_word.state, built.classifier.initial_state)


@pytest.mark.parametrize(
    ("unit", "pooling"), [("lstm", "last"), ("gru", "mean"), ("rnn", "max"), ("lstm", "attention")]
)
def test_some_words_at_a_time_equal_the_running_scores(unit: str, pooling: str) -> None:
    more: dict[str, Any] = {"num_classes": 3, "stems": True, "direct_scores": True, "num_layers": 2}
    with graphs.classifier(rnn_unit=unit, pooling=pooling, **more) as built:
        graphs.load_large_weights(built)
        model, session = built
        read = model.next_words(4)
        batch = graphs.batch(SENTENCES, [0] * 3, num_classes=3)
        sample = model.step(session, batch, "sample")
        feed: dict[Any, Any] = {}
        begin = 0
        for count in (4, 1, 2):
            feed[model.ids] = batch.ids[:, begin : begin + count]
            found = session.run(read, feed)
            begin += count
            np.testing.assert_allclose(found.probabilities, sample.running_scores[:, begin - 1], atol=1e-5)
            feed = dict(zip(tf.nest.flatten(model.initial_state), tf.nest.flatten(found.state), strict=True))
        for mine, theirs in zip(tf.nest.flatten(found.state), tf.nest.flatten(sample.final_state), strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-5)
