"""The words of the graph against those of `Tokenizer` and `TextEncoder`."""

import random
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_textclf.models.raw_text import text_ops
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.text_encoder import TextEncoder
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.sessions import Sessions

Read = Callable[[list[str]], list[list[str]]]

SPECIAL = "👍🏽🏿\u200d❤\ufe0f🔥🇩🇪一々かﾞカ\u3099ーก\u0e33\u0e34\u0e40\u0eb3ក\u17d2ကျ१\u0301a'！，"
PIECES = "abnstvedlrNT'`’,!?(). \t\n-\"é\u0301\u093f\u0915\u200d\u200c\u00ad🙂0½Σ\u0085_²Ⅷ"
texts = (
    st.text(st.sampled_from(PIECES))
    | st.text(st.sampled_from(SPECIAL))
    | st.text(st.characters(exclude_categories=["Cs"]))
)
ASSIGNED = [
    chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs")
]


@pytest.fixture(scope="module", params=[1, 2])
def version(request: pytest.FixtureRequest) -> int:
    """Of the tokenizer."""
    return request.param


@pytest.fixture(scope="module")
def read(version: int) -> Iterator[Read]:
    """The words of some texts, in the graph."""
    with Sessions().new_graph() as session:
        given_texts = tf.placeholder(tf.string, [None])
        words = text_ops.tokenize(given_texts, 1 << 20, version)
        run = session.make_callable([words.flat_values, words.row_lengths()], [given_texts])

        def read_texts(batch: list[str]) -> list[list[str]]:
            flat, lengths = run([text.encode("utf-8", "surrogatepass") for text in batch])
            rest = (word.decode() for word in flat)
            return [[next(rest) for _ in range(length)] for length in lengths]

        yield read_texts


def expected(batch: list[str], version: int) -> list[list[str]]:
    tokenizer = Tokenizer(version=version)
    return [tokenizer(text) for text in batch]


@settings(max_examples=200)
@given(st.lists(texts, max_size=5))
def test_any_texts(read, version, batch):
    assert read(batch) == expected(batch, version)


def test_every_assigned_character(read, version):
    for frame in ("{}", "n{}'t {}x{}\u200c{}b"):
        batch = [
            " ".join(frame.replace("{}", c) for c in ASSIGNED[i : i + 1000]) for i in range(0, len(ASSIGNED), 1000)
        ]
        assert read(batch) == expected(batch, version)


@pytest.mark.slow
@pytest.mark.parametrize("frame", ["{}", "A{}Σ b", "e\u0301{}x\u0323", "'{}'s n{}'t", "\u0301{}\u200c{}"])
def test_every_code_point(read, version, frame):
    for first in range(0, sys.maxunicode + 1, 1 << 15):
        batch = [frame.replace("{}", chr(code)) for code in range(first, first + (1 << 15))]
        assert read(batch) == expected(batch, version)


@pytest.mark.slow
def test_every_assigned_character_between_others(read, version):
    draw = random.Random(0)
    marks = [character for character in ASSIGNED if unicodedata.category(character)[0] == "M"]
    others = [*marks, *(PIECES * 50), *(SPECIAL * 50)]
    batch = [draw.choice(others) + character + draw.choice(others) for character in ASSIGNED for _ in range(3)]
    assert read(batch) == expected(batch, version)


@pytest.mark.parametrize(
    "text",
    [
        "It's a café, señor! (ISN'T it?) I'D've 'll n't can''t 'tis",
        "cafe\u0301 ΑΣ ΣΑΣ' ΑΣ\u0301 İstanbul STRASSE ﬁn ǅ",
        "हिन्दी में می\u200cخواهم ❤\ufe0f co\u00adoperate a\u200d b\u200c\u200cc",
        "\u1fef\u037e\u212a\u2126 각 \u1100\u1161\u11a8 \u0344\u0958",
        "\ufeffbom \ud83d lone \0 nul",
        "\x1c\x85\u2028\u3000",
        "👍🏽👍 👩\u200d👩\u200d👧🏽 ❤\ufe0f\u200d🔥 🏿 a\u200d👍 🇩🇪🇫🇷🇩 1\ufe0f\u20e3",
        "这个产品很好！不推荐，（真的）カ\u3099ードabc中文isn't",
        "ร้านนี้น้ำดีมาก\u0e33 ນ້ຳ ភាសាខ្មែរ မြန်မာ \u0e34ก",
    ],
)
def test_examples(read, version, text):
    assert read([text, "", text]) == expected([text, "", text], version)


def test_no_texts_and_texts_without_words(read):
    assert read([]) == []
    assert read(["", " . "]) == [[], []]


def test_a_very_long_text_is_cut_like_the_tokenizer_cuts_it():
    with Sessions().new_graph() as session:
        words = session.run(text_ops.tokenize(tf.constant(["é a " * 10, "x"]), max_characters=9))
    assert [word.decode() for word in words.to_list()[0]] == ["é", "a", "é", "a", "é"]


def test_bytes_that_are_not_utf_8_are_spaces():
    with Sessions().new_graph() as session:
        words = session.run(text_ops.tokenize(tf.constant([b"good\xff\xfefilm \xc3"]), max_characters=100))
    assert words.to_list() == [[b"good", b"film"]]


def test_sentences_have_the_ids_of_the_text_encoder(tmp_path: Path) -> None:
    vocabulary = Vocabulary(["<pad>", "<unk>", "it", "'s", "café", "!", "ας", "cafés", "cafés…", "हिन्द…", "stems…"])
    vocabulary.save(tmp_path / "vocab.txt")
    encoder = TextEncoder(vocabulary, Tokenizer(), max_length=4)
    batch = [
        "It’s a CAFE\u0301!",
        "",
        "ΑΣ",
        "it it it it it",
        "pad unk <pad> <unk>",
        "--",
        "CAFÉSE cafés हिन्दी stem",
    ]
    with Sessions().new_graph() as session:
        table = text_ops.WordTables(text_ops.vocabulary_table(str(tmp_path / "vocab.txt")))
        tensors = text_ops.read_sentences(tf.constant(batch), table, max_length=4, max_characters=100)
        nothing = text_ops.read_sentences(tf.constant([], tf.string), table, max_length=4, max_characters=100)
        session.run(tf.tables_initializer())
        found, none = session.run([tensors, nothing])
    for text, words, ids, length in zip(batch, found.words, found.ids, found.lengths, strict=True):
        assert ids.tolist() == encoder.ids(text) + [0] * (4 - length)
        assert [word.decode() for word in words[:length]] == (encoder.words(text) or ["<unk>"])
        assert not any(words[length:])
    assert none.ids.shape == none.words.shape == (0, 1)
