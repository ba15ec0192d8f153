"""Exchange of entities: against a slow loop over words, the same for a step and seed, and nothing else touched."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_textclf.preprocessing.entities.swapping import EntityGroups, EntitySwapper
from rnn_textclf.preprocessing.entities.word_lists import GROUPS, entity_words
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vocabulary import PAD, UNK, Vocabulary
from tests import graphs

OTHERS = ["film", "black", "straight", "4", "ten"]
VOCABULARY = Vocabulary(list(dict.fromkeys([PAD, UNK, *OTHERS, *entity_words(), "micha…"])))
IN_GROUPS = {word: (name, group) for name, group in GROUPS.items() for word in group.words}


def test_a_word_is_one_token_in_one_group() -> None:
    words = [word for group in GROUPS.values() for word in group.words]
    assert len(words) == len(set(words))
    assert [Tokenizer()(word) for word in entity_words()] == [[word] for word in entity_words()]
    also = {word for group in GROUPS.values() for word in group.also}
    assert also.isdisjoint(words)


@settings(max_examples=50)
@given(st.lists(st.lists(st.sampled_from(VOCABULARY.words[2:]), min_size=1, max_size=9), min_size=1, max_size=5))
def test_words_go_to_words_of_their_group_and_equal_ones_stay_equal(texts: list[list[str]]) -> None:
    batch = graphs.batch([VOCABULARY.encode(text) for text in texts], [0] * len(texts))
    swapped = EntitySwapper(EntityGroups(VOCABULARY), 1.0, seed=3)(batch, step=8)
    assert swapped.ids.dtype == np.int32
    assert swapped._replace(ids=batch.ids) == batch
    for text, ids in zip(texts, swapped.ids, strict=True):
        read = VOCABULARY.decode(ids[: len(text)].tolist())
        assert (ids[len(text) :] == 0).all()
        for before, after in zip(text, read, strict=True):
            if before in IN_GROUPS:
                _, group = IN_GROUPS[before]
                assert after in (*group.words, *group.also)
            else:
                assert after == before
        pairs = set(zip(text, read, strict=True))
        of_groups = [pair for pair in pairs if pair[0] in IN_GROUPS]
        assert len(of_groups) == len({before for before, _ in of_groups}) == len({after for _, after in of_groups})


def test_each_word_is_about_as_frequent_as_any_other_of_its_group() -> None:
    size = len(GROUPS["religions"].words) + len(GROUPS["religions"].also)
    batch = graphs.batch([VOCABULARY.encode(["muslim", "film"])] * 20_000, [0] * 20_000)
    swap = EntitySwapper(EntityGroups(VOCABULARY), 1.0, seed=1)
    counts = np.bincount(swap(batch, 0).ids[:, 0], minlength=len(VOCABULARY))
    assert np.count_nonzero(counts) == size
    assert counts[counts > 0].min() > 0.7 * 20_000 / size
    half = EntitySwapper(EntityGroups(VOCABULARY), 0.5, seed=1)(batch, 0).ids[:, 0]
    assert (half == batch.ids[:, 0]).mean() == pytest.approx(0.5 + 0.5 / size, abs=0.03)


def test_the_draw_depends_on_step_and_seed_alone() -> None:
    batch = graphs.batch([VOCABULARY.encode(["adam", "sandler", "in", "paris"])] * 20, [0] * 20)
    groups = EntityGroups(VOCABULARY)
    first = EntitySwapper(groups, 0.5, seed=1)(batch, 7).ids
    np.testing.assert_array_equal(first, EntitySwapper(groups, 0.5, seed=1)(batch, 7).ids)
    assert (first != EntitySwapper(groups, 0.5, seed=1)(batch, 8).ids).any()
    assert (first != EntitySwapper(groups, 0.5, seed=2)(batch, 7).ids).any()


def test_words_that_are_not_known_are_in_no_group() -> None:
    vocabulary = Vocabulary([PAD, UNK, "paris", "film", "london"])
    batch = graphs.batch([vocabulary.encode(["paris", "berlin", "film"])] * 50, [0] * 50)
    ids = EntitySwapper(EntityGroups(vocabulary), 1.0, seed=1)(batch, 0).ids
    assert set(ids[:, 0].tolist()) == {2, 4}
    assert (ids[:, 1:] == batch.ids[:, 1:]).all()


def test_rows_of_a_group_are_averaged() -> None:
    vocabulary = Vocabulary([PAD, UNK, "paris", "film", "london"])
    rows = EntityGroups(vocabulary).averaged(np.array([[0.0], [1.0], [2.0], [3.0], [6.0]]))
    assert rows[:, 0].tolist() == [0, 1, 4, 3, 4]
