"""Lower case and NFC of the graph against Python's, over all of Unicode and over drawn text."""

import itertools
import random
import sys
import unicodedata
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnn_textclf.models.raw_text.normal_form import Characters, lower_and_compose
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Sessions

ASSIGNED = [
    chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs")
]
MARKS = [character for character in ASSIGNED if unicodedata.category(character)[0] == "M"]
MADE_OF_PARTS = [character for character in ASSIGNED if unicodedata.decomposition(character)]
JAMO = [chr(code) for code in range(0x1100, 0x1200)] + list("가각개")

composing = st.sampled_from("aeoinsAΣσςİıéſ'’`\u00ad ") | st.sampled_from(MARKS) | st.sampled_from(MADE_OF_PARTS + JAMO)
texts = st.text(composing, max_size=40) | st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture(scope="module")
def normalize() -> Iterator[Callable[[str], str]]:
    with Sessions().new_graph() as session:
        codes = tf.placeholder(tf.int32, [None])
        result = lower_and_compose(Characters(codes, tf.zeros_like(codes, tf.int64)), version=1).codes
        run = session.make_callable(result, [codes])
        yield lambda text: "".join(map(chr, run([ord(character) for character in f" {text} "])))[1:-1]


def expected(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("’", "'").replace("\u00ad", "").lower())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts)
def test_any_text(normalize, text):
    assert normalize(text) == expected(text)


@pytest.mark.parametrize("frame", ["{}", "AΣ{}Σ{}aΣ", "a\u0323{}\u0301\u0327e"])
def test_every_assigned_character(normalize, frame):
    text = " ".join(frame.replace("{}", character) for character in ASSIGNED)
    assert normalize(text) == expected(text)


def test_pairs_of_what_composes_and_a_mark(normalize):
    draw = random.Random(0)
    for firsts, seconds, number in ((MADE_OF_PARTS, MARKS, 5), (MARKS, MARKS, 20), (JAMO, JAMO, len(JAMO))):
        pairs = (first + second for first in firsts for second in draw.sample(seconds, number))
        text = " ".join(f"{pair} o{pair}\u0302" for pair in pairs)
        assert normalize(text) == expected(text)


@pytest.mark.slow
def test_every_pair_of_marks_that_composes_or_has_a_class(normalize):
    marks = [mark for mark in MARKS if unicodedata.combining(mark)]
    for first in marks:
        text = " ".join(f"a{first}{second}\u0301" for second in marks)
        assert normalize(text) == expected(text)


@pytest.mark.slow
def test_long_random_texts(normalize):
    draw = random.Random(1)
    pool = [*MARKS, *MADE_OF_PARTS, *JAMO, *("aeoinsAΣσςİıéſ'’`\u00ad " * 100)]
    for _ in range(50):
        text = "".join(draw.choices(pool, k=50_000))
        assert normalize(text) == expected(text)


def test_a_long_run_of_marks_takes_no_longer_than_any_text(normalize):
    number = 50_000  # Python itself sorts in quadratic time, and would take long to say what is expected.
    assert normalize("a" + "\u0301\u0323" * number) == "ạ" + "\u0323" * (number - 1) + "\u0301" * number


def test_the_marks_of_a_letter_are_sorted_and_the_first_that_fits_is_taken(normalize):
    for marks in itertools.permutations("\u0302\u0301\u0323\u0327"):
        text = "a" + "".join(marks)
        assert normalize(text) == expected(text)
