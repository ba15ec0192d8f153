"""One prediction as lines of a table, of tab-separated values and of JSON."""

import json

import pytest

from rnn_textclf.reports.output import text_line, verdict, word_lines
from tests.reports.samples import three


@pytest.mark.parametrize(
    ("form", "top_k", "expected"),
    [
        ("table", None, "b  a  20.0%  b  70.0%  c  10.0%  a text"),
        ("table", 2, "b  b  70.0%  a  20.0%  a text"),
        ("tsv", None, "b\t0.200000\t0.700000\t0.100000\ta text"),
        ("tsv", 1, "b\tb\t0.700000\ta text"),
    ],
)
def test_every_class_is_shown_or_the_most_probable_ones(form: str, top_k: int | None, expected: str) -> None:
    assert text_line(three("b"), form, top_k) == expected


def test_json_lines_hold_the_most_probable_classes() -> None:
    assert list(json.loads(text_line(three("b"), "jsonl"))["probabilities"]) == ["a", "b", "c"]
    assert json.loads(text_line(three("b"), "jsonl", 2))["probabilities"] == {"b": 0.7, "a": 0.2}


def test_verdicts_with_several_labels_and_with_none() -> None:
    assert verdict(three("b")) == "b (70.0%)"
    assert verdict(three("b|a")) == "b (70.0%), a (20.0%)"
    assert verdict(three("")) == "none of the classes"
    assert list(word_lines(three("b"), "table", 2))[-1] == "=> b (70.0%), a (20.0%)"
