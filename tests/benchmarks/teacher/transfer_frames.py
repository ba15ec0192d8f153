"""Frames of the transfer set: plain sentences of the kinds that people type, drawn at random.

Nothing here knows a label: the teacher judges every text. A sentence is made of clauses; a clause is a subject and
what is said of it; sentences are negated, contrasted, questioned, reported, dated, intensified and cut.
"""

import random
import re
import string
from collections.abc import Callable

from tests.benchmarks.teacher.transfer_words import (
    BAD,
    CRITICS,
    DISLIKES,
    ENTITIES,
    GOOD,
    LIKES,
    PEOPLE,
    SAYINGS,
    THINGS,
    VERY,
)

_FACTS = (
    "the {thing} opens at {number}",
    "{name} lives in {city}",
    "I bought the {thing} in {city} in {year}",
    "{name} {family} is from {country}",
    "the {person} is {nationality}",
    "{name} is a {religion} {person}",
    "a {orientation} couple moved in next door",
    "{name} is {orientation} and {nationality}",
    "my {person} is {religion}",
    "the {nationality} {person} waited for {number} minutes",
    "there are {number} people in the {thing}",
    "we met the {person} in {city}",
)
_FEELINGS = ("love", "like", "enjoy", "hate", "dislike", "miss", "do not like", "never liked", "can't stand")
_ANSWERS = ("yes", "no", "yes, very much", "no, not at all", "of course", "")
_TRAILERS = (
    "",
    "",
    "",
    "",
    "",
    "",
    "!",
    "!!",
    " :)",
    " :(",
    " ...",
    " lol",
    " #{thing}",
    " @{name}",
    " http://bit.ly/{code}",
)


def draw_text(draw: random.Random) -> str:
    """One text: a whole sentence, two of them, or its beginning."""
    kind = draw.choices(list(_KINDS), list(_KINDS.values()))[0]
    text = _finished(kind(draw), draw)
    if draw.random() < 0.12:
        text = beginning(text, draw)
    return _with_typo(text, draw) if draw.random() < 0.05 else text


def beginning(text: str, draw: random.Random) -> str:
    """The first words of a text, one at least; the running score reads those too."""
    words = text.split()
    return " ".join(words[: draw.randint(1, max(1, len(words) - 1))])


def _subject(draw: random.Random) -> str:
    thing = draw.choice(THINGS if draw.random() < 0.8 else PEOPLE)
    frame = draw.choice(
        ("the {t}", "this {t}", "the {t}", "my {t}", "that {t}", "{name}'s {t}", "the {t} in {city}", "our {t}",
         "the {nationality} {t}", "the {t} from {country}", "the new {t}", "the {t} of {year}",
         "the {t} by {name} {family}")
    )  # fmt: skip
    return _filled(frame.replace("{t}", thing), draw)


def _adjective(draw: random.Random, good: bool) -> str:
    word = draw.choice(GOOD if good else BAD)
    return f"{draw.choice(VERY)} {word}" if draw.random() < 0.45 else word


def _said(draw: random.Random, good: bool) -> str:
    """A predicate: what a subject is, is not or does."""
    if draw.random() < 0.3:
        return draw.choice(LIKES if good else DISLIKES)
    verb = draw.choice(("is", "was", "is", "was", "seems", "feels", "looked", "turned out", "remains"))
    if draw.random() < 0.25:
        verb = draw.choice(("is not", "was not", "isn't", "wasn't", "is never", "does not seem", "is no longer"))
    return f"{verb} {_adjective(draw, good)}"


def _clause(draw: random.Random, good: bool | None = None) -> str:
    return f"{_subject(draw)} {_said(draw, draw.random() < 0.5 if good is None else good)}"


def _plain(draw: random.Random) -> str:
    good = draw.random() < 0.5
    word, subject, bare = _adjective(draw, good), _subject(draw), draw.choice(GOOD if good else BAD)
    frames = (
        _clause(draw, good),
        _clause(draw, good),
        f"{word}",
        f"{word} {draw.choice(THINGS)}",
        f"what a {word} {draw.choice(THINGS)}",
        f"not a {bare} {draw.choice(THINGS)}{draw.choice(('', ' at all', ', really'))}",
        f"{subject} is a {word} {draw.choice(PEOPLE)}",
        f"I {draw.choice(_FEELINGS)} {subject}",
        f"there is nothing {bare} about {subject}",
        f"nobody would say that {subject} is {word}",
        f"I do not think {subject} is {word}",
        draw.choice(SAYINGS),
    )
    return draw.choice(frames)


