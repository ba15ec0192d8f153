"""Cases: texts that belong together, and when a model's answers to them are a failure."""

import random
import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

_NEUTRAL = (1 / 3, 2 / 3)  # A model of two classes has no class for it.
_TOLERANCE = 0.1  # Of a score that must not rise, as in CheckList.

Judge = Callable[[Sequence[float]], bool]


class Case(NamedTuple):
    """texts: one, or a text and its changed versions. fails: of their probabilities of the positive class."""

    texts: tuple[str, ...]
    fails: Judge


def verdict(positive: float) -> str:
    """The class of a probability in [0, 1]: negative, neutral (the middle third) or positive."""
    return "negative" if positive < _NEUTRAL[0] else "positive" if positive > _NEUTRAL[1] else "neutral"


def is_not(*allowed: str) -> Judge:
    """Fails where the only text has none of some classes."""
    return lambda scores: verdict(scores[0]) not in allowed


def changes(scores: Sequence[float]) -> bool:
    """Whether a version of the first text has another class."""
    return len({verdict(score) for score in scores}) > 1


def rises(scores: Sequence[float]) -> bool:
    """Whether the second text's score is higher by more than a tenth."""
    return scores[1] > scores[0] + _TOLERANCE


def filled(frame: str, words: Mapping[str, Sequence[str]], draw: random.Random) -> str:
    """A frame with a random word in each place; a place is named by its list, with a digit to tell two apart."""
    chosen: dict[str, str] = {}
    for _, name, _, _ in string.Formatter().parse(frame):
        if name and name not in chosen:
            chosen[name] = draw.choice(words[name.rstrip(string.digits)])
    text = re.sub(r"\b([Aa]) (?=[aeiouAEIOU])", r"\1n ", frame.format(**chosen))
    return text[0].upper() + text[1:]


def distinct(make: Callable[[random.Random], Case], count: int, seed: str) -> list[Case]:
    """As many different cases, the same for a seed on every machine."""
    draw, found = random.Random(seed), dict[str, Case]()
    for _ in range(100 * count):
        case = make(draw)
        found.setdefault(case.texts[0], case)
        if len(found) == count:
            return list(found.values())
    raise ValueError(f"{seed}: only {len(found)} different cases of {count}; give it more words or frames")


def flattened(cases: Sequence[Case]) -> Iterator[str]:
    """All texts, in order."""
    for case in cases:
        yield from case.texts


def failure_rate(cases: Sequence[Case], scores: Sequence[float]) -> float:
    """Share of the cases that fail, in [0, 1]; `scores` are those of their texts in order."""
    failed, at = 0, 0
    for case in cases:
        failed += case.fails(scores[at : at + len(case.texts)])
        at += len(case.texts)
    return failed / len(cases)
