"""Numbers of pairs: the same everywhere, in range, and seldom shared."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.config.model import PAIR_BUCKETS
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.bigrams import hashed_bigram
from rnn_textclf.runs.sessions import Sessions

ids = st.integers(0, 2**31 - 1)


@given(ids, ids)
def test_python_and_numpy_agree_and_stay_in_range(previous: int, current: int) -> None:
    number = hashed_bigram(previous, current)
    assert 1 <= number <= PAIR_BUCKETS
    assert hashed_bigram(np.int64(previous), np.int64(current)) == number
    assert number == 1 + (previous * 162_016 + current) % 262_147


def test_tensorflow_agrees_with_numpy() -> None:
    draw = np.random.default_rng(0)
    previous, current = (np.append(draw.integers(0, 2**31, 5000), [0, 2**31 - 1]) for _ in range(2))
    with Sessions().new_graph() as session:
        found = session.run(hashed_bigram(tf.constant(previous), tf.constant(current)))
    np.testing.assert_array_equal(found, hashed_bigram(previous, current))


def test_the_order_of_a_pair_counts() -> None:
    assert hashed_bigram(2, 3) != hashed_bigram(3, 2)


def taken(pairs: np.ndarray) -> float:
    """Different numbers of `pairs` `[2, N]`, in units of what throwing N balls into the buckets would take."""
    room = PAIR_BUCKETS
    by_chance = room * (1 - (1 - 1 / room) ** pairs.shape[1])
    return len(np.unique(hashed_bigram(*pairs.astype(np.int64)))) / by_chance


def test_pairs_share_numbers_no_more_often_than_by_chance() -> None:
    draw = np.random.default_rng(1)
    assert taken(np.unique(draw.integers(2, 20_000, [2, 40_000]), axis=1)) > 0.98
    assert taken(np.unique(np.minimum(draw.zipf(1.3, [2, 200_000]) + 1, 19_999), axis=1)) > 0.98


def test_pairs_of_frequent_words_share_numbers_less_than_by_chance() -> None:
    for count in (100, 200, 400):
        ids = np.arange(2, 2 + count)
        assert taken(np.array(np.meshgrid(ids, ids)).reshape(2, -1)) > 1.0


@given(ids, ids, st.integers(1, 10**6))
def test_any_number_of_buckets_is_filled(previous: int, current: int, buckets: int) -> None:
    assert 1 <= hashed_bigram(previous, current, buckets) <= buckets
    assert (hashed_bigram(previous + 1, current, buckets) != hashed_bigram(previous, current, buckets)) == (buckets > 1)