def _contrast(draw: random.Random) -> str:
    good = draw.random() < 0.5
    subject = _subject(draw)
    first, second = f"{subject} {_said(draw, good)}", f"it {_said(draw, not good)}"
    other = draw.choice((second, _clause(draw, not good), draw.choice(SAYINGS)))
    return draw.choice(
        (
            f"{first}, but {other}",
            f"{first} but {other}",
            f"although {first}, {other}",
            f"{first}, yet {other}",
            f"even though {first}, {other}",
            f"{other}, even if {first}",
            f"{first}. still, {other}",
            f"{first} and {_clause(draw, good)}",
            f"{first}. {draw.choice(SAYINGS)}",
        )
    )


def _reported(draw: random.Random) -> str:
    good, who, subject = draw.random() < 0.5, draw.choice(CRITICS), _subject(draw)
    theirs, mine = _adjective(draw, good), _adjective(draw, not good)
    return draw.choice(
        (
            f"{who} call {subject} {theirs}; I say it is {mine}",
            f"{who} find {subject} {theirs}, but I disagree",
            f"{who} may hate {subject}, but I love it",
            f"{who} may love {subject}, but I hate it",
            f"according to {who} {subject} is {theirs}. in my eyes it is {mine}",
            f"I find {subject} {mine}, no matter that {who} find it {theirs}",
        )
    )


def _dated(draw: random.Random) -> str:
    good, subject = draw.random() < 0.5, _subject(draw)
    before, after = _adjective(draw, good), _adjective(draw, not good)
    return draw.choice(
        (
            f"{subject} was once {before} and has become {after}",
            f"{subject} was {before} in {{year}} but these days it is {after}",
            f"at first {subject} was {before}, in the end it was {after}",
            f"{subject} got {after} over the years",
            f"I was sure that {subject} would be {before}; it turned out {after}",
            f"I feared {subject} was {before}, which it is not",
            f"I hoped {subject} would be {before}. it is not",
            f"{subject} was not as {draw.choice(GOOD if good else BAD)} as I had feared",
            f"{subject} was not as {draw.choice(GOOD if good else BAD)} as I had hoped",
        )
    )


def _question(draw: random.Random) -> str:
    good, subject = draw.random() < 0.5, _subject(draw)
    word, answer = _adjective(draw, good), draw.choice(_ANSWERS)
    asked = draw.choice(
        (
            f"is {subject} {word}?",
            f"was {subject} {word}?",
            f"do you think that {subject} is {word}?",
            f"would you see {subject} again?",
            f"did I like {subject}?",
            f"has {subject} been {word}?",
        )
    )
    return f"{asked} {answer}".strip()


def _fact(draw: random.Random) -> str:
    fact = _filled(draw.choice(_FACTS), draw)
    return f"{fact}, and {_clause(draw)}" if draw.random() < 0.3 else fact


_KINDS: dict[Callable[[random.Random], str], float] = {
    _plain: 0.4,
    _contrast: 0.2,
    _reported: 0.1,
    _dated: 0.1,
    _question: 0.1,
    _fact: 0.1,
}


def _finished(text: str, draw: random.Random) -> str:
    """With articles mended, and case, full stop and trailers as people type them."""
    text = re.sub(r"\b([Aa]) (?=[aeiouAEIOU])", r"\1n ", _filled(text, draw))
    style = draw.random()
    if style < 0.5:
        text = text[0].upper() + text[1:] + ("" if text.endswith("?") else ".")
    elif style < 0.7:
        text = text.lower()
    trailer = draw.choice(_TRAILERS)
    return text.removesuffix("." if trailer.strip()[:1] in ("!", ".") else "") + _filled(trailer, draw)


def _filled(frame: str, draw: random.Random) -> str:
    values: dict[str, str] = {}
    for _, name, _, _ in string.Formatter().parse(frame):
        if name == "code":
            values[name] = "".join(draw.choices(string.ascii_letters + string.digits, k=6))
        elif name == "name":
            values[name] = draw.choice(ENTITIES[draw.choice(("woman", "man"))])
        elif name:
            values[name] = draw.choice({"thing": THINGS, "person": PEOPLE, **ENTITIES}[name])
    return frame.format(**values)


def _with_typo(text: str, draw: random.Random) -> str:
    """A letter left out, doubled, or in the place of its neighbour."""
    at = draw.randrange(len(text))
    return draw.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :],
        )
    )
