"""Tables of a summary as aligned text."""

from collections.abc import Iterator, Sequence
from typing import Any

from rnn_textclf.reports.text_width import display_width, shortened

_MAX_CLASSES = 40
_MATRIX_CLASSES = 12
_MAX_NAME = 40
_WIDTH = 80  # Characters of a terminal.
_MEANS = {"micro_mean": "micro mean", "macro_mean": "macro mean", "weighted_mean": "weighted mean"}
_UNDEFINED = "–"


def report_lines(summary: dict[str, Any]) -> Iterator[str]:
    """Which examples, scores by class, the confusion matrix, then single numbers."""
    yield f"Scored: {summary['scored']}"
    yield ""
    yield from _class_lines(summary)
    if "confusion_matrix" in summary and len(summary["classes"]) <= _MATRIX_CLASSES:
        yield ""
        yield from _matrix_lines(list(summary["classes"]), summary["confusion_matrix"])
    yield ""
    yield from aligned(number_rows(summary), "<<")
    yield ""
    yield from aligned(_group_columns(summary), "<" + ">" * len(summary["accuracy_by_words"]))
    yield ""
    yield from aligned(_share_columns(summary), "<" + ">" * len(summary["running_score_accuracy"]))
    if note := never_predicted(summary):
        yield ""
        yield note


def aligned(rows: Sequence[Sequence[str]], sides: str, gap: str = "  ") -> Iterator[str]:
    """Rows of cells in columns as wide as their widest cell; `sides` has < or > for each column."""
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = []
        for cell, side, width in zip(row, sides, widths, strict=True):
            space = " " * (width - display_width(cell))
            cells.append(cell + space if side == "<" else space + cell)
        yield gap.join(cells).rstrip()


def class_rows(summary: dict[str, Any], most: int) -> list[list[str]]:
    """Scores of up to so many classes, those with the most examples, then the means, under their titles."""
    classes = summary["classes"]
    shown = set(sorted(classes, key=lambda name: -classes[name]["support"])[:most])
    rows = [["", "precision", "recall", "F1", "rows"]]
    rows += [
        [shortened(name, _MAX_NAME), *_shares(scores), f"{scores['support']:,}"]
        for name, scores in classes.items()
        if name in shown
    ]
    return rows + [[title, *_shares(summary[key]), ""] for key, title in _MEANS.items() if key in summary]


def number_rows(summary: dict[str, Any]) -> list[list[str]]:
    """Names and values of single numbers."""
    majority, calibration = summary["majority"], summary["calibration"]
    counts = f"{summary['right']:,} of {summary['rows']:,}"
    rows = [["accuracy", f"{summary['accuracy']:.2%} ({counts}; {majority_line(majority)})"]]
    for key, title in (("roc_auc", "ROC AUC"), ("average_precision", "average precision")):
        if summary.get(key) is not None:
            rows.append([title, f"{summary[key]:.4f}"])
    error, temperature = calibration["expected_calibration_error"], calibration["temperature"]
    note = f"{calibration['bins']} bins"
    if temperature != 1:
        note += f"; {calibration['at_temperature_1']:.4f} without the temperature {temperature:.3f}"
    return [*rows, ["expected calibration error", f"{error:.4f} ({note})"]]


def majority_line(majority: dict[str, Any]) -> str:
    """Accuracy of the most frequent class, or set of classes, as a prediction for every row."""
    always = f"always {majority['label']!r}" if majority["label"] else "never any label"
    return f"{always}: {majority['accuracy']:.2%}"


def never_predicted(summary: dict[str, Any]) -> str:
    """One line on the classes that are never predicted, and what to do; empty where there is none."""
    never = summary.get("never_predicted")
    if not never:
        return ""
    classes, labels = summary["classes"], never["labels"]
    named = ", ".join(f"{label!r} ({classes[label]['support']:,} rows)" for label in labels[:5])
    more = f" and {len(labels) - 5:,} more" if len(labels) > 5 else ""
    remedy = (
        "give more rows of them"
        if never["class_weight_balanced"]
        else "train with --class_weight=balanced, so that rare classes count as much as frequent ones"
    )
    return f"Never predicted: {named}{more}; {remedy}"


def _class_lines(summary: dict[str, Any]) -> Iterator[str]:
    yield from aligned(class_rows(summary, _MAX_CLASSES), "<>>>>")
    if (hidden := len(summary["classes"]) - _MAX_CLASSES) > 0:
        yield f"and {hidden:,} classes with fewer rows: see metrics.json"


def _shares(scores: dict[str, float | None]) -> list[str]:
    values = (scores[name] for name in ("precision", "recall", "f1"))
    return [_UNDEFINED if value is None else f"{value:.1%}" for value in values]


def _matrix_lines(labels: list[str], matrix: list[list[int]]) -> Iterator[str]:
    """The confusion matrix with the names of its columns or, where these are too wide, with their numbers."""
    corner, sides = "true \\ predicted", "<" + ">" * len(labels)
    named = [[corner, *labels]]
    named += [[label, *(f"{count:,}" for count in row)] for label, row in zip(labels, matrix, strict=True)]
    lines = list(aligned(named, sides))
    if max(map(display_width, lines)) <= _WIDTH:
        yield from lines
        return
    # Without the many zeros, what is confused stands out.
    cells = [[str(count) if count else "·" for count in row] for row in matrix]
    numbers = [str(number) for number in range(1, len(labels) + 1)]
    widest = max(len(cell) for row in cells for cell in [*row, numbers[-1]])
    room = max(_WIDTH - len(labels) * (widest + 1), len(corner))
    names = [f"{number:>2} {shortened(label, room - 3)}" for number, label in zip(numbers, labels, strict=True)]
    yield from aligned(
        [[corner, *numbers], *([name, *row] for name, row in zip(names, cells, strict=True))], sides, gap=" "
    )


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
