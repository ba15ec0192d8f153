"""Groups of words that leave a sentence's class as it is when one takes the place of another.

Each is one word as the tokenizer gives it: places and names of several words are left alone, and so are words that are
more often something else ("mark", "hope", "nice"). Ratings keep their meaning: numbers to ten, "four" and "five" as in
"four stars", and "ten" are in no group.
"""

from typing import NamedTuple


class Group(NamedTuple):
    """words: exchanged for each other. also: only take the place of others, because they often mean something else."""

    words: tuple[str, ...]
    also: tuple[str, ...] = ()


def _group(words: str, also: str = "") -> Group:
    return Group(tuple(words.split()), tuple(also.split()))


GROUPS: dict[str, Group] = {
    "women": _group(
        "amanda amy andrea angela ann anna anne barbara betty beth brenda carol caroline catherine cathy cheryl "
        "christina christine cindy cynthia deborah debra diana diane donna dorothy elizabeth ellen emily emma "
        "heather helen jane janet jennifer jenny jessica joan julia julie karen kate katherine kathleen kathy "
        "kelly kim kimberly laura lauren linda lisa liz lucy margaret maria marie martha mary megan melissa "
        "michelle nancy natalie nicole nina olivia pamela patricia rachel rebecca ruth samantha sandra sara sarah "
        "sharon sophia sophie stephanie susan teresa tina vanessa virginia wendy"
    ),
    "men": _group(
        "aaron adam alan albert alex alexander andrew andy anthony arthur ben benjamin bob brad brian bruce carl "
        "charles charlie chris christopher daniel danny dave david dennis donald doug douglas ed eddie edward eric "
        "ethan fred gary george greg gregory harold harry henry howard jacob james jason jeff jeffrey jeremy jerry "
        "jim jimmy joe john johnny jonathan jose joseph joshua juan justin keith ken kenneth kevin larry leo "
        "leonard louis luis martin matt matthew michael mike nathan nick nicholas oliver oscar patrick paul peter "
        "phil philip ralph raymond richard robert roger ron ronald roy ryan sam samuel scott sean simon stephen "
        "steve steven ted terry thomas tim timothy todd tom tommy tony vincent walter william"
    ),
    "families": _group(
        "adams affleck allen anderson andersson bailey bennett burton cameron campbell carrey chan chen clark "
        "clooney collins cooper costner cox crowe cruise davis depp diaz dicaprio duvall eastwood edwards evans "
        "fischer ford garcia gibson gonzalez goldberg gomez griffin gupta hanks harris hernandez hitchcock hoffman "
        "hopkins hughes jackson jenkins jensen johnson jones kaufman kelley khan kidman kubrick lawrence leigh "
        "lewis lopez lucas lynch mamet martinez mendes miller mitchell moore morgan morris muller murphy nakamura "
        "nelson nguyen nolan novak pacino patel perez phillips polanski ramirez reynolds rivera roberts robinson "
        "rodriguez rogers sanchez sandler schmidt schneider schwarzenegger scorsese silva simpson singh smith "
        "soderbergh spielberg stewart stiller sullivan tanaka taylor thompson torres travolta turner wagner walker "
        "walsh watson williams willis wilson witherspoon yamamoto zhang"
    ),
    "cities": _group(
        "amsterdam athens atlanta baghdad baltimore bangkok barcelona beijing berlin birmingham bombay boston "
        "brooklyn brussels budapest cairo calcutta chicago cincinnati cleveland copenhagen dallas delhi denver "
        "detroit dublin edinburgh florence frankfurt geneva glasgow hamburg havana helsinki hollywood houston "
        "istanbul jerusalem johannesburg kabul lisbon liverpool london madrid manchester manhattan melbourne "
        "memphis miami milan minneapolis montreal moscow mumbai munich nairobi naples nashville oslo oxford paris "
        "philadelphia pittsburgh prague rome sacramento seattle seoul shanghai singapore stockholm sydney tehran "
        "tokyo toronto vancouver venice vienna warsaw washington zurich"
    ),
    "countries": _group(
        "afghanistan africa albania algeria america argentina asia australia austria bangladesh belgium bolivia "
        "brazil britain bulgaria california cambodia canada chile china colombia croatia cuba denmark egypt "
        "england ethiopia europe finland florida france germany greece haiti hungary india indonesia iran iraq "
        "ireland israel italy jamaica japan kenya korea lebanon malaysia mexico mongolia morocco nepal netherlands "
        "nigeria norway pakistan poland portugal romania russia scotland serbia spain sudan sweden switzerland "
        "syria taiwan texas thailand tunisia uganda ukraine venezuela vietnam wales zimbabwe"
    ),
    "nationalities": _group(
        "afghan african albanian algerian american arab argentine asian australian austrian belgian brazilian "
        "british bulgarian cambodian canadian chilean chinese colombian croatian cuban danish dutch egyptian "
        "english ethiopian european finnish french german greek haitian hungarian indian indonesian iranian iraqi "
        "irish israeli italian jamaican japanese kenyan korean lebanese mexican moroccan nigerian pakistani "
        "portuguese romanian russian scottish serbian spanish sudanese swedish swiss syrian thai tunisian turkish "
        "ukrainian venezuelan vietnamese welsh hispanic latino latina caucasian black white",
        also="native polish",
    ),
    "religions": _group(
        "agnostic anglican atheist baptist buddhist catholic christian evangelical hindu islamic jewish lutheran "
        "methodist mormon muslim presbyterian protestant quaker sunni",
        also="orthodox secular",
    ),
    "believers": _group(
        "agnostics anglicans atheists baptists buddhists catholics christians hindus jews lutherans methodists "
        "mormons muslims protestants quakers"
    ),
    "orientations": _group(
        "asexual bisexual gay heterosexual homosexual lesbian transgender transsexual",
        also="straight queer",
    ),
    "numbers": Group(tuple(map(str, range(11, 100)))),
    "number words": _group(
        "eleven twelve thirteen fifteen sixteen eighteen twenty thirty forty fifty sixty seventy eighty ninety"
    ),
    "years": Group(tuple(map(str, range(1920, 2041)))),
}


def entity_words() -> list[str]:
    """All words of all groups, each once."""
    return list(dict.fromkeys(word for group in GROUPS.values() for word in (*group.words, *group.also)))
