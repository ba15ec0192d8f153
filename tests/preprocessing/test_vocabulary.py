from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.vocabulary import PAD_ID, UNK_ID, Vocabulary

WORDS = ["<pad>", "<unk>", "good", "bad", "café"]


def test_ids_are_places():
    vocabulary = Vocabulary(WORDS)
    assert (PAD_ID, UNK_ID, len(vocabulary)) == (0, 1, 5)
    assert vocabulary.encode(["bad", "what", "café"]) == [3, UNK_ID, 4]
    assert vocabulary.encode([]) == [UNK_ID]
    assert vocabulary.decode([4, 0, 2]) == ["café", "<pad>", "good"]
    assert "good" in vocabulary
    assert "what" not in vocabulary


def test_line_number_is_id(tmp_path):
    path = tmp_path / "run" / "vocab.txt"
    Vocabulary(WORDS).save(path)
    assert path.read_bytes().decode("utf-8").split("\n") == [*WORDS, ""]
    assert Vocabulary.load(path).words == WORDS
    assert [file.name for file in path.parent.iterdir()] == ["vocab.txt"]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", ": empty"),
        (b"<unk>\n<pad>\n", ":1:"),
        (b"<pad>\n", ":2:"),
        (b"<pad>\n<unk>\na\nb\na\n", ":5:"),
        (b"<pad>\n<unk>\na\n\nb\n", ":4:"),
        (b"<pad>\n<unk>\na\n\xff\n", ":4:"),
        (b"<pad>\r\n<unk>\r\n", ":1:"),
    ],
)
def test_damaged_files_are_refused_by_line(tmp_path, data, line):
    path = tmp_path / "vocab.txt"
    path.write_bytes(data)
    with pytest.raises(UserError) as error:
        Vocabulary.load(path)
    assert f"{path}{line}" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"vocab\.txt"):
        Vocabulary.load(tmp_path / "vocab.txt")


@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(0, 4)),
    st.integers(2, 12),
    st.integers(0, 3),
)
def test_most_frequent_words_first_and_ties_by_word(counts, max_size, min_count):
    words = list(counts)
    vocabulary = Vocabulary.from_counts(words, np.array([counts[w] for w in words], int), max_size, min_count)
    eligible = [word for word in sorted(counts) if counts[word] >= max(min_count, 1)]
    expected = [word for word, _ in Counter({word: counts[word] for word in eligible}).most_common()]
    assert vocabulary.words == ["<pad>", "<unk>", *expected[: max_size - 2]]


def test_reserved_and_endless_words_are_not_learned():
    vocabulary = Vocabulary.from_counts(["<unk>", "x" * 1000, "a"], np.array([9, 9, 1]), 3)
    assert vocabulary.words == ["<pad>", "<unk>", "a"]


def test_symbols_have_no_stem():
    vocabulary = Vocabulary.from_counts(["<number>", "<unk>", "number"], np.array([9, 9, 9]), 9, stems=True)
    assert vocabulary.words == ["<pad>", "<unk>", "<number>", "number", "numbe…"]
    assert vocabulary.stem_ids.tolist() == [0, 0, 0, 4, 0]


def test_a_word_that_is_not_known_is_read_as_its_stem_or_as_unknown():
    vocabulary = Vocabulary(["<pad>", "<unk>", "number", "good", "lonely", "numbe…", "numbs…"])
    assert vocabulary.unknown_ids.tolist() == [PAD_ID, UNK_ID, 5, UNK_ID, UNK_ID, 5, 6]


def test_more_words_stand_between_the_ranked_ones_and_the_stems():
    more = ["film", "dazzling", "<unk>", "new", "x" * 201, "new"]
    vocabulary = Vocabulary.from_counts(["dazzles", "film", "rare"], np.array([3, 2, 1]), 4, 2, True, more)
    assert vocabulary.words == ["<pad>", "<unk>", "dazzles", "film", "dazzling", "new", "dazzl…"]
    assert vocabulary.knows("new")
    assert vocabulary.stem_ids[vocabulary.id("dazzling")] == vocabulary.id("dazzl…")
