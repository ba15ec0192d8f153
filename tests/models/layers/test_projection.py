"""Projected inputs: split, summed by segment, or cached, they are the same."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.config import ModelConfig
from rnn_textclf.models.layers.cells import LSTMCell
from rnn_textclf.models.layers.projection import segment_sum
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Sessions
from tests import graphs

SENTENCES = [[2, 3, 4, 5, 3], [6, 12, 1], [8], [9, 10, 11, 2]]


@given(segments=st.lists(st.integers(0, 6), max_size=40), num_segments=st.integers(7, 9))
def test_segment_sums_equal_a_slow_loop(segments: list[int], num_segments: int) -> None:
    values = np.random.default_rng(len(segments)).normal(size=[len(segments), 3]).astype("f")
    expected = np.zeros([num_segments, 3])
    for position, value in zip(segments, values, strict=True):
        expected[position] += value
    with Sessions().new_graph() as session:
        found = session.run(segment_sum(tf.constant(values), tf.constant(segments, tf.int32), num_segments))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_segment_sums_over_time_and_batch() -> None:
    values, segments = np.arange(24.0, dtype="f").reshape(3, 2, 4), np.array([[0, 2], [2, 2], [0, 4]], np.int32)
    with Sessions().new_graph() as session:
        found = session.run(segment_sum(tf.constant(values), tf.constant(segments), 5))
    expected = np.zeros([5, 4])
    np.add.at(expected, segments, values)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("shape", [(7, 5), (3, 2, 5), (1, 5), (0, 5)])
def test_splits_change_neither_projections_nor_their_gradients(shape: tuple[int, ...]) -> None:
    draw = np.random.default_rng(0)
    inputs, d = draw.normal(size=shape).astype("f"), draw.normal(size=[*shape[:-1], 8]).astype("f")

    def run(batch_splits: int) -> Any:
        with Sessions().new_graph() as session:
            fed = tf.placeholder(tf.float32, [None] * len(shape))
            cell = LSTMCell(2, 5, "layer", seed=1)
            projected = cell.project(fed, batch_splits)
            gradients = tf.gradients(tf.reduce_sum(projected * d), [fed, cell.kernel, cell.bias])
            session.run(tf.global_variables_initializer())
            return session.run([projected, cell.kernel, cell.bias, *gradients], {fed: inputs})

    projected, kernel, bias, *gradients = run(1)
    np.testing.assert_allclose(projected, inputs @ kernel + bias, atol=1e-5)
    for batch_splits in (2, 3):
        found, _, _, *others = run(batch_splits)
        np.testing.assert_allclose(found, projected, atol=1e-6)
        for other, gradient in zip(others, gradients, strict=True):
            np.testing.assert_allclose(other, gradient, atol=1e-5)


@pytest.mark.parametrize(("unit", "stems"), [("gru", True), ("lstm", False)])
def test_a_filled_cache_changes_no_result(unit: str, stems: bool) -> None:
    config = ModelConfig(rnn_unit=unit, num_hidden_units=6, embedding_size=5, num_layers=2)
    vocabulary = graphs.WITH_STEMS if stems else graphs.WITHOUT_STEMS
    sentences = SENTENCES if stems else [[i % 12 for i in ids] for ids in SENTENCES]
    with Sessions().new_graph() as session:
        model = TextClassifier(config, vocabulary, 2, cache_projections=True)
        assert model.encoder.projection_cache
        assert model.encoder.projection_cache.num_bytes == len(vocabulary) * model.encoder.cells[0].bias.shape[0] * 4
        assert model.encoder.projection_cache.fill not in tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
        session.run(tf.global_variables_initializer())
        assert not session.run(model.encoder.projection_cache.is_filled)
        batch = graphs.batch(sentences, [0] * len(sentences), padding=2)
        plain = model.step(session, batch, "sample")
        plain_next = session.run(model.next_word, {model.ids: [[4], [2]]})
        session.run(model.encoder.projection_cache.fill)
        assert session.run(model.encoder.projection_cache.is_filled)
        cached = model.step(session, batch, "sample")
        # New weights do not reach the cache, which shows that it is read.
        next_words = [session.run(model.next_word, {model.ids: [[4], [2]]})]
        session.run(model.embedding.table.assign(tf.zeros_like(model.embedding.table)))
        kept = model.step(session, batch, "sample")
        next_words.append(session.run(model.next_word, {model.ids: [[4], [2]]}))
    for found, expected in zip(tf.nest.flatten(cached), tf.nest.flatten(plain), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-6)
    for found, expected in zip(tf.nest.flatten(next_words[0]), tf.nest.flatten(plain_next), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_array_equal(next_words[1].state.layers[0].h, next_words[0].state.layers[0].h)
    np.testing.assert_array_equal(kept.running_scores, cached.running_scores)
    assert np.ptp(plain.running_scores[0, :5, 0]) > 1e-6
