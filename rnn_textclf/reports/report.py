"""Report of an evaluation: a table on stdout, `metrics.json`, and figures on one page where Matplotlib is installed."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.atomic import write_text
from rnn_textclf.console import json_line
from rnn_textclf.reports.figures import curves, intervals, plot_style
from rnn_textclf.reports.figures.confusion_matrix import confusion_matrix
from rnn_textclf.reports.figures.reliability import reliability_diagram
from rnn_textclf.reports.html.index_page import write_index
from rnn_textclf.reports.summary import EvaluationInput, confidences
from rnn_textclf.reports.tables import report_lines
from rnn_textclf.runs.metrics import length_groups
from rnn_textclf.runs.prefix_evaluation import PREFIX_SHARES

logger = logging.getLogger(__name__)


def print_report(summary: dict[str, Any], form: str = "table") -> None:
    """Prints what `summarize` gave: `table` for people, `jsonl` as one line, `tsv` as name and value."""
    if form == "jsonl":
        print(json_line(summary))
        return
    for line in report_lines(summary) if form == "table" else _flat(summary, ""):
        print(line)


def write_summary(path: Path, summary: dict[str, Any]) -> None:
    """Writes `metrics.json`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(summary, indent=2, ensure_ascii=False) + "\n")


def evaluation_figures(evaluation: EvaluationInput, summary: dict[str, Any]) -> dict[str, Any]:
    """File name -> figure; only those that these classes and examples have."""
    scored, labels, note = evaluation.scored, evaluation.labels, evaluation.note
    made = {}
    if "confusion_matrix" in summary:
        made["confusion_matrix.png"] = confusion_matrix(labels, np.array(summary["confusion_matrix"]), note)
    if summary.get("roc_auc") is not None:
        of_last = scored.targets[:, 1], scored.probabilities[:, 1]
        made["threshold_curves.png"] = curves.threshold_curves(labels[1], *of_last, note)
    if scored.multi_label:
        made["label_curves.png"] = curves.label_curves(labels, scored.targets, scored.probabilities, note)
    before = confidences(evaluation, 1.0) if evaluation.temperature != 1 else None
    made["reliability.png"] = reliability_diagram(*confidences(evaluation), before, evaluation.temperature, note)
    groups = length_groups(scored.lengths, scored.right)
    if len(groups) > 1:
        made["accuracy_by_length.png"] = intervals.accuracy_by_length(groups, note)
    made["running_accuracy.png"] = intervals.running_accuracy(scored.prefixes_right, PREFIX_SHARES, note)
    return made


def write_pictures(
    folder: Path, evaluation: EvaluationInput, summary: dict[str, Any], **more: Callable[[], Any]
) -> None:
    """Draws all figures into a folder, and a page that shows them with the tables.

    Where Matplotlib is absent, one message says how to install it.

    Args:
      folder: made where it is not there.
      evaluation: the examples.
      summary: what `summarize` made of them.
      more: functions that return a figure, for `<name>.png`.
    """
    if not plot_style.available():
        logger.info(f"No figures in {folder}: {plot_style.MISSING}")
        return
    folder.mkdir(parents=True, exist_ok=True)
    with plot_style.styled():
        made = {f"{name}.png": draw() for name, draw in more.items()} | evaluation_figures(evaluation, summary)
        for name, figure in made.items():
            plot_style.save(figure, folder / name)
    write_index(folder, list(made), summary, evaluation.note)


def _flat(value: Any, name: str) -> list[str]:
    if isinstance(value, dict):
        return [line for key, part in value.items() for line in _flat(part, f"{name}.{key}" if name else key)]
    if isinstance(value, list):
        return [line for i, part in enumerate(value) for line in _flat(part, f"{name}.{i}")]
    return [f"{name}\t{'' if value is None else value}".replace("\n", " ")]
