"""One more word is one more step; what was read before is not read again; memory is bounded."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.inference.serving.prefix_cache import PrefixCache
from tests.inference.serving.fake_model import FakeModel, chances, vote

SENTENCE = ["it", "was", "the", "worst", "movie", "i", "have", "ever", "seen"]
_WORDS = st.lists(st.sampled_from(["a", "bc", "def", "ghij"]), max_size=8)


def expected(words: list[str]) -> list[np.ndarray]:
    return [chances(sum(map(vote, words[: count + 1]))) for count in range(len(words))]


def test_one_more_word_costs_one_step() -> None:
    model = FakeModel()
    cache = PrefixCache(model.read_on)
    for count in range(1, len(SENTENCE) + 1):
        cache.read(SENTENCE[:count])
    assert model.reads == SENTENCE
    assert cache.steps == len(SENTENCE)


def test_a_change_in_the_middle_is_read_on_from_there() -> None:
    model = FakeModel()
    cache = PrefixCache(model.read_on)
    cache.read(SENTENCE)
    model.reads.clear()
    cache.read([*SENTENCE[:3], "best", *SENTENCE[4:]])
    assert model.reads == ["best", *SENTENCE[4:]]


@given(sentences=st.lists(_WORDS, max_size=12), capacity=st.integers(0, 8000))
def test_answers_are_those_of_reading_anew_however_little_is_kept(sentences: list[list[str]], capacity: int) -> None:
    cache = PrefixCache(FakeModel().read_on, capacity)
    for words in sentences:
        np.testing.assert_array_equal(cache.read(words), expected(words))
        assert cache.num_bytes <= capacity or len(cache) == 1


def test_what_was_used_last_stays() -> None:
    model = FakeModel()
    cache = PrefixCache(model.read_on, capacity=4000)
    for number in range(200):
        cache.read(["kept", f"new{number}"])
    assert model.reads.count("kept") == 1
    assert len(cache) < 10


def test_states_of_several_runs_and_lists_of_words_count_too() -> None:
    def read_on(text: str, state: object) -> tuple[np.ndarray, object, bool]:
        return np.zeros(2), [[np.zeros(10_000), np.zeros(10_000)], [1, 2, 3]], True

    cache = PrefixCache(read_on, capacity=1 << 20)
    cache.read([str(number) for number in range(100)])
    assert 160_000 * len(cache) <= cache.num_bytes <= 1 << 20
