"""Plain sentences drawn from the frames of the transfer set, each with the answer that is certain."""

import random
import re
import string
from collections.abc import Sequence
from typing import NamedTuple

from tests.benchmarks.teacher import transfer_words as words
from tests.benchmarks.teacher.noise import addressed, with_typo
from tests.benchmarks.teacher.transfer_facts import CONSTANTS
from tests.benchmarks.teacher.transfer_frames import KINDS
from tests.benchmarks.teacher.transfer_parts import ENDINGS, EXPECTED, FEARED, HOPED, LISTS, OPENINGS

_SINGLE = 0.12  # Share of texts that are one word.
_CONSTANT = 0.05
_OPENED, _ENDED = 0.1, 0.12  # Share of sentences with words before, behind them that say nothing.
_COMMON, _COMMON_WORDS = 0.5, 60  # Share of adjectives that are among the first, commonest ones.
_BY_FREQUENCY = ("w", "x", "o")
_TRAILERS = ("!", "!!", " ...", " #{t}", "!")


class Judged(NamedTuple):
    """A text and the probability that it is positive, in [0, 1]."""

    text: str
    positive: float


def draw_judged(draw: random.Random) -> Judged:
    """One text of the frames, as people type it."""
    text, positive = _drawn(draw)
    text = _finished(text, positive, draw)
    if draw.random() < 0.12:
        text = with_typo(text, draw)
    if draw.random() < 0.1:
        text = addressed(text, draw)
    return Judged(text, positive)


def _drawn(draw: random.Random) -> Judged:
    chance = draw.random()
    if chance < _SINGLE:
        return _single(draw)
    if chance < _SINGLE + _CONSTANT:
        frame, positive = draw.choice(CONSTANTS)
        return Judged(_filled(frame, True, draw), positive)
    kind = draw.choices(KINDS, [kind.weight for kind in KINDS])[0]
    good = draw.random() < 0.5
    frame = draw.choice(kind.frames)
    chance = draw.random()
    if chance < _OPENED:
        frame = f"{draw.choice(OPENINGS)}, {frame}"
    elif chance < _OPENED + _ENDED and "?" not in frame:
        frame = f"{frame}{draw.choice((',', ''))} {draw.choice(ENDINGS)}"
    return Judged(_filled(frame, good, draw), kind.good if good else kind.bad)


def _single(draw: random.Random) -> Judged:
    """A word by itself: of either mood, or of none."""
    chance = draw.random()
    if chance < 0.2:
        return Judged(draw.choice((*words.THINGS, *words.PEOPLE, *words.PLAIN_ADJECTIVES)), 0.5)
    if chance < 0.6:
        return Judged(draw.choice((*words.GOOD, *words.GOOD_ALONE)), 0.95)
    return Judged(draw.choice((*words.BAD, *words.BAD_ALONE)), 0.05)


def _filled(frame: str, good: bool, draw: random.Random) -> str:
    """A frame with something in each place, and articles mended; parts may have places of their own."""
    moods = (_Mood(good), _Mood(not good))
    for _ in range(4):
        if "{" not in frame:
            break
        frame = "".join(
            before + (_part(name, moods, draw) if name else "")
            for before, name, _, _ in string.Formatter().parse(frame)
        )
    return re.sub(r"\b([Aa]) (?=[aeiouAEIOU])", r"\1n ", frame)


class _Mood:
    """Words of a mood."""

    def __init__(self, good: bool) -> None:
        self.adjectives = words.GOOD if good else words.BAD
        self.nouns = words.GOOD_NOUNS if good else words.BAD_NOUNS
        self.verbs = words.GOOD_VERBS if good else words.BAD_VERBS
        self.does = words.LIKES if good else words.DISLIKES
        self.sayings = words.PRAISES if good else words.CURSES
        self.expects = (*EXPECTED, *(HOPED if good else FEARED))


def _part(name: str, moods: tuple[_Mood, _Mood], draw: random.Random) -> str:
    own, other = moods
    lists: dict[str, Sequence[str]] = {
        "w": own.adjectives,
        "x": own.adjectives,
        "o": other.adjectives,
        "noun": own.nouns,
        "verb": own.verbs,
        "unverb": other.verbs,
        "like": own.does,
        "unlike": other.does,
        "say": own.sayings,
        "exp": own.expects,
        "unexp": other.expects,
        **LISTS,
    }
    if name in _BY_FREQUENCY and draw.random() < _COMMON:
        return draw.choice(lists[name][:_COMMON_WORDS])
    return draw.choice(lists[name])


def _finished(text: str, positive: float, draw: random.Random) -> str:
    """With case, full stop and trailers as people type them."""
    style = draw.random()
    if style < 0.55:
        text = text[0].upper() + text[1:] + ("" if text.endswith(("?", "!")) else ".")
    elif style < 0.75:
        text = text.lower()
    elif style < 0.77:
        text = text.upper()
    if draw.random() < 0.2:
        trailer = draw.choice((*_TRAILERS, *_mood_trailers(positive)))
        text = text.removesuffix("." if trailer.strip()[:1] in ("!", ".") else "") + _filled(trailer, True, draw)
    return text


def _mood_trailers(positive: float) -> tuple[str, ...]:
    return (" :)", " lol") if positive > 0.8 else (" :(",) if positive < 0.2 else ()
