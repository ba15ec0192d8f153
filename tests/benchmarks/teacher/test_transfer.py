"""The transfer set: the same for a seed, of many kinds with their answers, and without held-out rows and words."""

import random
import statistics

from rnn_textclf.preprocessing.tokens import Tokenizer
from tests.benchmarks.behaviour.words import HELD_OUT
from tests.benchmarks.teacher.noise import addressed, beginning, with_typo
from tests.benchmarks.teacher.transfer import judged_texts
from tests.benchmarks.teacher.transfer_frames import KINDS
from tests.benchmarks.teacher.transfer_words import BAD, GOOD

TOKENIZER = Tokenizer(skip_addresses=True)


def test_texts_are_fixed_by_the_seed_and_no_two_have_the_same_words() -> None:
    judged = list(judged_texts(1500, 1, set()))
    assert judged == list(judged_texts(1500, 1, set()))
    assert judged[:50] != list(judged_texts(50, 2, set()))
    assert len({tuple(TOKENIZER(text)) for text, _ in judged}) == len(judged) == 1500


def test_texts_that_are_left_out_never_come() -> None:
    texts = [text for text, _ in judged_texts(300, 1, set())]
    left_out = {tuple(TOKENIZER(text)) for text in texts[:100]}
    others = list(judged_texts(300, 1, left_out))
    assert len(others) == 300
    assert left_out.isdisjoint(tuple(TOKENIZER(text)) for text, _ in others)


def test_every_kind_of_sentence_comes() -> None:
    texts = [text.lower() for text, _ in judged_texts(3000, 1, set())]
    kinds = (" not ", "n't", " but ", "although", "?", "!", "really ", "http", "@", " was once ", "critics", " from ")
    for kind in kinds:
        assert sum(kind in text for text in texts) > 5, kind


def test_both_moods_come_as_often_and_each_frame_can_be_filled() -> None:
    judged = list(judged_texts(6000, 3, set()))
    assert 0.45 < statistics.mean(positive for _, positive in judged) < 0.58
    assert not [text for text, _ in judged if "{" in text or "}" in text]
    assert all(0 <= kind.bad <= 1 and 0 <= kind.good <= 1 for kind in KINDS)


def test_plain_sentences_with_one_adjective_have_its_mood() -> None:
    for text, positive in judged_texts(4000, 5, set()):
        if text.lower() in GOOD:
            assert positive > 0.9
        elif text.lower() in BAD:
            assert positive < 0.1


def test_no_word_of_the_behavioural_suite_is_used() -> None:
    used = {word for text, _ in judged_texts(20_000, 1, set()) for word in TOKENIZER(text)}
    assert not {word for word in HELD_OUT if word in used}


def test_a_beginning_is_the_first_words_of_a_text() -> None:
    draw, text = random.Random(1), "one two three four"
    assert {beginning(text, draw) for _ in range(100)} == {"one", "one two", "one two three"}
    assert beginning("one", draw) == "one"


def test_a_typo_changes_one_long_word_by_a_letter() -> None:
    draw = random.Random(2)
    made = {with_typo("It is abcd", draw) for _ in range(300)}
    assert {"It is bacd", "It is acbd", "It is bcd", "It is acd", "It is aabcd", "It is abbcd"} <= made
    assert all(text.startswith("It is ") and 3 <= len(text[6:]) <= 5 for text in made)
    assert with_typo("It is so", draw) == "It is so"


def test_addresses_stand_before_or_after_the_text() -> None:
    draw = random.Random(3)
    made = [addressed("A text", draw) for _ in range(100)]
    assert all(text.startswith("A text ") or text.endswith(" A text") for text in made)
    assert {"@", "h", "w"} == {text.removeprefix("A text ")[0] for text in made}
