"""Strict JSON: what RFC 8259 leaves open is refused, and what would exhaust the reader is bounded.

Refused are NaN and infinities, numbers that are not finite as float64, integers of more than 20 digits, a key that
stands twice in an object, lone surrogates, and nesting that is deeper than the interpreter's stack.
"""

import json
import math
import re
from collections.abc import Sequence
from typing import Any

_MAX_DIGITS = 20  # As many as an unsigned 64-bit integer has.
_LONG_INTEGER = re.compile(rf"(?<![\d.])\d{{{_MAX_DIGITS + 1},}}(?![\d.eE])")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


class JsonError(ValueError):
    """Text that is not strict JSON; the message says why in a few words."""


def loads(data: bytes | str) -> Any:
    """The value of JSON text in UTF-8.

    Raises:
      JsonError: it is not strict JSON.
    """
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        if _LONG_INTEGER.search(text) and _LONG_INTEGER.search(_STRING.sub('""', text)):
            raise JsonError(f"an integer of more than {_MAX_DIGITS} digits")
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_unique)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError:
        raise JsonError("not UTF-8") from None
    except UnicodeEncodeError:
        raise JsonError("half of a surrogate pair") from None
    except RecursionError:
        raise JsonError("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise JsonError(f"not JSON: {error.msg}, line {error.lineno}") from None
    return value


def _refuse(constant: str) -> Any:
    raise JsonError(f"{constant} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise JsonError(f"{digits[:20]} is out of range")
    return number


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        keys = [key for key, _ in pairs]
        raise JsonError(f"the key {next(key for key in keys if keys.count(key) > 1)[:50]!r} stands twice")
    return values
