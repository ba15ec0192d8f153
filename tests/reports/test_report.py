"""The report: JSON and TSV that hold the table's numbers, figures that these examples have, Matplotlib's absence."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from rnn_textclf.reports.figures import plot_style
from rnn_textclf.reports.report import evaluation_figures, print_report
from rnn_textclf.reports.summary import summarize
from rnn_textclf.reports.training_report import report
from tests.reports.samples import evaluation


@pytest.mark.parametrize("form", ["jsonl", "tsv"])
def test_other_forms_hold_the_same_numbers(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_report(summarize(evaluation()), form)
    out = capsys.readouterr().out
    if form == "jsonl":
        assert json.loads(out) == json.loads(json.dumps(summarize(evaluation())))
        assert out.count("\n") == 1
    else:
        values = dict(line.split("\t") for line in out.splitlines())
        assert values["accuracy"] == "0.6"
        assert values["confusion_matrix.0.1"] == "1"
        assert values["classes.ham.support"] == "3"


@pytest.mark.parametrize("multi_label", [False, True])
def test_every_picture_can_be_drawn(multi_label: bool, tmp_path: Path) -> None:
    with plot_style.styled():
        made = evaluation_figures(evaluation(1.5, multi_label), summarize(evaluation(1.5, multi_label)))
        for name, figure in made.items():
            plot_style.save(figure, tmp_path / name)
    assert {path.name for path in tmp_path.iterdir()} == set(made)
    assert ("confusion_matrix.png" in made) != multi_label
    assert ("threshold_curves.png" in made) != multi_label
    assert ("label_curves.png" in made) == multi_label
    assert "accuracy_by_length.png" not in made  # All five are one group.


def test_training_ends_with_a_report(scored_run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = type(scored_run.folder)(Path(shutil.copytree(scored_run.folder.path, tmp_path / "run")))
    report(scored_run._replace(folder=folder))
    *table, accuracy, place = capsys.readouterr().out.splitlines()
    assert table[1].startswith("Scored: 8 test rows of ")
    assert accuracy.startswith(f"Test accuracy {scored_run.test.accuracy:.2%} (")
    assert f"rows never seen), macro F1 {scored_run.test.accuracy:.2%}, epoch" in accuracy
    assert place == f"Run folder: {folder.path}"
    values = json.loads((folder.path / "metrics.json").read_text())
    assert values["test"]["accuracy"] == values["test_accuracy"] == scored_run.test.accuracy
    assert values["valid"]["rows"] == 8
    drawn = {path.name for path in folder.report.iterdir()}
    assert drawn == {
        "learning_curves.png",
        "confusion_matrix.png",
        "reliability.png",
        "running_accuracy.png",
        "threshold_curves.png",
        "index.html",
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
