"""Changes that leave the answer to a text as it is: typos, web addresses and @names."""

import random
import re
import string

_SHORTEST = 4  # Letters of a word that a typo is put into.
_CODE = string.ascii_letters + string.digits
_ENDINGS = ("com", "org", "net", "co.uk", "io", "de")


def with_typo(text: str, draw: random.Random) -> str:
    """One word's letter left out, doubled, or in the place of its neighbour; a text without long words stays."""
    words = [match for match in re.finditer(r"[A-Za-z]+", text) if len(match.group()) >= _SHORTEST]
    if not words:
        return text
    word = draw.choice(words)
    at = draw.randrange(word.start(), word.end() - 1)
    first, second = text[at], text[at + 1]
    chance = draw.random()
    if chance < 0.6 and first.lower() != second.lower():
        return text[:at] + second + first + text[at + 2 :]
    return text[:at] + second + text[at + 2 :] if chance < 0.8 else text[:at] + first + text[at:]


def addressed(text: str, draw: random.Random) -> str:
    """A web address or an @name before or after a text."""
    code = "".join(draw.choices(_CODE, k=draw.randint(4, 10)))
    site = "".join(draw.choices(string.ascii_lowercase, k=draw.randint(4, 9)))
    address = draw.choice(
        (
            f"@{code}",
            f"@{site}_{draw.randint(1, 99)}",
            f"http://bit.ly/{code}",
            f"https://{site}.{draw.choice(_ENDINGS)}/{code}",
            f"www.{site}.{draw.choice(_ENDINGS)}",
        )
    )
    return f"{address} {text}" if draw.random() < 0.5 else f"{text} {address}"


def beginning(text: str, draw: random.Random) -> str:
    """The first words of a text, one at least; the running score reads those too."""
    words = text.split()
    return " ".join(words[: draw.randint(1, max(1, len(words) - 1))])
