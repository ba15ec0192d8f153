import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.preprocessing import characters, tokens
from rnn_textclf.preprocessing.tokens import Tokenizer, clean, tokenize

NASTY = st.text(st.sampled_from("abnstvedlrNT'`’,!?(). \t\n-\"é\u0301\u093f\u0915\u200d\u00ad🙂0½Σ\u0085")) | st.text()


def one_substitution_after_another(text: str) -> str:
    """The published cleaning, written again for ASCII and without its backslashes."""
    text = re.sub(r"[^A-Za-z0-9(),!?'`]", " ", text)
    for clitic in ("'s", "'ve", "n't", "'re", "'d", "'ll"):
        text = re.sub(clitic, " " + clitic, text)
    for mark in (r",", r"!", r"\(", r"\)", r"\?"):
        text = re.sub(f"({mark})", r" \1 ", text)
    return re.sub(r"\s+", " ", text).strip().lower()


@given(st.text(st.sampled_from("abnstvedlr'`,!?(). \t\n-\"0_\\<>")) | st.text(st.characters(max_codepoint=127)))
def test_ascii_is_cleaned_as_by_one_substitution_after_another(text):
    assert clean(text.lower()) == one_substitution_after_another(text.lower())


@given(NASTY, NASTY, st.sampled_from([" ", "\n", "\u3000", "\x1c"]))
def test_cleaning_never_looks_across_white_space(left, right, space):
    assert tokenize(left + space + right) == tokenize(left) + tokenize(right)


@given(NASTY)
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


@given(NASTY)
def test_words_of_version_1_hold_only_what_is_kept(text):
    for word in Tokenizer(version=1)(text):
        assert word
        assert unicodedata.is_normalized("NFC", word)
        for character in word:
            kept = character.isalnum() or unicodedata.category(character)[0] == "M"
            assert kept or character in "(),!?'`\u200c\u200d"


@given(st.text(st.sampled_from("aeioncß Σσ'’!") | st.sampled_from("\u0301\u0308\u0327\u0303"), max_size=20))
def test_composed_and_decomposed_text_give_the_same_words(text):
    assert tokenize(unicodedata.normalize("NFD", text)) == tokenize(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's a café, señor!", "it 's a café , señor !"),
        ("ISN'T it? I'D've", "is n't it ? i 'd 've"),
        ("he’s don’t", "he 's do n't"),
        ("cafe\u0301", "café"),
        ("हिन्दी में", "हिन्दी में"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("❤\ufe0f good", "❤ good"),
        ("Bad!👎🏽👎👍🏽👍🏿 👩\u200d👩\u200d👧 👩\u200d 🏿x", "bad ! 👎🏽 👎 👍🏽 👍🏿 👩\u200d👩\u200d👧 👩 🏿 x"),
        ("❤\ufe0f\u200d🔥❤🇩🇪🇫🇷🇩 ©1\ufe0f\u20e3", "❤\u200d🔥 ❤ 🇩🇪 🇫🇷 🇩 1\u20e3"),
        ("这个iPhone很好！（不）", "这 个 iphone 很 好 ! ( 不 )"),
        ("日本語のテスト。カ\u3099", "日 本 語 の テ ス ト ガ"),
        ("น้ำดีมาก", "น้ำ ดี ม า ก"),
        ("ខ្មែរ မြန်မာ ຂອບ", "ខ្ មែ រ မြ န် မာ ຂ อ ບ".replace("อ", "ອ")),
        ("한국어 テ'sก's", "한국어 テ 's ก 's"),
        ("co\u00adoperate", "cooperate"),
        ("snake_case a-b 1.5", "snake case a b 1 5"),
        ("(what)?!", "( what ) ? !"),
        ("", ""),
        ("... -- …", ""),
        ("\ud83d lone", "lone"),
    ],
)
def test_examples(text, words):
    assert clean(text) == words


def test_every_mark_is_among_those_looked_at():
    marks = {code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code))[0] == "M"}
    assert marks <= set(range(0x300, 0x20000)) | set(range(0xE0100, 0xE01F0))


def test_a_limit_cuts_and_very_long_texts_are_not_read_whole():
    assert Tokenizer()("a b c d", 2) == ["a", "b"]
    assert Tokenizer()("a," * 30_000_000, 5) == ["a", ",", "a", ",", "a"]


def test_the_memory_of_words_is_bounded():
    for number in range(70_000):
        tokenize(f"w{number}")
    cache = tokens._CACHES[2, False]
    assert len(cache) <= 1 << 16
    tokenize("x" * 1000)
    assert "x" * 1000 not in cache


@given(NASTY)
def test_version_2_changes_only_what_it_says(text):
    """Without the characters that it is about, both versions read the same."""
    plain = re.sub(f"[{characters.EMOJI}{characters.REGIONAL}{characters.UNSPACED}\ufe0e\ufe0f]", " ", text)
    plain = plain.translate(dict.fromkeys(map(ord, characters.REPLACED[2].keys() - characters.REPLACED[1].keys())))
    assert Tokenizer(version=2)(plain) == Tokenizer(version=1)(plain)


@pytest.mark.parametrize(
    ("text", "words"),
    [("❤\ufe0f good 👍", "good"), ("这个很好！", "这个很好"), ("น้ำดี", "น้ำดี"), ("a\ufe0fb", "a\ufe0fb")],
)
def test_version_1_reads_as_it_always_did(text, words):
    assert " ".join(Tokenizer(version=1)(text)) == words
