"""Word dropout: how often, into what, and never padding; the recurrent net and the direct scores see the same."""

import numpy as np
import pytest

from rnn_textclf.config import TrainConfig
from rnn_textclf.models.tf1 import tf
from rnn_textclf.models.training.word_dropout import drop_words
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from tests import graphs

V = graphs.WITH_STEMS
WORDS = range(2, V.num_words)
IDS = np.random.default_rng(0).integers(0, len(V), size=[60, 50]).astype("i")


def drop(rate: float = 0.3, seed: int = 1, step: int = 0, vocabulary: Vocabulary = V, ids: np.ndarray = IDS):
    with tf.Graph().as_default(), tf.Session() as session:
        return session.run(drop_words(tf.constant(ids), vocabulary, rate, seed, tf.constant(step, tf.int64)))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_words_are_replaced_at_the_rate_and_nothing_else_is(rate: float) -> None:
    dropped = drop(rate)
    is_word = np.isin(IDS, WORDS)
    share = (dropped != IDS)[is_word].mean()
    assert share == pytest.approx(rate, abs=5 * np.sqrt(rate * (1 - rate) / is_word.sum()))
    np.testing.assert_array_equal(dropped[~is_word], IDS[~is_word])  # padding, <unk> and stems


def test_a_word_becomes_what_one_who_does_not_know_it_reads() -> None:
    for id in WORDS:
        stranger = Vocabulary([f"other{i}" if i == id else word for i, word in enumerate(V.words)])
        replaced = drop(0.9, ids=np.full([9, 9], id, "i"))
        assert set(np.unique(replaced)) == {id, stranger.id(V.words[id])}


def test_without_stems_it_becomes_the_unknown_word() -> None:
    ids = np.arange(len(graphs.WITHOUT_STEMS), dtype="i")[np.newaxis].repeat(50, 0)
    dropped = drop(vocabulary=graphs.WITHOUT_STEMS, ids=ids)
    assert set(np.unique(dropped[dropped != ids])) == {1}


def test_the_draws_are_fixed_by_seed_and_step() -> None:
    first = drop()
    np.testing.assert_array_equal(first, drop())
    for other in (drop(step=1), drop(seed=2)):
        both = ((other != IDS) & (first != IDS))[np.isin(IDS, WORDS)].mean()
        assert both == pytest.approx(0.3**2, abs=0.03)  # independent


def test_a_rate_of_zero_is_the_tensor_itself() -> None:
    with tf.Graph().as_default():
        ids = tf.constant(IDS)
        assert drop_words(ids, V, 0.0, 1, tf.constant(0)) is ids


def test_all_that_reads_words_learns_of_the_replaced_ones_alone() -> None:
    training = TrainConfig(dropout=0.0, word_dropout=0.999999)
    batch = graphs.batch([[2, 3, 6, 8], [9, 7]], [0, 1])
    with graphs.classifier(training, stems=True, direct_scores=True) as (model, session):
        tables = [model.embedding.table, model.direct.tables.words]
        before = session.run(tables)
        model.step(session, batch, "train")
        for old, new in zip(before, session.run(tables), strict=True):
            moved = set(np.flatnonzero((old != new).any(1)))
            assert moved == {1, V.id("dazzling"), V.id("actor…")}
