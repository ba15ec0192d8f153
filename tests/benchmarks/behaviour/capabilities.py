"""Capabilities of the suite: frames, and what is expected of their texts.

The frames are of several domains. Where a capability leaves a choice, they are none that the transfer set uses.
"""

import random
import string
from collections.abc import Callable, Sequence

from tests.benchmarks.behaviour import words
from tests.benchmarks.behaviour.cases import Case, Judge, changes, distinct, filled, is_not, rises

CASES = 250  # A capability.
_VERSIONS = 5  # Of a text whose name or place is changed.

_LISTS = {
    "good": words.GOOD,
    "bad": words.BAD,
    "thing": (*words.THINGS, *words.PEOPLE),
    "item": words.THINGS,
    "relative": words.RELATIVES,
    "verb": words.VERBS,
    "woman": words.WOMEN,
    "man": words.MEN,
    "family": words.FAMILIES,
    "city": words.CITIES,
    "country": words.COUNTRIES,
    "job": words.JOBS,
}

_PLAIN = (
    "The {thing} is {w}.",
    "That {thing} was {w}.",
    "This is a {w} {thing}.",
    "It was a {w} {thing}.",
    "Your {thing} looks {w}.",
    "I find this {thing} {w}.",
)
_OPINIONS = (
    "My {relative} {verb} the {item} last week and found it {w}.",
    "We {verb} this {item} on a rainy afternoon, and it was {w}.",
    "The {item} arrived on Tuesday. It looks {w} to me.",
    "After two days with the {item} I would say it is {w}.",
    "Honestly, the {item} seemed {w} from the first minute.",
    "The {thing} next door is {w}, whatever they say.",
)
_NEUTRAL_ONES = (
    "My {relative} {verb} the {item} last week.",
    "The {item} is on the second floor, beside the {item2}.",
    "They will send the {item} on Tuesday.",
    "We spoke with the {thing} for an hour.",
)
_INSULTS = (
    "I hated it.",
    "What a {bad} {item}.",
    "It is {bad}.",
    "Never again.",
    "I want my money back.",
    "We all found it {bad}.",
)
_NOT_GOOD = (
    "The {thing} is not {w}.",
    "This {thing} isn't {w} at all.",
    "That was not a {w} {thing}.",
    "I would not call the {thing} {w}.",
    "The {thing} wasn't {w}, I am afraid.",
    "I can't say that this {thing} is {w}.",
)
_NOT_BAD = (
    "The {thing} is not {w}.",
    "This {thing} isn't {w} at all.",
    "That was not a {w} {thing}.",
    "I would not call the {thing} {w}.",
    "No, the {thing} wasn't {w}.",
    "I can't say that this {thing} is {w}.",
)
_FEARED = (
    "I thought the {thing} would be {bad}, but it was not.",
    "I expected this {thing} to be {bad}, but it wasn't.",
    "My {relative} warned me that the {thing} was {bad}, but it was not.",
    "We were afraid that the {thing} might be {bad}; it was not.",
    "I assumed a {bad} {thing}, and I was wrong.",
)
_OTHERS = (
    "Some people think the {thing} is {other}, but I think it is {own}.",
    "My {relative} says the {thing} is {other}, but I find it {own}.",
    "Others called this {thing} {other}. For me it is {own}.",
    "I think the {thing} is {own}, although many people call it {other}.",
    "They all told me the {thing} was {other}; to me it was {own}.",
)
_ONCE = (
    "The {thing} used to be {before}, now it is {now}.",
    "This {thing} was {before} in the past, but now it is {now}.",
    "I used to think this {thing} was {before}, now I think it is {now}.",
    "The {thing} is {now} now, although it used to be {before}.",
    "Last year the {thing} was {before}; this year it is {now}.",
)
_QUESTIONS = (
    "Do I think the {thing} was {w}? {answer}.",
    "Is this {thing} {w}? {answer}.",
    "Did we find the {thing} {w}? {answer}, we did{n}.",
    "Was it a {w} {thing}? {answer}.",
    "Would I call that {thing} {w}? {answer}, I would{n}.",
)
_NAMED = (
    "{name} {family} {verb} the {item}.",
    "{name} says that the {item} is {w}.",
    "I went with {name}, and the {item} was {w}.",
    "The {item} by {name} {family} is {w}.",
    "{name} works as a {job} and {verb} a {item} in May.",
)
_PLACED = (
    "The {item} in {place} was {w}.",
    "We {verb} the {item} in {place}.",
    "I flew to {place}, where the {item} is {w}.",
    "The {thing} from {place} is {w}.",
    "My {relative} moved to {place} and {verb} a {item}.",
)
_DESCRIBED = (
    "{name} is a {attribute} {job}.",
    "My {relative} is {attribute} and works as a {job}.",
    "The {job} across the street is {attribute}.",
    "I talked to a {attribute} {job} this morning.",
    "A {attribute} {job} lives here with a {relative}.",
    "{name} grew up in a {attribute} household.",
    "Is the new {job} {attribute}?",
)


def suite() -> dict[str, list[Case]]:
    """The cases of each capability, the same at each call."""
    return {name: distinct(make, CASES, name) for name, make in _MAKERS.items()}


def _fill(frame: str, draw: random.Random, **more: Sequence[str]) -> str:
    return filled(frame, {**_LISTS, **more}, draw)


def _plain(draw: random.Random) -> Case:
    good = draw.random() < 0.5
    text = _fill(draw.choice(_PLAIN), draw, w=words.GOOD if good else words.BAD)
    return Case((text,), is_not("positive" if good else "negative"))


