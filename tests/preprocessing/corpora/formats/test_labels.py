import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.preprocessing.corpora.formats.labels import flag, is_fraction, label_names, whole_number


@pytest.mark.parametrize("name", ["\ufeffcafé", "café\u200b", "cafe\u0301", " café\u2060", "ca\u00adfé\xa0"])
def test_names_that_look_alike_are_one(name):
    assert label_names((name, "café")) == ("café",)


@pytest.mark.parametrize("name", ["", " ", "NaN", "nan", "\\N", "<NA>", "\u200b"])
def test_missing_names(name):
    assert label_names((name,)) == ()
    assert label_names(("a", name)) == ("a",)


@pytest.mark.parametrize("name", ["a\nb", "a\u2028b", "a\ud800", "a\x85b"])
def test_names_that_are_no_labels(name):
    assert "control character" in label_names((name,))


@pytest.mark.parametrize("name", ["none", "null", "n/a", "NA", "0", "-1", "नहीं"])
def test_names_that_stay(name):
    assert label_names((name,)) == (name,)


@given(st.text(st.characters(min_codepoint=33), min_size=1))
def test_names_are_composed(name):
    names = label_names((name,))
    assert isinstance(names, str) or all(unicodedata.is_normalized("NFC", found) for found in names)


def test_numbers():
    assert [whole_number(name) for name in ("1.0", "1.", "-2.00", "1.5", "1e3", "a", "01")] == [
        "1",
        "1",
        "-2",
        "1.5",
        "1e3",
        "a",
        "01",
    ]
    assert [is_fraction(name) for name in ("0.5", ".5", "1e-3", "-2.5e-3", "1.0", "1", "v1.5")] == [
        True,
        True,
        False,
        True,
        False,
        False,
        False,
    ]
    assert [flag(value) for value in ("1", "1.0", "TRUE", "0", "0.0", "no", "2", "", "-1")] == [
        True,
        True,
        True,
        False,
        False,
        False,
        None,
        None,
        None,
    ]
