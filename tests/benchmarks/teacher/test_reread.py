"""A copy that reads by today's lists: which words keep their ids."""

from rnn_textclf.preprocessing.entities.aliases import NAME
from rnn_textclf.preprocessing.vocabulary import PAD, UNK, Vocabulary
from tests.benchmarks.teacher.reread import reread


def test_listed_words_become_names_and_all_but_the_last_words_keep_their_ids() -> None:
    before = Vocabulary([PAD, UNK, NAME, "good", "norwegian", "film", "peru", "dull", "cast", "norwe…"], {"qwyx": NAME})
    after = reread(before)
    assert after.words == [PAD, UNK, NAME, "good", "dull", "film", "cast", "norwe…"]
    assert {after.id(word) for word in ("norwegian", "peru", "qwyx", "emma", "zzzz")} == {2}
    assert after.id("flim") == after.id("film") == before.id("film")


def test_a_listed_last_word_goes_too() -> None:
    assert reread(Vocabulary([PAD, UNK, NAME, "peru", "film", "norwegian"])).words == [PAD, UNK, NAME, "film"]
