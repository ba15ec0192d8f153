"""Texts in the containers that callers have, and what is refused."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnn_textclf.inference.texts import check_texts, growing_chunks

TEXTS = ["a fine film", "", "a dull one"]


@pytest.mark.parametrize(
    "container",
    [
        TEXTS,
        tuple(TEXTS),
        iter(TEXTS),
        np.array(TEXTS),
        np.array(TEXTS, object),
        pd.Series(TEXTS, index=[7, 3, 9]),
        pd.Series(TEXTS, dtype="string"),
        pd.Index(TEXTS),
    ],
    ids=lambda container: type(container).__name__,
)
def test_containers_of_strings(container: Any) -> None:
    assert list(check_texts(container)) == TEXTS


@pytest.mark.parametrize(
    ("container", "message"),
    [
        ("a film", "got one text: put it into a list"),
        (b"a film", "got one text: put it into a list"),
        (None, r"expected texts: .*, got NoneType \(None\)"),
        (3, r"got int \(3\)"),
        ({"a": "b"}, "got dict"),
        ({"a film"}, "got set"),
        (pd.DataFrame({"text": TEXTS}), r"got a table \(DataFrame\): name its column, such as table\['text'\]"),
        (np.array([TEXTS]), r"got an array of shape \[1, 3\]"),
    ],
    ids=repr,
)
def test_other_values_are_refused_at_once(container: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        check_texts(container)


@pytest.mark.parametrize(
    ("element", "message"),
    [
        (None, r"expected a string at position 1, got NoneType \(None\): fill missing texts first"),
        (float("nan"), r"got float \(nan\): fill missing texts first, such as series.fillna\(''\)"),
        (np.float32("nan"), r"got float32 .*: fill missing texts first"),
        (pd.NA, "got NAType .*: fill missing texts first"),
        (3, r"got int \(3\)$"),
        (["a"], r"got list \(\['a'\]\): flatten nested lists"),
        (b"a", "got bytes"),
        (pd.DataFrame(), "got DataFrame"),
    ],
    ids=repr,
)
def test_other_elements_are_refused_by_their_position(element: Any, message: str) -> None:
    texts = check_texts(["a film", element])
    assert next(texts) == "a film"
    with pytest.raises(TypeError, match=message):
        next(texts)


def test_chunks_double_up_to_the_largest() -> None:
    assert [len(chunk) for chunk in growing_chunks(map(str, range(30)), 1, 8)] == [1, 2, 4, 8, 8, 7]
