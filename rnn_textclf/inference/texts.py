"""Texts as callers pass them: a list, an array, a pandas Series or any iterable of strings, checked."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

import numpy as np

Item = TypeVar("Item")

_EXPECTED = "expected texts: a list, a one-dimensional array, a pandas Series or an iterable of strings"


def check_texts(texts: Any) -> Iterator[str]:
    """The texts one by one; a wrong container raises at once, a wrong element when it is reached.

    Raises:
      TypeError: one string rather than several, a table, a nested list, or an element that is no string.
    """
    if isinstance(texts, str | bytes):
        raise TypeError("expected a list of texts, got one text: put it into a list")
    if hasattr(texts, "columns"):
        raise TypeError(f"{_EXPECTED}, got a table ({type(texts).__name__}): name its column, such as table['text']")
    if isinstance(texts, np.ndarray) and texts.ndim != 1:
        raise TypeError(f"{_EXPECTED}, got an array of shape {list(texts.shape)}")
    if isinstance(texts, dict | set | frozenset) or not isinstance(texts, Iterable):
        raise TypeError(f"{_EXPECTED}, got {described(texts)}")
    return _strings(texts)


def check_text(text: Any) -> str:
    """One text. Raises TypeError for what is no string."""
    if not isinstance(text, str):
        raise TypeError(f"expected one text, a string, got {described(text)}")
    return text


def growing_chunks(items: Iterable[Item], size: int, largest: int) -> Iterator[list[Item]]:
    """Cuts a stream into lists of `size`, twice that, … up to `largest`: the first result early, the rest fast."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
        size = min(2 * size, largest)


def _strings(texts: Iterable[Any]) -> Iterator[str]:
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"expected a string at position {place}, got {described(text)}{_remedy(text)}")
        yield text


def _remedy(value: Any) -> str:
    """Advice for what tables hold where a text is missing: None, NaN, pandas' NA."""
    if isinstance(value, list | tuple | np.ndarray):
        return ": flatten nested lists"
    is_nan = isinstance(value, float | np.floating) and np.isnan(value)
    missing = value is None or is_nan or type(value).__name__ in ("NAType", "NaTType")
    return ": fill missing texts first, such as series.fillna('')" if missing else ""


def described(value: Any) -> str:
    """The value's type, and the value itself where it is short."""
    shown = repr(value)
    return f"{type(value).__name__} ({shown})" if len(shown) <= 40 and "\n" not in shown else type(value).__name__
