"""The transfer set: the same for a seed, of many kinds, and without rows that could be held out."""

import random

from rnn_textclf.preprocessing.tokens import Tokenizer
from tests.benchmarks.teacher.transfer import transfer_texts
from tests.benchmarks.teacher.transfer_frames import beginning

TOKENIZER = Tokenizer()


def test_texts_are_fixed_by_the_seed_and_no_two_have_the_same_words() -> None:
    texts = list(transfer_texts(1500, 0, 1, set()))
    assert texts == list(transfer_texts(1500, 0, 1, set()))
    assert texts[:50] != list(transfer_texts(50, 0, 2, set()))
    assert len({tuple(TOKENIZER(text)) for text in texts}) == len(texts) == 1500


def test_texts_that_are_left_out_never_come() -> None:
    texts = list(transfer_texts(300, 0, 1, set()))
    left_out = {tuple(TOKENIZER(text)) for text in texts[:100]}
    others = list(transfer_texts(300, 0, 1, left_out))
    assert len(others) == 300
    assert left_out.isdisjoint(tuple(TOKENIZER(text)) for text in others)


def test_every_kind_of_sentence_comes() -> None:
    texts = [text.lower() for text in transfer_texts(1500, 0, 1, set())]
    for kind in (
        " not ",
        "n't",
        " but ",
        "although",
        "?",
        "!",
        "really ",
        "http",
        "@",
        " was once ",
        "critics",
        " from ",
    ):
        assert sum(kind in text for text in texts) > 5, kind


def test_a_beginning_is_the_first_words_of_a_text() -> None:
    draw, text = random.Random(1), "one two three four"
    assert {beginning(text, draw) for _ in range(100)} == {"one", "one two", "one two three"}
    assert beginning("one", draw) == "one"
