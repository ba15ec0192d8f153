"""Words of the transfer set; none is among the held-out words of the behavioural suite, which a test compares.

Names, places and attributes of people are those of `rnn_textclf/preprocessing/entities`.
"""

from rnn_textclf.preprocessing.entities.word_lists import GROUPS


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in text.split("/"))


def _names(group: str) -> tuple[str, ...]:
    return tuple(word.capitalize() for word in GROUPS[group].words)


GOOD = _words(
    "good great excellent amazing wonderful awesome nice fantastic perfect brilliant lovely enjoyable fun beautiful "
    "impressive helpful pleasant solid cool sweet clever funny smart friendly reliable comfortable tasty fresh strong "
    "fine decent interesting cute best touching moving witty warm honest original gripping hilarious relaxing useful "
    "easy quick generous delicious spotless quiet bright gentle graceful powerful creative thoughtful charismatic "
    "entertaining sharp lively tender superior sound stylish cozy welcoming professional"
)
BAD = _words(
    "bad terrible awful horrible poor boring dull disappointing ugly stupid slow rude annoying weak sloppy awkward "
    "cheap broken noisy dirty stale bland confusing sad silly messy unreliable overpriced worst pointless predictable "
    "forgettable lazy painful unfunny flat cold unfair uncomfortable greasy fake cheesy pretentious shallow "
    "uninspired tasteless unhelpful arrogant hostile faulty cramped smelly bitter hollow tired "
    "overlong amateurish irresponsible careless dishonest chaotic defective gloomy"
)
LIKES = _phrases(
    "made me laugh / made my day / is worth every cent / works like a charm / never lets me down / won me over / "
    "made me smile / is a joy / kept me hooked / is just what I needed / gets better every time / blew me away / "
    "deserves an award / exceeded my hopes / is a keeper / touched me deeply / is money well spent / is a pleasure"
)
DISLIKES = _phrases(
    "wasted my time / broke after a week / let me down / put me to sleep / is a waste of money / made me yawn / "
    "drove me crazy / made me angry / never works / ruined the evening / is not worth it / gave me a headache / "
    "fell apart / left me cold / is a joke / goes nowhere / was a letdown / needs to go / cost me a fortune"
)
SAYINGS = _phrases(
    "I love it / I like it / I really enjoyed it / I would do it again / I could not be happier / highly recommended / "
    "I have never laughed so much / I can't wait to go back / you will not regret it / what a great day / well done / "
    "thank you so much / I could not ask for more / it does not get better than this / two thumbs up / "
    "I hated it / I did not like it / avoid it / stay away / never again for me / what a waste / I want a refund / "
    "I have never been so bored / I could not wait to leave / you will regret it / I expected more / do not bother / "
    "it does not get worse than this / save your money / I was not impressed / nothing about it works / "
    "I left early / it is what it is / it happened on a Monday / I do not know yet / ask me tomorrow / so so"
)
THINGS = _words(
    "film movie show book story song album game play flight hotel room pool beach restaurant soup pasta burger coffee "
    "steak salad bar service phone screen camera battery app website software car bike engine bus ticket class course "
    "school job office meeting house kitchen chair bed shoe jacket dress shirt watch lamp vacuum doctor hospital bank "
    "store shop market delivery package plot ending script cast acting dialogue music director actor comedy thriller "
    "drama series episode trailer visit trip tour museum gym haircut"
)
PEOPLE = _words("driver teacher boss neighbor friend brother sister manager chef guide salesman clerk coach singer")
CRITICS = _phrases("critics / the ads / most reviewers / my friends / everybody else / the neighbors / people online")
VERY = _phrases(
    "very / really / so / really really / extremely / absolutely / pretty / quite / rather / too / truly / a bit / "
    "incredibly / totally / surprisingly / just / simply / kind of / not very / not really / not so / not too / "
    "never / hardly / anything but / far from / not exactly / by no means / nothing but / barely / always / still"
)
ENTITIES = {
    "woman": _names("women"),
    "man": _names("men"),
    "family": _names("families"),
    "city": _names("cities"),
    "country": _names("countries"),
    "nationality": _names("nationalities"),
    "religion": _names("religions"),
    "orientation": GROUPS["orientations"].words,
    "number": GROUPS["numbers"].words,
    "year": GROUPS["years"].words,
}
USED = {
    word.lower()
    for words in (GOOD, BAD, THINGS, PEOPLE, LIKES, DISLIKES, SAYINGS, *ENTITIES.values())
    for phrase in words
    for word in phrase.split()
}
