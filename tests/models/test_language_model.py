"""The language model against a slow NumPy loop, and what it must not look at."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.models import language_model
from rnn_textclf.models.language_model import LanguageModel
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Sessions
from tests import graphs
from tests.models.layers import reference

SENTENCES = [[2, 3, 4, 1, 5], [6, 7], [9, 10, 11, 2]]


class Built(NamedTuple):
    model: LanguageModel
    session: Any


@pytest.fixture(scope="module")
def built() -> Iterator[Built]:
    config = ModelConfig(rnn_unit="gru", num_hidden_units=6, embedding_size=5)
    training = TrainConfig(learning_rate=0.03, dropout=0.0, seed=3)
    with Sessions().new_graph() as session:
        model = LanguageModel(config, graphs.WITHOUT_STEMS, training, 1)
        session.run(tf.global_variables_initializer())
        yield Built(model, session)


def states(built: Built, ids: list[int]) -> np.ndarray:
    """h after each word, `[T, H]`, one word after the other."""
    cell = built.model.encoder.cells[0]
    names = ("kernel", "recurrent_kernel", "bias", "candidate_bias")
    weights = {name: built.session.run(getattr(cell, name)) for name in names}
    inputs = built.session.run(built.model.embedding.table)[ids]
    return reference.run("gru", [weights], inputs[np.newaxis], np.array([len(ids)]), 6)[0][0]


def slow_losses(built: Built, ids: list[int]) -> list[float]:
    """Cross entropy of each known next word."""
    table, projection, bias = built.session.run([built.model.embedding.table, built.model._kernel, built.model._bias])
    losses = []
    for h, following in zip(states(built, ids), ids[1:], strict=False):
        scores = h @ projection @ table.T + bias[:, 0]
        log_sum = np.log(np.exp(scores).sum())
        losses.append(log_sum - scores[following] if following > 1 else 0.0)
    return losses


def test_losses_are_those_of_a_slow_loop_and_padding_is_not_looked_at(built: Built) -> None:
    expected = [np.mean(slow_losses(built, ids)) for ids in SENTENCES]
    for padding in (0, 3):
        batch = graphs.batch(SENTENCES, [0, 0, 0], padding=padding)
        np.testing.assert_allclose(built.model.losses(built.session, batch), expected, rtol=1e-5)


def test_sampled_losses_are_the_textbooks(built: Built) -> None:
    model, session = built
    batch = graphs.batch(SENTENCES, [0, 0, 0], padding=2)
    feed = {model.ids: batch.ids, model.sequence_length: batch.lengths}
    queries_tensor = model._queries(None)
    tensors = [model._sample(), model._sampled_losses(queries_tensor), queries_tensor]
    sampled, losses, queries = session.run(tensors, feed)
    assert sampled.min() >= 2
    assert sampled.max() < graphs.VOCABULARY_SIZE
    table, bias = session.run([model.embedding.table, model._bias])
    ranks = np.arange(graphs.VOCABULARY_SIZE) - 1.0
    share = np.log1p(1 / np.maximum(ranks, 1)) / np.log(graphs.VOCABULARY_SIZE - 2 + 1)
    correction = np.log(language_model.NUM_SAMPLED * share)
    for row, ids in enumerate(SENTENCES):
        for t, following in enumerate(ids[1:]):
            if following < 2:
                continue
            scores = queries[row, t] @ table.T + bias[:, 0] - correction
            others = scores[sampled[sampled != following]]
            expected = np.log(np.exp(scores[following]) + np.exp(others).sum()) - scores[following]
            assert losses[row, t] == pytest.approx(expected, rel=1e-4)


def test_words_are_drawn_as_often_as_the_correction_says(built: Built) -> None:
    drawn = built.session.run(built.model._sample())
    counts = np.bincount(drawn, minlength=graphs.VOCABULARY_SIZE)[2:]
    ranks = np.arange(1, len(counts) + 1)
    expected = np.log1p(1 / ranks) / np.log(len(counts) + 1)
    np.testing.assert_allclose(counts / counts.sum(), expected, atol=0.03)


def test_a_text_that_always_goes_on_alike_is_learned(built: Built) -> None:
    batch = graphs.batch([[2, 3, 4, 5, 6, 7]] * 4, [0] * 4)
    before = built.model.losses(built.session, batch).mean()
    for step in range(1, 201):
        result = built.model.step(built.session, batch)
        assert result.global_step == step
    assert before > 2.0
    assert built.model.losses(built.session, batch).mean() < 0.2
