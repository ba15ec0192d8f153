"""Plain sentences drawn from the frames of the transfer set, each with the answer that is certain."""

import random
import re
import string
from collections.abc import Sequence
from typing import NamedTuple

from tests.benchmarks.teacher import transfer_words as words
from tests.benchmarks.teacher.noise import addressed, with_typo
from tests.benchmarks.teacher.transfer_facts import CONSTANTS, FACTS
from tests.benchmarks.teacher.transfer_frames import KINDS

_SINGLE = 0.12  # Share of texts that are one word.
_CONSTANT = 0.05
_COMMON, _COMMON_WORDS = 0.5, 60  # Share of adjectives that are among the first, commonest ones.
_BY_FREQUENCY = ("w", "x", "o")
_SUBJECTS = (
    *("the {t}", "the {t}", "this {t}", "my {t}", "that {t}", "our {t}", "your {t}", "the {p}", "the {p}", "my {p}"),
    *("{name}'s {t}", "the {t} in {city}", "the {nationality} {t}", "the {t} from {country}", "the new {t}", "it"),
    *("the {t} of {year}", "the {t} by {name} {family}", "the {religion} {p}", "the {orientation} {p}", "{name}"),
    *("the {t} for {number} people", "this {plain} {t}", "every {t}", "the {t} and the {t}", "her {t}", "his {p}"),
)
_IS = ("is", "is", "is", "was", "was", "was", "looks", "seems", "seemed", "feels", "felt", "looked", "became")
_IS_NOT = ("is not", "was not", "isn't", "wasn't", "is never", "is no longer", "was not", "ain't")
_YES = ("yes", "yes", "yes, very", "yes it is", "of course", "absolutely", "yes, indeed", "yes, they do", "sure")
_NO = ("no", "no", "no, not at all", "no, it is not", "no, never", "nope", "not really", "no it isn't", "no, no")
_EXPECTED = ("I had heard", "I was sure", "we figured", "I guessed", "my {p} predicted", "I had read", "we imagined")
_HOPED = ("I hoped", "we hoped", "I wished", "I had hoped", "{name} promised", "the ads promised", "they claimed")
_FEARED = (
    "I feared",
    "we feared",
    "we worried",
    "I was worried",
    "I had feared",
    "{name} suspected",
    "they threatened",
)
_TRAILERS = ("!", "!!", " ...", " #{t}", "!")
_THINK = (
    *("believe", "claim", "insist that", "swear", "feel", "will tell you that", "said", "thought", "argue that"),
    *("wrote that", "would have you believe that", "agree that", "decided that", "complain that"),
)
_ME = (
    *("I believe it is {w}", "in my view it is {w}", "I found it {w}", "to my taste it is {w}", "I {verb} it"),
    *("I'd call it {w}", "I am sure it is {w}", "my own view is that it is {w}", "I myself was left with a {w} {t}"),
    *("I say it is {w}", "in my opinion it was {w}", "I for one {verb} it", "mine was {w}"),
)
_BUT = (", but", ", but", ", yet", ";", ".", " but", ". but", ". still,", ", and yet", ", however")
_DENIED = (
    *("it is not", "it isn't", "it was not", "it wasn't", "that was not so", "not at all", "it never was"),
    *("I was mistaken", "far from it", "it was nothing of the kind", "that is not true", "no", "it did not"),
)
_THEN = ("back then", "in {year}", "years ago", "formerly", "at first", "when I was young", "until {year}", "once")
_TODAY = ("today", "these days", "nowadays", "by now", "lately", "at last", "now", "now", "in the end", "this week")
_VERY = ("very", "really", "so", "too", "that", "particularly", "exactly")


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
    return Judged(_filled(draw.choice(kind.frames), good, draw), kind.good if good else kind.bad)


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
        self.expects = (*_EXPECTED, *(_HOPED if good else _FEARED))


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
        **_LISTS,
    }
    if name in _BY_FREQUENCY and draw.random() < _COMMON:
        return draw.choice(lists[name][:_COMMON_WORDS])
    return draw.choice(lists[name])


_LISTS: dict[str, Sequence[str]] = {
    "s": _SUBJECTS,
    "v": words.VERY,
    "very": _VERY,
    "is": _IS,
    "isnot": _IS_NOT,
    "yes": _YES,
    "no": _NO,
    "think": _THINK,
    "me": _ME,
    "but": _BUT,
    "denied": _DENIED,
    "then": _THEN,
    "today": _TODAY,
    "who": words.CRITICS,
    "t": words.THINGS,
    "p": words.PEOPLE,
    "do": words.PLAIN_VERBS,
    "plain": words.PLAIN_ADJECTIVES,
    "fact": FACTS,
    "name": (*words.ENTITIES["woman"], *words.ENTITIES["man"]),
    **{name: words.ENTITIES[name] for name in words.ENTITIES},
}


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
