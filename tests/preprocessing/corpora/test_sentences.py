import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.preprocessing.corpora.sentences import sentences
from rnn_textclf.preprocessing.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is good. I liked it!", ["It is good.", "I liked it!"]),
        ('He said "no!" Then he left', ['He said "no!"', "Then he left"]),
        ("Mr. Smith vs. Dr. J. R. Who. Fine", ["Mr. Smith vs. Dr. J. R. Who.", "Fine"]),
        ("about 3.5 stars... or so", ["about 3.5 stars... or so"]),
        ("a dull film . it bores . ", ["a dull film .", "it bores ."]),
        ("one line\n\n*** \nanother", ["one line", "another"]),
        ("Really?! 10 of 10.", ["Really?!", "10 of 10."]),
        ("", []),
        ("?!", []),
    ],
)
def test_where_sentences_end(text, expected):
    assert list(sentences(text)) == expected


@given(st.text(alphabet='aB. !?…"\n\t1', max_size=60))
def test_no_word_is_lost(text):
    assert [word for sentence in sentences(text) for word in tokenize(sentence) if word.isalnum()] == [
        word for word in tokenize(text) if word.isalnum()
    ]
