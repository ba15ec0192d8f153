"""Index page: the tables and figures of a report on one page, in one file."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rnn_textclf.atomic import write_text
from rnn_textclf.reports.figures.plot_style import DPI
from rnn_textclf.reports.html.templating import template
from rnn_textclf.reports.tables import class_rows, never_predicted, number_rows

_MAX_CLASSES = 200
_PIXELS_AN_INCH = 80  # The same for all figures, so that their text is of one size.
_CAPTIONS = {
    "learning_curves": "Loss and accuracy after each epoch. Dropout is on while the training rows are counted, and off "
    "for the validation rows.",
    "confusion_matrix": "Rows of the data by their true class (line) and the class predicted for them (column).",
    "threshold_curves": "What a threshold for the last class trades: the closer to the corner, the better.",
    "label_curves": "Precision against recall of each label, over all thresholds.",
    "reliability": "Accuracy of predictions by their confidence: on the diagonal, predictions at 80 % confidence are "
    "right 80 % of the time.",
    "accuracy_by_length": "Accuracy on short and long sentences, with 95 % intervals.",
    "running_accuracy": "Accuracy when only the beginning of each sentence has been read.",
}


def write_index(folder: Path, figures: Sequence[str], summary: dict[str, Any], note: str) -> None:
    """Writes `index.html`, which holds the figures itself and so can be sent around.

    Args:
      folder: of the report.
      figures: names of the PNG files in it.
      summary: see `summarize`.
      note: examples and model, in a few words.
    """
    titles, *rows = class_rows(summary, _MAX_CLASSES)
    page = template("index.html").render(
        note=note,
        scored=summary["scored"],
        headline=_headline(summary),
        warning=never_predicted(summary),
        titles=titles,
        rows=rows,
        hidden=max(len(summary["classes"]) - _MAX_CLASSES, 0),
        numbers=number_rows(summary),
        figures=[_figure(folder / name) for name in figures],
    )
    write_text(folder / "index.html", page)


def _headline(summary: dict[str, Any]) -> list[tuple[str, str]]:
    numbers = [
        ("accuracy", f"{summary['accuracy']:.1%}"),
        ("macro F1", f"{summary['macro_mean']['f1']:.1%}"),
        ("calibration error", f"{summary['calibration']['expected_calibration_error']:.3f}"),
        ("rows", f"{summary['rows']:,}"),
    ]
    if summary.get("roc_auc") is not None:
        numbers.insert(2, ("ROC AUC", f"{summary['roc_auc']:.3f}"))
    return numbers


def _figure(path: Path) -> dict[str, Any]:
    png = path.read_bytes()
    pixels = int.from_bytes(png[16:20], "big")  # The width, first in a PNG's header.
    return {
        "name": path.stem.replace("_", " "),
        "data": base64.b64encode(png).decode("ascii"),
        "caption": _CAPTIONS.get(path.stem, ""),
        "width": round(pixels / DPI * _PIXELS_AN_INCH),
    }
