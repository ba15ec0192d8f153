"""Records of soft labels: each way to write them, and the reason why a row is none."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.training.distillation.soft_label_records import RecordError, SoftLabelFields

FIELDS = SoftLabelFields(("bad", "fair", "good"), several=False)
OBJECT = {"text": "so so", "probabilities": {"bad": 0.25, "good": 0.25, "fair": 0.5}}


def test_objects_name_classes_in_any_order_or_a_label_and_a_confidence() -> None:
    assert FIELDS.read_object(OBJECT) == ("so so", (0.25, 0.5, 0.25))
    assert FIELDS.read_object({"Review": "so", "bad": 0, "fair": 1, "good": 0, "x": 9}) == ("so", (0, 1, 0))
    assert FIELDS.read_object({"text": "so", "label": "good", "confidence": 0.5}) == ("so", (0.25, 0.25, 0.5))
    numbered = SoftLabelFields(("0", "1"), several=False)
    assert numbered.read_object({"text": "so", "label": 1.0, "confidence": 1}).probabilities == (0, 1)


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("id,good,bad,text,fair", "7,.25,.25,so,.5", (0.25, 0.5, 0.25)),
        ("text,label,predicted_label,probability_bad,probability_fair,probability_good", "so,bad,fair,.2,.7,.1", None),
        ("Sentence,sentiment,score", "so,bad,.5", (0.5, 0.25, 0.25)),
        ("bad,0.8,0.1,0.1,so", "bad,0.8,0.1,0.1,so", (0.8, 0.1, 0.1)),
        ("so,bad,0.8", "so,bad,0.8", (0.8, 0.1, 0.1)),
    ],
)
def test_columns_are_found_by_name_or_as_inference_prints_them(header: str, row: str, expected: Any) -> None:
    reader, is_header = FIELDS.reader(header.split(","))
    assert is_header is (header != row)
    text, probabilities = reader(row.split(","))
    assert text == "so"
    assert probabilities == pytest.approx(expected or (0.2, 0.7, 0.1))


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("text,bad,good", "no column for class 'fair'"),
        ("text,probability_bad,probability_awful", "'awful' is not a class of the training rows \\(bad, fair, good\\)"),
        ("text,label", "expected a column for each class \\(bad, fair, good\\), or a label and a confidence"),
        ("so,0.5", "expected a header that names the text and each class"),
    ],
)
def test_a_header_without_the_classes_is_refused(header: str, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        FIELDS.reader(header.split(","))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": None}, "no text"),
        ({"probabilities": None}, "expected an object 'probabilities' by class, or a label and a confidence"),
        ({"probabilities": [0.5, 0.5, 0]}, "is not an object by class"),
        ({"probabilities": {"bad": 0.5, "good": 0.5}}, "no probability for class 'fair'"),
        ({"probabilities": {"bad": 0, "good": 0, "fair": 0, "ugly": 1}}, "'ugly' is not a class"),
        ({"probabilities": {"bad": math.nan, "good": 0.5, "fair": 0.5}}, "nan is not a probability"),
        ({"probabilities": {"bad": -0.1, "good": 0.6, "fair": 0.5}}, "-0.1 is not a probability in"),
        ({"probabilities": {"bad": 0.3, "good": 0.3, "fair": 0.3}}, "the probabilities sum to 0.9, not to 1"),
        ({"probabilities": {"bad": True, "good": 0, "fair": 0}}, "True is not a probability"),
    ],
)
def test_an_object_that_is_no_soft_label_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        FIELDS.read_object(OBJECT | change)


def test_probabilities_without_a_header_must_agree_with_their_label() -> None:
    reader, _ = FIELDS.reader(["good", "0.8", "0.1", "0.1", "so"])
    with pytest.raises(RecordError, match=r"'good' is not the most probable class; .* bad, fair, good in this order"):
        reader(["good", "0.8", "0.1", "0.1", "so"])


def test_texts_with_several_labels_have_probabilities_of_their_own() -> None:
    fields = SoftLabelFields(("red", "blue"), several=True)
    assert fields.read_object({"text": "a", "red": 0.9, "blue": 0.8}).probabilities == (0.9, 0.8)
    with pytest.raises(RecordError, match="each class needs a probability"):
        fields.read_object({"text": "a", "label": "red", "confidence": 0.9})


@given(st.lists(st.floats(0.01, 1), min_size=3, max_size=3))
def test_rounded_probabilities_sum_to_one_again(values: list[float]) -> None:
    rounded = [f"{value / sum(values):.3f}" for value in values]
    checked = FIELDS.checked(rounded)
    assert math.fsum(checked) == pytest.approx(1, abs=1e-12)
    assert checked == pytest.approx([value / sum(values) for value in values], abs=2e-3)
