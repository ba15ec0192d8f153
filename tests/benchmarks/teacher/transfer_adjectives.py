"""Adjectives of mood in the labelled IMDB reviews: words often intensified, and mostly in reviews of one class.

Words that share their first letters with a held-out word of the behavioural suite are left out.
"""

from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.entities.word_lists import entity_words
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vocabulary import STEM_LENGTH
from tests.benchmarks.behaviour.words import HELD_OUT
from tests.benchmarks.teacher import transfer_words as words

_INTENSIFIERS = frozenset(("very", "so", "really", "too", "extremely", "absolutely", "quite", "pretty", "totally"))
_FEWEST, _FEWEST_INTENSIFIED = 25, 4  # Occurrences in all, and behind one of those words.
_LEAST_INTENSIFIED = 0.02  # Share of the latter.
_LEAST_SHARE = 0.7  # Of a word's occurrences that are in reviews of its class.
_NO_ADJECTIVES = ("ly", "s")  # Endings.
_SHORTEST = 4  # Letters.
_POSITIVE = "positive"


class Adjectives(NamedTuple):
    """good, bad: of either mood, the listed ones first."""

    good: tuple[str, ...]
    bad: tuple[str, ...]


LISTED = Adjectives(words.GOOD, words.BAD)


def found_adjectives() -> Adjectives:
    """The listed adjectives, then those of the reviews in the order of their frequency. Raises UserError."""
    good, bad = Counter[str](), Counter[str]()
    intensified = Counter[str]()
    tokenizer = Tokenizer()
    for text, (label, *_) in unlabelled_texts("imdb50k").examples():
        tokens = tokenizer(text)
        (good if label == _POSITIVE else bad).update(set(tokens))
        intensified.update(word for before, word in pairwise(tokens) if before in _INTENSIFIERS)
    total = good + bad
    excluded = {word[:STEM_LENGTH] for word in HELD_OUT} | {*entity_words(), *words.GOOD, *words.BAD, *words.USED}
    candidates = [
        word
        for word, count in total.most_common()
        if count >= _FEWEST
        and intensified[word] >= max(_FEWEST_INTENSIFIED, _LEAST_INTENSIFIED * count)
        and word.isalpha()
        and len(word) >= _SHORTEST
    ]
    fit = [word for word in candidates if word not in excluded and word[:STEM_LENGTH] not in excluded]
    return Adjectives(
        (*LISTED.good, *(word for word in fit if good[word] >= _LEAST_SHARE * total[word])),
        (*LISTED.bad, *(word for word in fit if bad[word] >= _LEAST_SHARE * total[word])),
    )
