"""Tables: a golden one, wide letters, many classes, and what is said of classes that are absent or never predicted."""

import numpy as np
import pytest

from rnn_textclf.reports.summary import EvaluationInput, summarize
from rnn_textclf.reports.tables import aligned, never_predicted, report_lines
from rnn_textclf.reports.text_width import display_width, shortened
from rnn_textclf.runs.prefix_evaluation import PrefixEvaluation
from tests.reports.samples import evaluation


def test_the_whole_table() -> None:
    lines = "\n".join(report_lines(summarize(evaluation())))
    assert lines == "\n".join(
        [
            "Scored: 5 rows of a file",
            "",
            "               precision  recall     F1  rows",
            "ham                66.7%   66.7%  66.7%     3",
            "spam               50.0%   50.0%  50.0%     2",
            "macro mean         58.3%   58.3%  58.3%",
            "weighted mean      60.0%   60.0%  60.0%",
            "",
            "true \\ predicted  ham  spam",
            "ham                 2     1",
            "spam                1     1",
            "",
            "accuracy                    60.00% (3 of 5; always 'ham': 60.00%)",
            "ROC AUC                     0.8333",
            "average precision           0.8333",
            "expected calibration error  0.3400 (15 bins)",
            "",
            "words       2–9",
            "rows          5",
            "accuracy  60.0%",
            "",
            "words read   25%    50%    75%   100%",
            "accuracy    0.0%  60.0%  60.0%  60.0%",
        ]
    )


def test_a_fitted_temperature_is_told() -> None:
    lines = list(report_lines(summarize(evaluation(2.0))))
    (line,) = [line for line in lines if line.startswith("expected calibration error")]
    assert line.endswith("without the temperature 2.000)")


def test_several_labels_have_micro_means_and_no_matrix() -> None:
    summary = summarize(evaluation(multi_label=True))
    assert "micro_mean" in summary
    assert summary.keys().isdisjoint({"confusion_matrix", "roc_auc"})
    lines = list(report_lines(summary))
    assert any(line.startswith("micro mean") for line in lines)
    assert not any(line.startswith("true \\") for line in lines)


def test_many_classes_are_cut_in_the_table_alone() -> None:
    labels = tuple(f"class {i}" for i in range(120))
    targets = np.eye(120, dtype=bool)[np.arange(240) % 120]
    rows = PrefixEvaluation(np.arange(240), targets, targets * 0.9, False, np.full(240, 4), np.ones((240, 4), bool))
    summary = summarize(EvaluationInput("rows", labels, rows, 1.0, "softmax"))
    assert len(summary["classes"]) == 120
    assert "confusion_matrix" not in summary
    lines = list(report_lines(summary))
    assert "and 80 classes with fewer rows: see metrics.json" in lines


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert list(aligned([["a", "1"], ["bcd", "22"]], "<>")) == ["a     1", "bcd  22"]


def of(labels: tuple[str, ...], true: list[int], predicted: list[int]) -> EvaluationInput:
    """Examples of the true classes, all sure of the predicted ones."""
    eye = np.eye(len(labels), dtype=bool)
    chances = eye[predicted] * 0.9 + 0.01
    size = len(true)
    right = np.equal(true, predicted)
    scored = PrefixEvaluation(
        np.arange(size), eye[true], chances, False, np.full(size, 4), np.stack([right] * 4, axis=1)
    )
    return EvaluationInput("rows", labels, scored, 1.0, "softmax")


def test_a_class_without_rows_is_a_dash_and_not_in_the_macro_mean() -> None:
    summary = summarize(of(("a", "b", "absent"), [0, 0, 1, 1], [0, 0, 1, 2]))
    lines = list(report_lines(summary))
    assert next(line.split() for line in lines if line.startswith("absent")) == ["absent", "–", "–", "–", "0"]
    assert summary["classes"]["absent"] == {"precision": None, "recall": None, "f1": None, "support": 0}
    assert summary["macro_mean"]["f1"] == pytest.approx((1 + 2 / 3) / 2)


def test_a_class_that_is_never_predicted_is_said_with_what_to_do() -> None:
    summary = summarize(of(("a", "b", "c"), [0, 0, 1, 2], [0, 0, 0, 2]))
    said = "Never predicted: 'b' (1 rows); train with --class_weight=balanced, "
    assert list(report_lines(summary))[-1].startswith(said)
    summary["never_predicted"]["class_weight_balanced"] = True
    assert never_predicted(summary) == "Never predicted: 'b' (1 rows); give more rows of them"
    assert not never_predicted(summarize(evaluation()))


def test_twelve_classes_fit_a_terminal() -> None:
    labels = tuple(f"a class with the long name {i}" for i in range(12))
    classes = [i for i in range(12) for _ in range(1234)]
    lines = list(report_lines(summarize(of(labels, classes, classes))))
    begin = next(i for i, line in enumerate(lines) if line.startswith("true \\ predicted"))
    assert lines[begin].split()[3:] == [str(i) for i in range(1, 13)]
    assert lines[begin + 12].split()[0] == "12"
    assert lines[begin + 12].split()[-12:] == ["·"] * 11 + ["1234"]
    assert max(map(display_width, lines[begin : begin + 13])) <= 80


def test_letters_of_two_columns_are_aligned() -> None:
    lines = list(aligned([["电影", "1"], ["film", "22"], ["cafe\u0301", "3"]], "<>"))
    assert lines == ["电影   1", "film  22", "cafe\u0301   3"]
    assert {display_width(line) for line in lines} == {8}


def test_a_long_name_loses_its_middle() -> None:
    assert shortened("short", 5) == "short"
    assert shortened("complaint about delivery", 12) == "complain…ery"
    assert shortened("电影电影电影电影", 9) == "电影电…影"
    assert all(display_width(shortened("a" * 40, width)) == width for width in range(4, 40))