def _single(vocabulary: Sequence[str], expected: str) -> Callable[[random.Random], Case]:
    def make(draw: random.Random) -> Case:
        text = draw.choice(("{}", "{}!", "{}.", "{}", "{} ...")).format(draw.choice(vocabulary))
        return Case((text,), is_not(expected))

    return make


def _insulted(draw: random.Random) -> Case:
    text, insult = _base(draw), _fill(draw.choice(_INSULTS), draw)
    return Case((text, f"{text} {insult}"), rises)


def _with_addresses(draw: random.Random) -> Case:
    text, versions = _base(draw), []
    for _ in range(_VERSIONS):
        code = "".join(draw.choices(string.ascii_letters + string.digits, k=8))
        extra = draw.choice((f"https://t.co/{code}", f"@{code}", f"www.{code.lower()}.com/{code[:3]}"))
        versions.append(f"{extra} {text}" if draw.random() < 0.5 else f"{text} {extra}")
    return Case((text, *versions), changes)


def _with_typo(draw: random.Random) -> Case:
    """Two neighbouring letters change places."""
    text = _base(draw)
    places = [i for i in range(len(text) - 1) if text[i : i + 2].isalpha() and text[i].lower() != text[i + 1].lower()]
    at = draw.choice(places)
    return Case((text, text[:at] + text[at + 1] + text[at] + text[at + 2 :]), changes)


def _renamed(draw: random.Random) -> Case:
    names = draw.choice((words.WOMEN, words.MEN))
    return _versions(_NAMED, "name", names, draw)


def _moved(draw: random.Random) -> Case:
    return _versions(_PLACED, "place", draw.choice((words.CITIES, words.COUNTRIES)), draw)


def _versions(frames: Sequence[str], place: str, values: Sequence[str], draw: random.Random) -> Case:
    frame, w = draw.choice(frames), draw.choice((words.GOOD, words.BAD))
    rest = _fill(frame.replace(f"{{{place}}}", "\0"), draw, w=w)
    return Case(tuple(rest.replace("\0", value) for value in draw.sample(values, _VERSIONS + 1)), changes)


def _used_to(draw: random.Random) -> Case:
    good = draw.random() < 0.5
    now, before = (words.GOOD, words.BAD) if good else (words.BAD, words.GOOD)
    text = _fill(draw.choice(_ONCE), draw, now=now, before=before)
    return Case((text,), is_not("positive" if good else "negative"))


def _negated(frames: Sequence[str], w: Sequence[str], judge: Judge) -> Callable[[random.Random], Case]:
    return lambda draw: Case((_fill(draw.choice(frames), draw, w=w),), judge)


def _author(draw: random.Random) -> Case:
    good = draw.random() < 0.5
    own, other = (words.GOOD, words.BAD) if good else (words.BAD, words.GOOD)
    text = _fill(draw.choice(_OTHERS), draw, own=own, other=other)
    return Case((text,), is_not("positive" if good else "negative"))


def _answered(answer: str) -> Callable[[random.Random], Case]:
    def make(draw: random.Random) -> Case:
        good = draw.random() < 0.5
        more = {"answer": [answer], "n": [""] if answer == "Yes" else ["n't"]}
        text = _fill(draw.choice(_QUESTIONS), draw, w=words.GOOD if good else words.BAD, **more)
        if answer == "Yes":
            return Case((text,), is_not("positive" if good else "negative"))
        return Case((text,), is_not("negative") if good else is_not("positive", "neutral"))

    return make


def _protected(attributes: Sequence[str]) -> Callable[[random.Random], Case]:
    def make(draw: random.Random) -> Case:
        frame = draw.choice(_DESCRIBED).replace("{attribute}", "{{attribute}}")
        rest = frame.replace("{{attribute}}", "\0")
        text = _fill(rest, draw, name=(*words.WOMEN, *words.MEN))
        return Case(tuple(_with_article(text, attribute) for attribute in attributes), changes)

    return make


def _with_article(text: str, attribute: str) -> str:
    article = "n" if attribute[0].lower() in "aeio" else ""
    return text.replace("a \0", f"a{article} \0").replace("A \0", f"A{article} \0").replace("\0", attribute)


def _base(draw: random.Random) -> str:
    frame = draw.choice((*_OPINIONS, *_NEUTRAL_ONES))
    return _fill(frame, draw, w=draw.choice((words.GOOD, words.BAD)))


_MAKERS: dict[str, Callable[[random.Random], Case]] = {
    "a sentiment word in a plain sentence": _plain,
    "single positive words": _single((*words.GOOD, *words.GOOD_ALONE), "positive"),
    "single negative words": _single((*words.BAD, *words.BAD_ALONE), "negative"),
    "a negative phrase added must not raise the score": _insulted,
    "web addresses and @names added: same class": _with_addresses,
    "one typo: same class": _with_typo,
    "another person's name: same class": _renamed,
    "another place: same class": _moved,
    "used to be ..., now ...: the present counts": _used_to,
    "negated positive: negative": _negated(_NOT_GOOD, words.GOOD, is_not("negative")),
    "negated negative: not negative": _negated(_NOT_BAD, words.BAD, is_not("positive", "neutral")),
    "feared ..., but it was not: not negative": _negated(_FEARED, (), is_not("positive", "neutral")),
    "others think ..., but I ...: the author counts": _author,
    "a question answered Yes": _answered("Yes"),
    "a question answered No": _answered("No"),
    "race swapped: same class": _protected(words.RACES),
    "orientation swapped: same class": _protected(words.ORIENTATIONS),
    "religion swapped: same class": _protected(words.RELIGIONS),
    "nationality swapped: same class": _protected(words.NATIONALITIES),
}
