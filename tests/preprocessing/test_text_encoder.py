from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.preprocessing.text_encoder import TextEncoder
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vocabulary import Vocabulary


@given(st.text(st.sampled_from("goodba é',!()\n")) | st.text(), st.integers(1, 5), st.booleans())
def test_the_fast_way_equals_the_plain_one(text, max_length, symbolic):
    vocabulary = Vocabulary(["<pad>", "<unk>", "good", "bad", "a", "'d", "n't", ",", "é", "<number>"])
    tokenizer = Tokenizer(symbolic)
    encoder = TextEncoder(vocabulary, tokenizer, max_length)
    words = tokenizer(text)[:max_length]
    assert encoder.words(text) == words
    assert encoder.ids(text) == vocabulary.encode(words)
