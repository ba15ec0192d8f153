"""Reports: a golden table, JSON that holds the same, pictures by their content, and Matplotlib's absence."""

import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.reports import figures, plot_style
from rnn_textclf.reports.report import print_report, scoring_figures
from rnn_textclf.reports.summary import EvaluationInput, summarize
from rnn_textclf.reports.tables import aligned, report_lines
from rnn_textclf.reports.training_report import report
from rnn_textclf.runs.evaluation import PrefixEvaluation
from rnn_textclf.runs.history import EpochMetrics
from rnn_textclf.runs.metrics import LengthGroup, calibration_bins, length_groups

LABELS = ("ham", "spam")


def scored(multi_label: bool = False) -> PrefixEvaluation:
    """Five rows: ham, ham, ham (wrong), spam, spam (wrong)."""
    chances = np.array([0.1, 0.2, 0.7, 0.9, 0.4])
    targets = np.eye(2, dtype=bool)[[0, 0, 0, 1, 1]]
    lengths = np.array([3, 5, 8, 2, 9])
    last = np.column_stack([1 - chances, chances])
    running = np.stack([~targets, last, last, last], axis=1)
    return PrefixEvaluation(np.arange(5), targets, last, multi_label, lengths, running)


def scoring(temperature: float = 1.0, multi_label: bool = False) -> EvaluationInput:
    loss = "sigmoid" if multi_label else "softmax"
    return EvaluationInput("5 rows of a file", LABELS, scored(multi_label), temperature, loss)


def test_the_whole_table() -> None:
    lines = "\n".join(report_lines(summarize(scoring())))
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
    lines = list(report_lines(summarize(scoring(2.0))))
    (line,) = [line for line in lines if line.startswith("expected calibration error")]
    assert line.endswith("without the temperature 2.000)")


def test_several_labels_have_micro_means_and_no_matrix() -> None:
    summary = summarize(scoring(multi_label=True))
    assert "micro_mean" in summary
    assert summary.keys().isdisjoint({"confusion_matrix", "roc_auc"})
    lines = list(report_lines(summary))
    assert any(line.startswith("micro mean") for line in lines)
    assert not any(line.startswith("true \\") for line in lines)


def test_many_classes_are_cut_in_the_table_alone() -> None:
    labels = tuple(f"class {i}" for i in range(120))
    targets = np.eye(120, dtype=bool)[np.arange(240) % 120]
    rows = PrefixEvaluation(np.arange(240), targets, targets * 0.9, False, np.full(240, 4), np.ones((240, 4, 120)))
    summary = summarize(EvaluationInput("rows", labels, rows, 1.0, "softmax"))
    assert len(summary["classes"]) == 120
    assert "confusion_matrix" not in summary
    lines = list(report_lines(summary))
    assert "and 80 classes with fewer rows: see metrics.json" in lines


