"""Addresses: which strings are left out, the same by RE2 as by Python."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnn_textclf.models.raw_text import text_ops
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.addresses import without_addresses
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.runs.sessions import Sessions

_PIECES = st.sampled_from(
    [
        *("http://", "https://t.co/aB3", "www.", "imdb.com", ".co.uk", "@", "@bob", "a@b.org", "/x?y=1", "good", "'s"),
        *(" ", "\n", "\u2003", "\xa0", "\x1c", ".", ",", "!", "(", ")", '"', "”", "“", "é", "日", "5", "-", "<", ">"),
    ]
)
TEXTS = st.one_of(st.text(max_size=20), st.lists(_PIECES, max_size=12).map("".join))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a fine film https://t.co/aB3dE and more", "a fine film and more"),
        ("www.example.com/path?x=1, dull!", ", dull!"),
        ("@bob @Alice_1: fine (@carol) @8dave's!", "fine ( ) 's !"),
        ("see imdb.com/title/tt1 or rotten.co.uk.", "see or"),
        ("write to a.b+c@mail.example.org", "write to"),
        ("“@josé” said", "said"),
        ("good.community, well.commanded", "good community , well commanded"),
        ("meet @ 5, @5 and a@b", "meet 5 , 5 and a b"),
        ("mehttps://x.y", "mehttps x y"),
        ("https://", ""),
    ],
)
def test_addresses_are_not_read(text: str, words: str) -> None:
    expected = words.replace("dull!", "dull !").split()
    assert Tokenizer(skip_addresses=True)(text) == expected


@pytest.fixture(scope="module")
def in_graph():
    with Sessions().new_graph() as session:
        texts = tf.placeholder(tf.string, [None])
        replaced = text_ops._without_addresses(texts, 100)
        yield lambda text: session.run(replaced, {texts: [text.encode()]})[0].decode()


@settings(max_examples=500)
@given(TEXTS)
@example("@a @b\u2003@c,@d")
@example("")
def test_the_graph_leaves_out_the_same(in_graph, text: str) -> None:
    assert in_graph(text) == without_addresses(text)


def test_time_is_linear() -> None:
    for piece in ("a.", "@", "a-", "http://", "a@a.", "www."):
        assert isinstance(without_addresses(piece * 100_000), str)
