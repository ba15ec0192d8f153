"""Text of a run folder that people will read on a terminal: no control characters, no more than a line of it."""

from collections.abc import Iterator
from typing import Any


def control_character(text: str) -> bool:
    """Whether a terminal would act on the text rather than show it."""
    return any((c < " " and c != "\t") or ("\x7f" <= c <= "\x9f" and c != "\x85") for c in text)


def strings(value: Any) -> Iterator[str]:
    """All text in a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from strings(key)
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def shown(value: object) -> str:
    """At most a line of it, printable."""
    return "".join(c if c.isprintable() else "?" for c in str(value)[:200])
