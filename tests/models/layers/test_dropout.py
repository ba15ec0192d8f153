"""Dropout of units and of words: how much it drops, when two masks are one, what words become."""

from typing import Any

import numpy as np
import pytest

from rnn_textclf.config import TrainConfig
from rnn_textclf.models.layers.dropout import Dropout, drop_words
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.sessions import Sessions
from tests import graphs

VALUES = np.full([40, 30, 20], 3.0, np.float32)
V = graphs.WITH_STEMS
WORDS = range(2, V.num_words)
IDS = np.random.default_rng(0).integers(0, len(V), size=[60, 50]).astype("i")


def drop(rate: float = 0.4, seed: int = 1, step: int = 0, place: str = "here", noise_shape: Any = None) -> np.ndarray:
    with Sessions().new_graph() as session:
        dropout = Dropout(rate, seed, tf.constant(step, tf.int64))
        return session.run(dropout(tf.constant(VALUES), place, noise_shape))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_the_rate_is_dropped_and_the_rest_scaled(rate: float) -> None:
    dropped = drop(rate)
    zeros = (dropped == 0).mean()
    assert zeros == pytest.approx(rate, abs=5 * np.sqrt(rate * (1 - rate) / VALUES.size))
    np.testing.assert_allclose(dropped[dropped != 0], 3 / (1 - rate), rtol=1e-6)


def test_a_rate_of_zero_is_the_tensor_itself() -> None:
    with tf.Graph().as_default():
        values = tf.constant(VALUES)
        assert Dropout(0.0, 1, tf.constant(0))(values, "here") is values


def test_the_mask_is_fixed_by_seed_place_and_step() -> None:
    first = drop()
    np.testing.assert_array_equal(first, drop())
    others = [drop(step=1), drop(step=2), drop(place="there"), drop(place="layer_0"), drop(seed=2)]
    for i, other in enumerate(others):
        for another in (first, *others[:i]):
            same = ((other == 0) == (another == 0)).mean()
            assert same == pytest.approx(0.4**2 + 0.6**2, abs=0.02)  # independent


@pytest.mark.parametrize("variational", [True, False])
def test_a_layers_inputs_lose_the_same_at_each_step_where_that_is_asked_for(variational: bool) -> None:
    with Sessions().new_graph() as session:
        dropout = Dropout(0.4, 1, tf.constant(0), variational)
        values = tf.constant(VALUES)
        of_steps, of_sentences = session.run([dropout.of_steps(values, "a"), dropout.of_sentences(values, "a")])
    np.testing.assert_array_equal(of_sentences, np.broadcast_to(of_sentences[:1], VALUES.shape))
    assert np.array_equal(of_steps, of_sentences) == variational
    assert (of_sentences[0] == 0).mean() == pytest.approx(0.4, abs=0.1)
    assert not np.array_equal(of_sentences[0, 0], of_sentences[0, 1])


def test_one_mask_is_shared_along_axes_of_one() -> None:
    dropped = drop(noise_shape=[1, 30, 20]) == 0
    np.testing.assert_array_equal(dropped, np.broadcast_to(dropped[:1], dropped.shape))
    assert dropped[0].mean() == pytest.approx(0.4, abs=0.1)


def test_gradients_pass_where_values_do() -> None:
    with Sessions().new_graph() as session:
        values = tf.constant(VALUES)
        dropped = Dropout(0.4, 1, tf.constant(5))(values, "here")
        found, gradient = session.run((dropped, tf.gradients(tf.reduce_sum(dropped), values)[0]))
    np.testing.assert_allclose(gradient, found / 3, rtol=1e-6)


def test_the_largest_seed_is_allowed() -> None:
    assert (drop(seed=2**31 - 1) == 0).mean() == pytest.approx(0.4, abs=0.02)


def replaced_ids(rate: float = 0.3, seed: int = 1, step: int = 0, vocabulary: Vocabulary = V, ids: np.ndarray = IDS):
    with Sessions().new_graph() as session:
        return session.run(drop_words(tf.constant(ids), vocabulary, rate, seed, tf.constant(step, tf.int64)))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_words_are_replaced_at_the_rate_and_nothing_else_is(rate: float) -> None:
    dropped = replaced_ids(rate)
    is_word = np.isin(IDS, WORDS)
    share = (dropped != IDS)[is_word].mean()
    assert share == pytest.approx(rate, abs=5 * np.sqrt(rate * (1 - rate) / is_word.sum()))
    np.testing.assert_array_equal(dropped[~is_word], IDS[~is_word])  # padding, <unk> and stems


def test_a_word_becomes_what_one_who_does_not_know_it_reads() -> None:
    for id in WORDS:
        stranger = Vocabulary([f"other{i}" if i == id else word for i, word in enumerate(V.words)])
        replaced = replaced_ids(0.9, ids=np.full([9, 9], id, "i"))
        assert set(np.unique(replaced)) == {id, stranger.id(V.words[id])}


def test_without_stems_it_becomes_the_unknown_word() -> None:
    ids = np.arange(len(graphs.WITHOUT_STEMS), dtype="i")[np.newaxis].repeat(50, 0)
    dropped = replaced_ids(vocabulary=graphs.WITHOUT_STEMS, ids=ids)
    assert set(np.unique(dropped[dropped != ids])) == {1}


def test_the_draws_are_fixed_by_seed_and_step() -> None:
    first = replaced_ids()
    np.testing.assert_array_equal(first, replaced_ids())
    for other in (replaced_ids(step=1), replaced_ids(seed=2)):
        both = ((other != IDS) & (first != IDS))[np.isin(IDS, WORDS)].mean()
        assert both == pytest.approx(0.3**2, abs=0.03)  # independent


def test_a_word_rate_of_zero_is_the_tensor_itself() -> None:
    with tf.Graph().as_default():
        ids = tf.constant(IDS)
        assert drop_words(ids, V, 0.0, 1, tf.constant(0)) is ids


def test_all_that_reads_words_learns_of_the_replaced_ones_alone() -> None:
    training = TrainConfig(dropout=0.0, word_dropout=0.999999)
    batch = graphs.batch([[2, 3, 6, 8], [9, 7]], [0, 1])
    with graphs.classifier(training, stems=True, direct_scores=True) as (model, session):
        tables = [model.embedding.table, model.wide.tables.words]
        before = session.run(tables)
        model.step(session, batch, "train")
        for old, new in zip(before, session.run(tables), strict=True):
            moved = set(np.flatnonzero((old != new).any(1)))
            assert moved == {1, V.id("dazzling"), V.id("actor…")}
