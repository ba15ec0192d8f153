"""Width of text: names that fit a column of a terminal or a corner of a figure."""

import unicodedata


def display_width(text: str) -> int:
    """Columns of a terminal that a text fills: letters of East Asia two, combining marks none."""
    return sum(map(_columns, text))


def shortened(name: str, longest: int) -> str:
    """A name of at most so many columns; a longer one loses its middle, for names often differ at an end."""
    if display_width(name) <= longest:
        return name
    tail = (longest - 1) // 3
    end = _fitting(name[::-1], tail)[::-1]
    return f"{_fitting(name, longest - 1 - tail)}…{end}"


def _fitting(text: str, columns: int) -> str:
    used = 0
    for place, character in enumerate(text):
        used += _columns(character)
        if used > columns:
            return text[:place]
    return text


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
