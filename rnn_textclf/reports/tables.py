"""A report as aligned text for people, made from its JSON value."""

from collections.abc import Iterator, Sequence
from typing import Any

_MOST_CLASSES = 40
_MATRIX_CLASSES = 12
_MEANS = {"micro_mean": "micro mean", "macro_mean": "macro mean", "weighted_mean": "weighted mean"}


def report_lines(summary: dict[str, Any]) -> Iterator[str]:
    """Which rows, scores by class, the confusion matrix, then single numbers."""
    yield f"Scored: {summary['scored']}"
    yield ""
    yield from _class_lines(summary)
    if "confusion_matrix" in summary and len(summary["classes"]) <= _MATRIX_CLASSES:
        yield ""
        yield from _matrix_lines(list(summary["classes"]), summary["confusion_matrix"])
    yield ""
    yield from aligned([*_number_rows(summary)], "<<")
    yield ""
    yield from aligned(_group_columns(summary), "<" + ">" * len(summary["accuracy_by_words"]))
    yield ""
    yield from aligned(_share_columns(summary), "<" + ">" * len(summary["running_score_accuracy"]))


def aligned(rows: Sequence[Sequence[str]], sides: str) -> Iterator[str]:
    """Rows of cells in columns as wide as their widest cell; `sides` has < or > for each column."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _class_lines(summary: dict[str, Any]) -> Iterator[str]:
    classes = summary["classes"]
    shown = sorted(classes, key=lambda name: -classes[name]["support"])[:_MOST_CLASSES]
    names = [name for name in classes if name in set(shown)]
    rows = [["", "precision", "recall", "F1", "rows"]]
    rows += [[name, *_shares(classes[name]), f"{classes[name]['support']:,}"] for name in names]
    rows += [[title, *_shares(summary[key]), ""] for key, title in _MEANS.items() if key in summary]
    yield from aligned(rows, "<>>>>")
    if len(classes) > len(names):
        yield f"and {len(classes) - len(names):,} classes with fewer rows: see metrics.json"


def _shares(scores: dict[str, float]) -> list[str]:
    return [f"{scores[name]:.1%}" for name in ("precision", "recall", "f1")]


def _matrix_lines(labels: list[str], matrix: list[list[int]]) -> Iterator[str]:
    rows = [["true \\ predicted", *labels]]
    rows += [[label, *(f"{count:,}" for count in line)] for label, line in zip(labels, matrix, strict=True)]
    yield from aligned(rows, "<" + ">" * len(labels))


def _number_rows(summary: dict[str, Any]) -> Iterator[tuple[str, str]]:
    majority, calibration = summary["majority"], summary["calibration"]
    counts = f"{summary['right']:,} of {summary['rows']:,}"
    yield (
        "accuracy",
        f"{summary['accuracy']:.2%} ({counts}; always {majority['label']!r}: {majority['accuracy']:.2%})",
    )
    if summary.get("roc_auc") is not None:
        yield "ROC AUC", f"{summary['roc_auc']:.4f}"
    error, temperature = calibration["expected_calibration_error"], calibration["temperature"]
    note = f"{calibration['bins']} bins"
    if temperature != 1:
        note += f"; {calibration['at_temperature_1']:.4f} without the temperature {temperature:.3f}"
    yield "expected calibration error", f"{error:.4f} ({note})"


def _group_columns(summary: dict[str, Any]) -> list[list[str]]:
    groups = summary["accuracy_by_words"]
    ranges = [str(g["first"]) if g["first"] == g["last"] else f"{g['first']}–{g['last']}" for g in groups]
    return [
        ["words", *ranges],
        ["rows", *(f"{group['rows']:,}" for group in groups)],
        ["accuracy", *(f"{group['right'] / group['rows']:.1%}" for group in groups)],
    ]


def _share_columns(summary: dict[str, Any]) -> list[list[str]]:
    shares = summary["running_score_accuracy"]
    return [["words read", *shares], ["accuracy", *(f"{value:.1%}" for value in shares.values())]]
