"""One prediction as lines of a table, of tab-separated values and of JSON."""

import json

import pytest

from rnn_textclf.reports.output import text_line, verdict, word_lines
from rnn_textclf.reports.text_width import display_width
from rnn_textclf.runs.prediction import Prediction
from tests.reports.samples import FOUR, three


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


def test_the_class_of_the_running_score_is_named_with_three_classes() -> None:
    assert list(word_lines(three("b"), "table")) == ["score of 'b'", "a 0.700", "=> b (70.0%)"]
    assert next(iter(word_lines(FOUR, "table"))) == "it 0.500"
    assert next(iter(word_lines(FOUR._replace(several_labels=True), "table"))) == "score of 'positive'"
    assert list(json.loads(text_line(FOUR, "jsonl")))[-1] == "target"


def test_many_classes_are_cut_to_three_in_a_line_for_people_alone() -> None:
    chances = dict(zip("abcdef", (0.05, 0.4, 0.1, 0.25, 0.15, 0.05), strict=True))
    six = three("b")._replace(probabilities=chances)
    assert text_line(six, "table") == "b  b  40.0%  d  25.0%  e  15.0%  a text"
    assert text_line(six, "tsv").count("\t") == 7
    assert list(json.loads(text_line(six, "jsonl"))["probabilities"]) == list("abcdef")


def test_lines_of_long_and_wide_names_are_aligned() -> None:
    names = ["education and teacher training abroad", "体育", "music", "d", "e", "f"]
    lines = []
    for first in names[:3]:
        chances = {name: 0.5 if name == first else 0.1 for name in names}
        lines.append(text_line(three(first)._replace(probabilities=chances), "table"))
    ends = {display_width(line[: line.index("%")]) for line in lines}
    assert len(ends) == 1
    assert lines[0].startswith("education and te… abroad  ")
    assert text_line(three("b|a"), "table").startswith("b|a  ")


def test_a_text_without_words_has_no_verdict() -> None:
    empty = Prediction(" \0 ", "positive", {"negative": 0.4, "positive": 0.6}, ["<unk>"], [0.6], ["<unk>"], "positive")
    assert list(word_lines(empty, "table")) == ["=> no words"]
    assert text_line(empty, "table").startswith("no words")
    assert text_line(empty, "tsv").startswith("positive\t0.400000")
