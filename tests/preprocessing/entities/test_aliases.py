"""Masked entities: which words are read alike, what is written of them, and what a damaged file says."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.config import DataConfig
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.entities.aliases import (
    NAME,
    ORIENTATION,
    entity_aliases,
    listed_aliases,
    load_aliases,
    save_aliases,
)
from rnn_textclf.preprocessing.entities.capitals import capitalised_words
from rnn_textclf.preprocessing.vocabulary import PAD, UNK, Vocabulary

ENTRIES = [PAD, UNK, NAME, ORIENTATION, "a", "film", "films…"]
LISTED = listed_aliases()
NAMES = sorted(word for word, symbol in LISTED.items() if symbol == NAME and word != UNK)

TEXT = """\
Peru is far. We saw Quito and Lima in Peru, and Quito's hills. THE END of QUITO.
The Great Escape was great, and Lima said so. We met Ann O'Hara and (Zoltan), then "Zoltan" again.
great films of Lima are great; It is I. They like Spider-Man and Spider-Man.
"""


@given(st.lists(st.sampled_from(["film", "a", "films", "unheard"]), max_size=5), st.data())
def test_sentences_with_other_names_have_the_same_ids(rest: list[str], data: st.DataObject) -> None:
    vocabulary = Vocabulary(ENTRIES, LISTED)
    place = data.draw(st.integers(0, len(rest)))
    one, other = (data.draw(st.sampled_from([*NAMES, "unlisted"])) for _ in range(2))
    read = [vocabulary.encode([*rest[:place], name, *rest[place:]]) for name in (one, other)]
    assert read[0] == read[1]
    assert read[0][place] == vocabulary.entry_id(NAME)


def test_kinds() -> None:
    kinds = {"adam": NAME, "paris": NAME, "muslim": NAME, "asian": NAME, "black": NAME, "gay": ORIENTATION}
    kinds |= {"straight": ORIENTATION, "an": "a", UNK: NAME}
    assert {word: LISTED[word] for word in kinds} == kinds
    assert not {"mark", "hope", "will", "rose", "native", "orthodox", "12", "1999", "twenty"} & LISTED.keys()


def test_names_are_written_with_a_capital_inside_sentences(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert capitalised_words(unlabelled_texts(path=path)) == ["lima", "man", "quito", "spider", "zoltan"]
    aliases = entity_aliases(DataConfig(mask_entities=True, unlabelled_file=str(path)))
    assert aliases["quito"] == NAME
    assert aliases.keys() == LISTED.keys() | {"lima", "man", "quito", "spider", "zoltan"}
    assert entity_aliases(DataConfig(mask_entities=True)) == LISTED
    assert entity_aliases(DataConfig(unlabelled_file=str(path))) == {}


def test_aliases_are_counted_to_their_entries_and_leave_no_stems() -> None:
    words = ["film", "london", "londoner", "an", "a", "unheard"]
    counts = np.array([3, 2, 2, 1, 1, 1])
    vocabulary = Vocabulary.from_counts(words, counts, 6, 1, True, ["paris", "plot"], LISTED)
    assert vocabulary.words == [PAD, UNK, NAME, ORIENTATION, "film", "a", "plot", "londo…"]
    assert vocabulary.encode(["london", "londoner", "an", "plots", "gay"]) == [2, 7, 5, 2, 3]
    assert vocabulary.knows("london")
    assert not vocabulary.knows("londoner")
    assert not vocabulary.knows("plots")
    assert vocabulary.unknown_ids[vocabulary.entry_id("film")] == vocabulary.entry_id(NAME)


def test_vocabularies_that_follow_or_are_cut_keep_their_aliases() -> None:
    vocabulary = Vocabulary(ENTRIES, LISTED)
    longer = vocabulary.followed_by(Vocabulary([PAD, UNK, "london", "plot"]))
    assert longer.words == [PAD, UNK, NAME, ORIENTATION, "a", "film", "plot", "films…"]
    assert longer.aliases == vocabulary.aliases
    shortest = longer.first(1)
    assert shortest.words == [PAD, UNK, NAME, ORIENTATION]
    assert shortest.aliases == {word: symbol for word, symbol in LISTED.items() if symbol != "a"}


def test_an_alias_of_a_known_word_is_refused() -> None:
    with pytest.raises(ValueError, match="alias"):
        Vocabulary(ENTRIES, {"film": NAME})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    save_aliases(LISTED, tmp_path / "entities.txt")
    assert load_aliases(tmp_path / "entities.txt", ENTRIES) == LISTED


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"", "entities.txt: empty"),
        (b"adam\t<name>\nadam\t<orientation>\n", "entities.txt:2: 'adam' is known already"),
        (b"film\t<name>\n", "entities.txt:1: 'film' is known already"),
        (b"adam\t<person>\n", "entities.txt:1: '<person>' is not in the vocabulary"),
        (b"adam\t<name>\n\nbob\t<name>\n", "entities.txt:2: expected a word, a tab and a symbol"),
        (b"adam\n", "entities.txt:1: expected a word"),
        (b"\t<name>\n", "entities.txt:1: expected a word"),
        (b"adam bob\t<name>\n", "entities.txt:1: expected a word"),
        (b"adam\t<name>\t<name>\n", "entities.txt:1: has a control character"),
        (b"ad\x1b[2Jam\t<name>\n", "entities.txt:1: has a control character"),
        (b"adam\t<name>\r\n", "entities.txt:1: has a control character"),
        (b"adam\t<name>\n\xff\t<name>\n", "entities.txt:2: not UTF-8"),
    ],
)
def test_damaged_files_are_refused_by_line(tmp_path: Path, text: bytes, complaint: str) -> None:
    path = tmp_path / "entities.txt"
    path.write_bytes(text)
    with pytest.raises(UserError) as error:
        load_aliases(path, ENTRIES)
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)
    assert "\x1b" not in str(error.value)
