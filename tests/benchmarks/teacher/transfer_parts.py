"""What stands in the places of the transfer set's frames, whatever the mood, and openings and endings of sentences."""

from collections.abc import Sequence

from tests.benchmarks.teacher import transfer_words as words
from tests.benchmarks.teacher.transfer_facts import FACTS
from tests.benchmarks.teacher.transfer_words import phrases

_SUBJECTS = phrases(
    "the {t} / the {t} / this {t} / my {t} / that {t} / our {t} / your {t} / the {p} / the {p} / my {p} / {name}'s "
    "{t} / the {t} in {city} / the {nationality} {t} / the {t} from {country} / the new {t} / it / the {t} of {year} "
    "/ the {t} by {name} {family} / the {religion} {p} / the {orientation} {p} / {name} / the {t} for {number} people "
    "/ this {plain} {t} / every {t} / the {t} and the {t} / her {t} / his {p} / the {t} that {who} use / the {t} we "
    "{did} / the {t} {name} {did} / the {t} I {did} {when} / the first {t} / the {t} next to the {t} / the {t} "
    "upstairs / the {t} at {number} / a {t} I {did} / the {p} who {did} the {t} / what {name} {did} / the {t} you "
    "{did} / their {t} / the whole {t} / the {plain} {p} / the {t} inside"
)
_WHEN = phrases(
    "yesterday / on Monday / this morning / last week / in June / before lunch / at {number} / two days ago"
)
_WHERE = phrases(
    "upstairs / in {city} / in the {t} / next to the {t} / to the {t} / with a {t} / near {city} / at home / {when} / "
    "{when} / for {number} dollars / from {country} / in {country} / outside / in the yard / for {name}"
)
OPENINGS = phrases(
    "frankly / to be fair / all in all / on the whole / so far / well / believe me / yes / after {number} days / for "
    "me / in short / in the end / {when} / this time / my {p} and I agree / oh / look / if I may say so"
)
ENDINGS = phrases(
    "overall / so far / I must say / for me / {when} / this time / from what we saw / in my book / to be fair / on "
    "the whole / most of the time / I guess / as you know / in {city} / by the way / for sure / believe me"
)
_IS = phrases("is / is / is / was / was / was / looks / seems / seemed / feels / felt / looked / became")
_IS_NOT = phrases("is not / was not / isn't / wasn't / is never / is no longer / was not / ain't")
_YES = phrases("yes / yes / yes, very / yes it is / of course / absolutely / yes, indeed / yes, they do / sure")
_NO = phrases("no / no / no, not at all / no, it is not / no, never / nope / not really / no it isn't / no, no")
EXPECTED = phrases("I had heard / I was sure / we figured / I guessed / my {p} predicted / I had read / we imagined")
HOPED = phrases("I hoped / we hoped / I wished / I had hoped / {name} promised / the ads promised / they claimed")
FEARED = phrases(
    "I feared / we feared / we worried / I was worried / I had feared / {name} suspected / they threatened"
)
_THINK = phrases(
    "believe / claim / insist that / swear / feel / will tell you that / said / thought / argue that / wrote that / "
    "would have you believe that / agree that / decided that / complain that"
)
_ME = phrases(
    "I believe it is {w} / in my view it is {w} / I found it {w} / to my taste it is {w} / I {verb} it / I'd call it "
    "{w} / I am sure it is {w} / my own view is that it is {w} / I myself was left with a {w} {t} / I say it is {w} / "
    "in my opinion it was {w} / I for one {verb} it / mine was {w} / I believe {s} is {w} / I find {s} {w} / I find "
    "it {w} / I would say {s} was {w} / I think {s} was {w} / we {verb} it"
)
_BUT = (", but", ", but", ", yet", ";", ".", " but", ". but", ". still,", ", and yet", ", however")
_DENIED = phrases(
    "it is not / it isn't / it was not / it wasn't / that was not so / not at all / it never was / I was mistaken / "
    "far from it / it was nothing of the kind / that is not true / no / it did not"
)
_THEN = phrases("back then / in {year} / years ago / formerly / at first / when I was young / until {year} / once")
_TODAY = phrases("today / these days / nowadays / by now / lately / at last / now / now / in the end / this week")
_VERY = phrases("very / really / so / too / that / particularly / exactly")
LISTS: dict[str, Sequence[str]] = {
    "s": _SUBJECTS,
    "did": words.DID,
    "when": _WHEN,
    "where": _WHERE,
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