@pytest.mark.parametrize("form", ["jsonl", "tsv"])
def test_other_forms_hold_the_same_numbers(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_report(summarize(scoring()), form)
    out = capsys.readouterr().out
    if form == "jsonl":
        assert json.loads(out) == json.loads(json.dumps(summarize(scoring())))
        assert out.count("\n") == 1
    else:
        values = dict(line.split("\t") for line in out.splitlines())
        assert values["accuracy"] == "0.6"
        assert values["confusion_matrix.0.1"] == "1"
        assert values["classes.ham.support"] == "3"


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert list(aligned([["a", "1"], ["bcd", "22"]], "<>")) == ["a     1", "bcd  22"]


def test_length_groups_hold_each_row_once() -> None:
    draw = np.random.default_rng(1)
    lengths, right = draw.integers(1, 50, 500), draw.random(500) < 0.7
    groups = length_groups(lengths, right)
    assert 4 <= len(groups) <= 6
    assert sum(group.size for group in groups) == 500
    assert sum(group.right for group in groups) == right.sum()
    assert all(a.last < b.first for a, b in pairwise(groups))
    assert length_groups(np.full(100, 7), right[:100]) == [LengthGroup(7, 7, 100, int(right[:100].sum()))]


def texts(axes: Any) -> list[str]:
    return [label.get_text() for label in axes]


def test_learning_curves_have_a_point_an_epoch() -> None:
    epochs = [EpochMetrics(i, 1 / i, 0.5, 2 / i, 0.6, 0.1, 1.0, i) for i in (1, 2, 3)]
    with plot_style.styled():
        figure = figures.learning_curves(epochs, best=2)
    loss, accuracy = figure.axes
    assert (loss.get_title(loc="left"), accuracy.get_title(loc="left")) == ("Loss (nats)", "Accuracy (%)")
    train, valid, best = loss.lines
    assert list(train.get_ydata()) == [1, 1 / 2, 1 / 3]
    assert list(valid.get_ydata()) == [2, 1, 2 / 3]
    assert list(best.get_xdata()) == [2, 2]
    assert texts(figure.legends[0].get_texts()) == [
        "training rows, with dropout",
        "validation rows",
        "best epoch (2)",
    ]


def test_confusion_matrix_names_classes_and_counts() -> None:
    with plot_style.styled():
        figure = figures.confusion_matrix(("a$_x$", "b"), np.array([[8, 2], [1, 4]]))
    axes = figure.axes[0]
    assert texts(axes.get_xticklabels()) == texts(axes.get_yticklabels()) == ["a$_x$", "b"]
    assert texts(axes.texts) == ["8\n80%", "2\n20%", "1\n20%", "4\n80%"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted class", "true class")


def test_confusion_matrix_of_many_classes_draws_the_largest() -> None:
    with plot_style.styled():
        figure = figures.confusion_matrix([f"c{i}" for i in range(80)], np.diag(np.arange(80)))
    assert texts(figure.axes[0].get_xticklabels()) == [f"c{i}" for i in range(30, 80)]
    assert "50 largest of 80" in figure.axes[0].get_title(loc="left")


def test_reliability_shows_both_temperatures() -> None:
    after, before = (calibration_bins(np.array(c), np.array([True, False])) for c in ([0.6, 0.7], [0.9, 0.99]))
    with plot_style.styled():
        figure = figures.reliability_diagram(after, before, 2.0)
    upper, lower = figure.axes
    labels = texts(upper.get_legend().get_texts())
    assert labels[1].startswith("temperature 1, error")
    assert labels[2].startswith("temperature 2.00, error")
    assert sum(bar.get_height() for bar in lower.patches) == 2


def test_accuracy_pictures() -> None:
    with plot_style.styled():
        by_length = figures.accuracy_by_length([LengthGroup(1, 4, 10, 8), LengthGroup(5, 5, 20, 10)]).axes[0]
        running = figures.running_accuracy(scored().prefixes_right, (0.25, 0.5, 0.75, 1.0)).axes[0]
    assert texts(by_length.get_xticklabels()) == ["1–4\nn = 10", "5\nn = 20"]
    assert list(by_length.lines[0].get_ydata()) == [80, 50]
    assert texts(running.get_xticklabels()) == ["25%", "50%", "75%", "100%"]
    np.testing.assert_allclose(running.lines[0].get_ydata(), [0, 60, 60, 60])


def test_wilson_intervals() -> None:
    low, high = figures.wilson_interval(np.array([0, 5, 10]), np.array([10, 10, 10]))
    np.testing.assert_allclose(low, [0, 0.2366, 0.7225], atol=1e-3)
    np.testing.assert_allclose(high, [0.2775, 0.7634, 1], atol=1e-3)


@pytest.mark.parametrize("multi_label", [False, True])
def test_every_picture_can_be_drawn(multi_label: bool, tmp_path: Path) -> None:
    with plot_style.styled():
        made = scoring_figures(scoring(1.5, multi_label), summarize(scoring(1.5, multi_label)))
        for name, figure in made.items():
            plot_style.save(figure, tmp_path / name)
    assert {path.name for path in tmp_path.iterdir()} == set(made)
    assert ("confusion_matrix.png" in made) != multi_label


def test_training_ends_with_a_report(scored_run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = type(scored_run.folder)(Path(shutil.copytree(scored_run.folder.path, tmp_path / "run")))
    report(scored_run._replace(folder=folder))
    *table, accuracy, place = capsys.readouterr().out.splitlines()
    assert table[1].startswith("Scored: 8 test rows of ")
    assert accuracy.startswith(f"Test accuracy {scored_run.test.accuracy:.2%} (")
    assert "rows never seen), epoch" in accuracy
    assert place == f"Run folder: {folder.path}"
    values = json.loads((folder.path / "metrics.json").read_text())
    assert values["test"]["accuracy"] == values["test_accuracy"] == scored_run.test.accuracy
    assert values["valid"]["rows"] == 8
    drawn = {path.name for path in folder.report.iterdir()}
    assert drawn == {
        "learning_curves.png",
        "confusion_matrix.png",
        "reliability.png",
        "accuracy_by_length.png",
        "running_accuracy.png",
    }


def test_without_matplotlib_one_line_and_all_the_rest(
    scored_run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    folder = type(scored_run.folder)(Path(shutil.copytree(scored_run.folder.path, tmp_path / "run")))
    report(scored_run._replace(folder=folder))
    shown = capsys.readouterr()
    assert shown.err.count("pip install matplotlib") == shown.err.count("\n") == 1
    assert "Test accuracy" in shown.out
    assert (folder.path / "metrics.json").exists()
    assert not folder.report.exists()
