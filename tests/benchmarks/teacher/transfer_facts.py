"""Frames of the transfer set without a mood: facts, questions, beginnings, and sayings with one answer each.

Places are those of `transfer_frames`.
"""


def frames_of(text: str) -> tuple[str, ...]:
    return tuple(frame.strip() for frame in text.strip().split("\n"))


FACTS = frames_of("""
the {t} opens at {number}
{name} {did} a {t} {where}
{name} {did} the {t} {where}
we {did} the {t} {where}
they {did} our {t} {where}
she {did} a {plain} {t} {where}
I {did} it {where}
my {p} {did} a {t} {where} {when}
{name} lives {where} with a {t}
the {t} stands {where}
the {t} is {where}
the {t} weighs {number} pounds
the {t} costs {number} dollars
the {t} has {number} pages
the {t} came {when}
{s} is {plain}
{when} {name} {did} the {t}
he talked about the {t} {when}
{name} lives in {city}
I bought the {t} in {city} in {year}
{name} {family} is from {country}
the {p} is {nationality}
{name} is a {religion} {p}
a {orientation} couple moved in next door
{name} is {orientation} and {nationality}
my {p} is {religion}
the {nationality} {p} waited for {number} minutes
there are {number} people in the {t}
we met the {p} in {city}
we {do} the {t} in {city}
I {do} this {t} every day
{name} {family} {do}s the {t}
my {p} {do}s the {t} in {country}
the {t} is {plain}
this is a {plain} {t}
that was the {plain} {t} of {name}
the {t} stands beside the {t}
the {t} comes with a {t}
the {plain} {t} comes on Friday
it is a {t}
the {t} and the {t}
I spoke to the {p} about the {t} for {number} minutes
the {p} from {city} works here since {year}
is the {p} {nationality}?
where is the {t}?
the {p} comes from a {religion} family
{name} works as a {p} in {city}
a {nationality} {p} and a {religion} {p} came in
{number} pages about a {t}
I am {nationality}
she is {orientation}
he is a {nationality} {p}
the {p} next to me is {orientation}
""")
QUESTIONS = frames_of("""
do you find {s} {w}?
has {s} been {w}?
does {s} seem {w}?
can one call {s} {w}?
so {s} was {w}?
did {s} turn out {w}?
are you saying that {s} is {w}?
do people {verb} {s}?
do you {verb} {s}?
were they {w}?
is it {w}?
was that {w}?
is that a {w} {t}?
would {name} say {s} is {w}?
did the {t} feel {w}?
have you ever seen a {t} this {w}?
""")
BEGINNINGS = frames_of("""
{s}
{s} {is}
I think {s}
the
the {t}
this {plain} {t}
we {do} {s}
it {is}
a {t}
{name} {family}
{who}
in {city}
I do
do you
we had
what a
""")
CONSTANTS = (
    ("{s} is better than I had hoped", 0.94),
    ("{s} was worse than I had feared", 0.05),
    ("{s} could be better", 0.25),
    ("{s} could be worse", 0.6),
    ("it could not be better", 0.95),
    ("it could not be worse", 0.04),
    ("I have seen better", 0.2),
    ("I have never seen a better {t}", 0.95),
    ("I have never seen a worse {t}", 0.04),
    ("never had a better {t}", 0.95),
    ("never had a worse {t}", 0.04),
    ("the best {t} ever", 0.97),
    ("the worst {t} ever", 0.03),
    ("best {t} of {year}", 0.96),
    ("worst {t} of {year}", 0.04),
    ("one of the best {t} choices in {city}", 0.95),
    ("one of the worst {t} choices in {city}", 0.05),
    ("{s} is the best", 0.96),
    ("{s} is the worst", 0.04),
    ("not the best {t}", 0.25),
    ("not the worst {t}", 0.6),
    ("the {t} gets better and better", 0.93),
    ("the {t} gets worse and worse", 0.06),
    ("I would do it again", 0.92),
    ("I would never do it again", 0.06),
    ("I laughed so much", 0.9),
    ("I have never laughed so hard", 0.9),
    ("I never laughed", 0.1),
    ("I did not laugh once", 0.08),
    ("it made me laugh", 0.88),
    ("nobody laughed", 0.1),
    ("nobody complained", 0.75),
    ("everybody complained", 0.08),
    ("it works", 0.85),
    ("it does not work", 0.06),
    ("I have no problem with {s}", 0.8),
    ("I have a problem with {s}", 0.1),
    ("too long", 0.12),
    ("too much", 0.3),
    ("too expensive", 0.1),
    ("not too long", 0.6),
    ("so-so", 0.45),
    ("ok", 0.6),
    ("okay, I guess", 0.52),
    ("meh", 0.2),
)
