"""Strict JSON: what json reads is read the same, and what is hostile or ambiguous is refused in one line."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.strict_json import JsonError, loads

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)


@given(values, st.booleans())
def test_what_json_writes_is_read(value: object, ascii_only: bool) -> None:
    assert loads(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        ("1" * 5_000, "more than 20 digits"),
        ('{"a": -' + "1" * 5_000 + "}", "more than 20 digits"),
        ("[NaN]", "NaN"),
        ("-Infinity", "Infinity"),
        ("1e999", "out of range"),
        ('{"a": 1, "b": 2, "a": 3}', "the key 'a' stands twice"),
        ('["\\ud800"]', "surrogate"),
        ("[1,", "not JSON: "),
        ("", "not JSON: "),
        (b"\xff", "not UTF-8"),
    ],
)
def test_what_is_refused(text: str | bytes, message: str) -> None:
    with pytest.raises(JsonError, match=message) as error:
        loads(text)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 200


def test_digits_in_text_and_after_a_point_are_no_integer() -> None:
    digits = "1" * 40
    assert loads(f'["{digits}"]') == [digits]
    assert loads(f"0.{digits}") == pytest.approx(1 / 9)
    assert math.isclose(loads(f"{digits}.5"), float(digits))
    assert loads('["\\ud83d\\ude00"]') == ["\U0001f600"]
