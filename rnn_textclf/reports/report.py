"""A report of scored rows: a table on stdout, `metrics.json`, and pictures where Matplotlib is installed."""

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.atomic import write_text
from rnn_textclf.console import json_line
from rnn_textclf.reports import figures, plot_style
from rnn_textclf.reports.summary import EvaluationInput, reliability
from rnn_textclf.reports.tables import report_lines
from rnn_textclf.runs.evaluation import PREFIX_SHARES
from rnn_textclf.runs.metrics import length_groups

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


def scoring_figures(scoring: EvaluationInput, summary: dict[str, Any]) -> dict[str, Any]:
    """File name -> figure; only those that these classes have."""
    scored = scoring.scored
    calibrated = scoring.temperature != 1
    made = {
        "reliability.png": figures.reliability_diagram(
            reliability(scoring), reliability(scoring, 1.0) if calibrated else None, scoring.temperature
        ),
        "accuracy_by_length.png": figures.accuracy_by_length(length_groups(scored.lengths, scored.right)),
        "running_accuracy.png": figures.running_accuracy(scored.prefixes_right, PREFIX_SHARES),
    }
    if "confusion_matrix" in summary:
        made["confusion_matrix.png"] = figures.confusion_matrix(scoring.labels, np.array(summary["confusion_matrix"]))
    return made


def write_pictures(folder: Path, scoring: EvaluationInput, summary: dict[str, Any], **more: Any) -> None:
    """Draws everything into `folder`; says how to install Matplotlib, and no more, where it is absent.

    Args:
      folder: made where it is not there.
      scoring: the rows.
      summary: what `summarize` made of them.
      more: functions that return a figure, for `<name>.png`.
    """
    if not plot_style.available():
        logger.info(f"No pictures in {folder}: {plot_style.MISSING}")
        return
    folder.mkdir(parents=True, exist_ok=True)
    with plot_style.styled():
        made = scoring_figures(scoring, summary)
        made |= {f"{name}.png": draw() for name, draw in more.items()}
        for name, figure in made.items():
            plot_style.save(figure, folder / name)


def _flat(value: Any, name: str) -> list[str]:
    if isinstance(value, dict):
        return [line for key, part in value.items() for line in _flat(part, f"{name}.{key}" if name else key)]
    if isinstance(value, list):
        return [line for i, part in enumerate(value) for line in _flat(part, f"{name}.{i}")]
    return [f"{name}\t{'' if value is None else value}".replace("\n", " ")]
