"""Names of classes as files spell them: one spelling each, or the reason why a name is no label."""

import functools
import re
import unicodedata

_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u2060\u00ad"))  # Byte-order marks, zero-width spaces, soft hyphens.
_MISSING = {"", "nan", "\\n", "<na>"}  # As pandas and MySQL write a missing value, in lower case.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # labels.txt has one name a line.
_WHOLE = re.compile(r"([+-]?[0-9]+)\.0*")
_FRACTION = re.compile(r"[+-]?[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?")
_YES_OR_NO = {"0": False, "1": True, "false": False, "true": True, "no": False, "yes": True}


@functools.lru_cache(1 << 12)  # They repeat from example to example.
def label_names(names: tuple[str, ...]) -> tuple[str, ...] | str:
    """Some names normalised, each once and without missing ones; or the reason why one cannot be a label."""
    found = [normalised(name) for name in names]
    if any(map(_UNFIT.search, found)):
        return "a label with a line break, a control character or a lone surrogate"
    return tuple(dict.fromkeys(name for name in found if name.casefold() not in _MISSING))


def normalised(name: str) -> str:
    """A name in NFC, without white space around it and invisible characters in it."""
    return name.strip() if name.isascii() else unicodedata.normalize("NFC", name.translate(_INVISIBLE).strip())


def whole_number(name: str) -> str:
    """A whole number without its point, `1` for `1.0`; any other name as it is."""
    match = _WHOLE.fullmatch(name)
    return match[1] if match else name


def is_fraction(name: str) -> bool:
    """Whether a name is a number with a fraction, such as 0.37."""
    return _FRACTION.fullmatch(name) is not None and whole_number(name) == name


def flag(value: str) -> bool | None:
    """The value of a column that stands for one label: 0 or 1, true or false; None for any other."""
    return _YES_OR_NO.get(whole_number(value.strip().casefold()))
