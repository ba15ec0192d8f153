"""The wide part against a slow sum over words, stems and pairs; their state; what padding does."""

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnn_textclf.config.model import PAIR_BUCKETS
from rnn_textclf.models.layers.dropout import Dropout
from rnn_textclf.models.layers.wide import WideFeatures, WideState
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.bigrams import hashed_bigram
from rnn_textclf.runs.sessions import Sessions
from tests.graphs import WITH_STEMS

C = 3
# 0 is padding, 1 unknown, 12 to 14 stems that unknown words are read as.
IDS = np.array([[2, 3, 4, 13, 8, 5], [8, 9, 1, 5, 6, 0], [8, 0, 0, 0, 0, 0]], np.int32)
LENGTHS = np.array([6, 5, 1], np.int32)


class Built(NamedTuple):
    wide: WideFeatures
    ids: Any
    lengths: Any
    state: WideState
    totals: Any
    after: WideState
    session: Any

    def read(self, ids: np.ndarray, state: WideState | None = None) -> np.ndarray:
        """The totals `[B, T, C]`."""
        return self.session.run(self.totals, self.feed(ids, state)).transpose(1, 0, 2)

    def feed(self, ids: np.ndarray, state: WideState | None = None) -> dict[Any, np.ndarray]:
        feed = {self.ids: ids, self.lengths: (ids > 0).sum(1)}
        return feed if state is None else {**feed, **dict(zip(self.state, state, strict=True))}


@pytest.fixture(scope="module")
def values() -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(3)
    shapes = ([len(WITH_STEMS), C], [PAIR_BUCKETS + 1, C])
    words, pairs = (draw.normal(size=shape).astype("f") for shape in shapes)
    return words, pairs


@pytest.fixture(scope="module")
def built(values: tuple[np.ndarray, np.ndarray]) -> Iterator[Built]:
    with Sessions().new_graph() as session:
        wide = WideFeatures(WITH_STEMS, C, tf.constant(WITH_STEMS.stem_ids))
        ids, lengths = tf.placeholder(tf.int32, [None, None]), tf.placeholder(tf.int32, [None])
        zeros = wide.zero_state(tf.shape(ids)[0])
        state = WideState(*(tf.placeholder_with_default(part, part.shape) for part in zeros))
        session.run(tf.global_variables_initializer())
        for table, first in zip(wide.tables, values, strict=True):
            table.load(first, session)
        yield Built(
            wide,
            ids,
            lengths,
            state,
            wide(ids, state),
            wide.final_state(wide(ids, state), ids, lengths),
            session,
        )


def slow_totals(values: tuple[np.ndarray, np.ndarray], sentence: list[int]) -> np.ndarray:
    words, pairs = (table.astype(float) for table in values)
    names = WITH_STEMS.words
    total, totals = np.zeros(C), []
    for t, id in enumerate(sentence):
        total = total + words[id]
        stem = names[id][:5] + "…"
        if id > 1 and len(names[id]) >= 5 and not names[id].endswith("…") and stem in names:
            total = total + words[names.index(stem)]
        if t and all(1 < i < WITH_STEMS.num_words for i in sentence[t - 1 : t + 1]):
            total = total + pairs[hashed_bigram(sentence[t - 1], id)]
        totals.append(total)
    return np.array(totals)


def test_totals_equal_a_slow_sum(built: Built, values: tuple[np.ndarray, np.ndarray]) -> None:
    found = built.read(IDS)
    for row, ids, length in zip(found, IDS, LENGTHS, strict=True):
        np.testing.assert_allclose(row[:length], slow_totals(values, ids[:length].tolist()), atol=1e-5)


def test_padding_adds_nothing(built: Built) -> None:
    found = built.read(np.pad(IDS, [(0, 0), (0, 3)]))
    for row, length in zip(found, LENGTHS, strict=True):
        np.testing.assert_array_equal(row[length:], np.broadcast_to(row[length - 1], row[length:].shape))
    np.testing.assert_array_equal(found[:, :6], built.read(IDS))


def test_dropped_scores_are_left_out_of_all_totals_after_them(values: tuple[np.ndarray, np.ndarray]) -> None:
    """Each difference between totals is a sum of some of the word's, its stem's and its bigram's scores, doubled."""
    kinds: set[tuple[int, ...]] = set()
    with Sessions().new_graph() as session:
        wide = WideFeatures(WITH_STEMS, C, tf.constant(WITH_STEMS.stem_ids))
        ids = np.tile(np.array([[2, 3]], np.int32), [200, 1])
        state = WideState(tf.zeros([200, C]), tf.zeros([200], tf.int32))
        totals = wide(tf.constant(ids), state, Dropout(0.5, 1, tf.constant(0)))
        session.run(tf.global_variables_initializer())
        for table, first in zip(wide.tables, values, strict=True):
            table.load(first, session)
        first_total, second_total = session.run(totals)
    words, pairs = values
    parts = np.stack([words[3], words[WITH_STEMS.stem_ids[3]], pairs[hashed_bigram(2, 3)]])
    choices = list(itertools.product([0, 1], repeat=3))
    for difference in second_total - first_total:
        (kept,) = [each for each in choices if np.allclose(2 * np.array(each) @ parts, difference, atol=1e-4)]
        kinds.add(kept)
    assert kinds == set(choices)


def test_later_words_change_nothing_before_them(built: Built) -> None:
    other = IDS.copy()
    other[:, 4:] = 10
    np.testing.assert_array_equal(built.read(other)[:, :4], built.read(IDS)[:, :4])
    assert not np.allclose(built.read(other)[:, 4:], built.read(IDS)[:, 4:])


@pytest.mark.parametrize("cut", range(1, 6))
def test_two_parts_equal_the_whole(built: Built, cut: int) -> None:
    sentence = IDS[:1]
    state = built.session.run(built.after, built.feed(sentence[:, :cut]))
    assert state.last_word.tolist() == [sentence[0, cut - 1]]
    np.testing.assert_allclose(built.read(sentence[:, cut:], state), built.read(sentence)[:, cut:], atol=1e-6)
    end = built.session.run(built.after, built.feed(sentence[:, cut:], state))
    whole = built.session.run(built.after, built.feed(sentence))
    np.testing.assert_allclose(end.total, whole.total, atol=1e-6)
    assert end.last_word.tolist() == whole.last_word.tolist()


def test_the_state_is_that_of_each_sentences_own_end(built: Built) -> None:
    state = built.session.run(built.after, built.feed(IDS))
    assert state.last_word.tolist() == [5, 6, 8]
    totals = built.read(IDS)
    np.testing.assert_array_equal(state.total, totals[np.arange(3), LENGTHS - 1])


def test_gradients_touch_each_row_once_and_padding_not_at_all(built: Built) -> None:
    with built.session.graph.as_default():
        loss = tf.reduce_sum(built.totals)
        words, pairs = built.session.run(tf.gradients(loss, list(built.wide.tables)), built.feed(IDS))
    for gradient in (words, pairs):
        indices = gradient.indices.tolist()
        assert len(set(indices)) == len(indices)
        if 0 in indices:
            assert not gradient.values[indices.index(0)].any()
    assert {i for i in words.indices.tolist() if i} == set(IDS[IDS > 0].tolist()) | {12, 13}
