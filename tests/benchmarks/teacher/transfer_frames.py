"""Frames of the transfer set: plain sentences of the kinds that people type, with the answer that is certain.

A frame has a mood, positive or negative, and places: `{s}` a subject; `{w}`, `{x}` adjectives of the mood, `{o}` one of
the other mood; `{verb}`, `{noun}`, `{like}`, `{say}` of the mood and `{unverb}`, `{unlike}` of the other; `{exp}` words
that expect something of the mood and `{unexp}` of the other; `{v}` an adverb; `{is}`, `{isnot}` a verb; `{who}` other
people, who `{think}`, and `{me}`, who does not; `{but} {denied}` takes back; `{then}`, `{today}` a time; `{yes}`,
`{no}` an answer; `{t}` a thing; names, places and attributes as in `transfer_words.ENTITIES`.
"""

from typing import NamedTuple

from tests.benchmarks.teacher.transfer_facts import BEGINNINGS, FACTS, QUESTIONS, frames_of


class Kind(NamedTuple):
    """Frames of one kind.

    weight: how often it is drawn, beside the others.
    good, bad: the probability that a text of positive, of negative mood is positive, in [0, 1].
    frames: of equal probability.
    """

    weight: float
    good: float
    bad: float
    frames: tuple[str, ...]


_PLAIN = frames_of("""
{s} {is} {w}
{s} {is} {w}
{s} {is} {v} {w}
{s} {is} {v} {w}
{s} {is} {w} and {x}
{s} {is} both {w} and {x}
{w}
{v} {w}
{w} {t}
{w}, {x} {t}
what a {w} {t}
what a {noun}
such a {w} {t}
how {w}
{s} {like}
{s} {like}
{s} {like}. {say}
{say}
{say}. {say}
we {verb} {s}
I {verb} {s}
I {v} {verb} {s}
{name} gave us a {w} {t}
there was a {w} {t} in {city}
we had a {v} {w} {t}
the most {w} {t} in {country}
{s} made a {w} impression
I think {s} {is} {w}
we all agree that {s} {is} {w}
{t}: {w}
{w} {t}, {x} {t}
the {t} {is} {w}, the {t} {is} {x}
{s} {is} a {noun}
a {w} {t} by {name} {family}
it's {w}
it {is} {v} {w}
they are {w}
{s} {is} as {w} as ever
{s} {is} {w} in every way
{s} could not be more {w}
not only {w} but {x}
{s} is not just {w}, it is {x}
{w} as always
{w}! {say}
from start to end {s} {is} {w}
{name} {is} a {w} {p}
{name} is {w}
you are {w}
everything about {s} {is} {w}
{name} and I agree: {s} {is} {w}
the {t} was {number} years old and {w}
{name} {did} a {w} {t} {where}
{name} {did} the {t} and found it {w}
we {did} the {t} {when} and thought it {w}
I call that {w}
{w} and {x}
with {s} everything was {w}
it felt {w} to use the {t}
""")
_NEGATED = frames_of("""
{s} {isnot} {w}
{s} {isnot} {w}
{s} {isnot} {w}
{s} {isnot} {very} {w}
{s} {isnot} {w}, not even a little
not {w}
not {very} {w}
not at all {w}
not {w} at all
not a {w} {t}
not a {w} {t}, really
it's not {w}
there is nothing {w} about {s}
I do not think {s} is {w}
I don't think that {s} was {w}
nobody would say that {s} is {w}
{s} is by no means {w}
{s} does not seem {w}
{s} didn't feel {w} to me
{s} is far from {w}
{s} was never {w}
{s} hardly seems {w}
it would be wrong to say that {s} is {w}
I have seen nothing {w} in {s}
we never found {s} {w}
neither {w} nor {x}
{s} was neither {w} nor {x}
{s} has never been {w}
I didn't {verb} {s}
I do not {verb} {s}
we did not {verb} {s} at all
{fact}, and {s} {isnot} {w}
""")
_NEVER = frames_of("""
never a {w} moment
without a single {w} moment
{s} never gets {w}
{s} is anything but {w}
{s} is not {w} in the least
at no time was {s} {w}
""")
_FEARED = frames_of("""
{exp} {s} would be {w}{but} {denied}
{exp} {s} would be {w}{but} {denied}
{exp} {s} would turn out {w}{but} {denied}
{exp} {s} was {w}{but} {denied}
{exp} {s} was {v} {w}, which it is not
{exp} it would be a {w} {t}{but} {denied}
{exp} something {w}{but} {denied}
{s} looked {w} at first sight{but} {denied}
{s} sounded {w}{but} {denied}
{s} is said to be {w}{but} {denied}
{who} {think} {s} is {w}{but} {denied}
contrary to what I read, {s} is not {w}
{s} is not as {w} as {who} {think}
""")
_FULFILLED = frames_of("""
{exp} {s} would be {w}, and it was
{exp} {s} would be {w}, and so it is
{exp} {s} was {w}, and I was right
{exp} it would be a {w} {t}, and we got one
{s} looked {w} at first sight, and it is
{who} {think} {s} is {w}, and they are right
{unexp} {s} would be {o}; it turned out {w}
{unexp} {s} would be {o}{but} it was {w}
{unexp} {s} would be {o}{but} in the end it was {w}
{s} turned out {w}, when {unexp} it would be {o}
""")
_CONTRAST = frames_of("""
although {s} {is} {o}, it {is} {w}
even though {s} {is} {o}, the {t} {is} {w}
{s} {is} {o}, but it {is} {w}
{s} {is} {o} but {w}
{s} {unlike}, but it {like}
{s} {is} {w}, even if it {is} {o}
{s} {like}, although the {t} {is} {o}
despite the {o} {t}, {s} {is} {w}
{s} {is} {o}. still, {say}
{s} {is} {o} but {say}
{o} but {w}
{o}, yet {w}
a {o} {t}, yet a {w} {t}
""")
_ONCE = frames_of("""
{s} was once {o}{but} {today} it {is} {w}
{then} {s} was {o}{but} {today} it {is} {w}
{then} {s} was {o}, {today} it is {w}
{then} I found {s} {o}; {today} I find it {w}
{then} we took {s} for {o}, {today} we take it for {w}
{s} was {o} {then}, it {is} {w} {today}
{s} was once {o} and has become {w}
once {o}, {today} {s} is {w}
{s}, which used to be {o}, has become {w}
we used to find {s} {o}; {today} we {verb} it
{s} {is} {w} {today}, after years of being {o}
{s} is {w} {today}; {then} it was {o}
{s} is {w} {today}, however {o} it was {then}
{s} has gone from {o} to {w}
when we came {s} was {o}; by the time we left it was {w}
{s} got {w} over the years
{s} is no longer {o}, it is {w}
{o} {then}, {w} {today}
""")
_OTHERS = frames_of("""
{who} {think} {s} is {o}{but} {me}
{who} {think} {s} was {o}{but} {me}
{who} {think} {s} is {o}{but} {me}
{who} {think} it is {o}{but} {me}
{who} called {s} {o}; I say it is {w}
{who} found {s} {o}{but} I disagree
{me}, though {who} {think} it is {o}
{me}, even if {who} {think} {s} is {o}
{me}{but} {who} {think} it is {o}
{me}{but} {who} {think} {s} is {o}
{me}{but} others do not
my {p} finds {s} {o}{but} {me}
my {p} considers it {o}{but} {me}
{name} believes that {s} is {o}{but} {me}
to some it is {o}; to me it is {w}
I believe {s} is {w}, while {who} {think} it is {o}
I say {s} is {w}, no matter that {who} {think} it is {o}
no matter what {who} said, {s} is {w}
{s} may be {o} to {who}, yet I {verb} it
according to {who} {s} is {o}. in my eyes it is {w}
I {verb} {s}, no matter that {who} did not
where {who} saw a {o} {t}, I see a {w} one
{who} got it wrong: {s} is {w}
{name} {unverb}s {s}. I {verb} it
""")
_ADDED = frames_of("""
{fact}. {say}
{fact}. it {is} {w}
{fact}, and it {is} {w}
{fact}, and {s} {is} {v} {w}
{fact}. we found the {t} {w}
{s} {is} {w}. {say}
{s} {like}, and {fact}
{s} {is} {w}, says {name}
{name} told us that {s} {is} {w}
""")
KINDS = (
    Kind(22, 0.96, 0.04, _PLAIN),
    Kind(15, 0.05, 0.78, _NEGATED),
    Kind(2, 0.07, 0.85, _NEVER),
    Kind(10, 0.07, 0.8, _FEARED),
    Kind(4, 0.93, 0.07, _FULFILLED),
    Kind(5, 0.8, 0.2, _CONTRAST),
    Kind(9, 0.92, 0.08, _ONCE),
    Kind(10, 0.92, 0.08, _OTHERS),
    Kind(5, 0.93, 0.07, tuple(f"{frame} {{yes}}" for frame in QUESTIONS)),
    Kind(6, 0.06, 0.76, tuple(f"{frame} {{no}}" for frame in QUESTIONS)),
    Kind(1, 0.55, 0.45, QUESTIONS),
    Kind(7, 0.93, 0.07, _ADDED),
    Kind(10, 0.5, 0.5, FACTS),
    Kind(3, 0.5, 0.5, BEGINNINGS),
)
