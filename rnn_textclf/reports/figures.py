"""The pictures of a report. Each function returns a figure made in the style of `pictures.styled`."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnn_textclf.reports.plot_style import BLUE, GREY, INK, LIGHT, ORANGE, new_figure
from rnn_textclf.runs.history import EpochMetrics
from rnn_textclf.runs.metrics import Bins, LengthGroup, expected_calibration_error

_MOST_NUMBERS = 12
_MOST_NAMES = 50
_LONGEST_NAME = 24


def learning_curves(epochs: Sequence[EpochMetrics], best: int) -> Any:
    """Loss and accuracy of training and validation rows after each epoch, the `best` epoch marked."""
    figure = new_figure(9, 4)
    loss, accuracy = figure.subplots(1, 2)
    numbers = [row.epoch for row in epochs]
    for axes, name in ((loss, "loss"), (accuracy, "accuracy")):
        scale = 100 if name == "accuracy" else 1
        for part, title, colour, line, mark in (
            ("train", "training rows, with dropout", ORANGE, "--", "s"),
            ("valid", "validation rows", BLUE, "-", "o"),
        ):
            values = [scale * getattr(row, f"{part}_{name}") for row in epochs]
            axes.plot(numbers, values, line, color=colour, marker=mark, markersize=4, label=title)
        axes.axvline(best, color=GREY, linewidth=1, linestyle=":", label=f"best epoch ({best})")
        axes.set_xlabel("epoch")
        axes.grid(axis="y")
        axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    loss.set_title("Loss (nats)")
    accuracy.set_title("Accuracy (%)")
    figure.legend(*accuracy.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def confusion_matrix(labels: Sequence[str], matrix: np.ndarray) -> Any:
    """Rows of each class (line) by the class they were taken for (column): shade is the share of the line.

    Of more than 50 classes those with the most rows are drawn.
    """
    kept = np.sort(np.argsort(-matrix.sum(1), kind="stable")[:_MOST_NAMES])
    names, counts = [_short(labels[i]) for i in kept], matrix[np.ix_(kept, kept)]
    shares = counts / np.maximum(matrix[kept].sum(1, keepdims=True), 1)
    size = float(np.clip(0.85 * len(kept), 3.2, 11))
    figure = new_figure(size + 1.6, size + 0.8)
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    if len(kept) <= _MOST_NUMBERS:
        for line, column in np.ndindex(*counts.shape):
            share = shares[line, column]
            text = f"{counts[line, column]:,}\n{share:.0%}"
            axes.text(column, line, text, ha="center", va="center", color="white" if share > 0.55 else INK)
    upright = len(kept) > 4 or max(map(len, names)) > 12
    axes.set_xticks(range(len(names)), names, rotation=90 if upright else 0)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    more = f" (the {len(kept)} largest of {len(labels):,} classes)" if len(kept) < len(labels) else ""
    axes.set_title("Confusion matrix" + more)
    figure.colorbar(image, ax=axes, shrink=0.7, format=lambda share, _: f"{share:.0%}", label="share of the true class")
    return figure


def reliability_diagram(bins: Bins, before: Bins | None, temperature: float) -> Any:
    """How often decisions are right against how sure they are, over a histogram of how sure they are.

    Args:
      bins: the decisions.
      before: the same at temperature 1, drawn behind, where another temperature was fitted.
      temperature: the one fitted.
    """
    figure = new_figure(5.6, 6.2)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    upper.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--", label="right as often as sure")
    if before is not None:
        _dots(
            upper,
            before,
            ORANGE,
            "s",
            f"temperature 1, error {expected_calibration_error(before):.3f}",
            filled=False,
        )
    title = f"temperature {temperature:.2f}, error {expected_calibration_error(bins):.3f}"
    _dots(upper, bins, BLUE, "o", title, filled=True)
    edges = np.linspace(0, 1, len(bins.number) + 1)
    lower.bar(edges[:-1], bins.number, np.diff(edges), align="edge", color=LIGHT, edgecolor=GREY, linewidth=0.6)
    first = float(edges[np.flatnonzero(bins.number)[0]])
    lower.set_xlim(first - 0.02, 1.02)
    upper.set_ylim(0, 1.03)
    upper.set_ylabel("accuracy")
    lower.set_ylabel("decisions")
    lower.set_xlabel("confidence: probability of the predicted class")
    upper.set_title("Reliability")
    upper.legend(loc="lower right")
    upper.grid()
    return figure


def accuracy_by_length(groups: Sequence[LengthGroup]) -> Any:
    """Accuracy of rows with few to many words, with 95 % intervals and the number of rows."""
    names = [f"{group.name}\nn = {group.size:,}" for group in groups]
    figure, axes = _accuracy_axes("Accuracy by sentence length, with 95 % intervals", names, "words")
    right, rows = (np.array([getattr(group, name) for group in groups]) for name in ("right", "size"))
    _points(axes, right, rows, joined=False)
    return figure


def running_accuracy(running_right: np.ndarray, shares: Sequence[float]) -> Any:
    """Accuracy `[N, S]` after S shares of the words, with 95 % intervals."""
    names = [f"{share:.0%}" for share in shares]
    figure, axes = _accuracy_axes("Accuracy of the running score, with 95 % intervals", names, "words read so far")
    _points(axes, running_right.sum(0), np.full(len(shares), len(running_right)), joined=True)
    return figure


def wilson_interval(right: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's (1927) 95 % interval of shares `right / rows`: its lower and its upper ends."""
    z = 1.96
    share = right / rows
    middle = (share + z * z / (2 * rows)) / (1 + z * z / rows)
    reach = z / (1 + z * z / rows) * np.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return middle - reach, middle + reach


def _dots(axes: Any, bins: Bins, colour: str, mark: str, label: str, filled: bool) -> None:
    used = bins.number > 0
    low, high = wilson_interval(bins.accuracy[used] * bins.number[used], bins.number[used])
    x, y = bins.confidence[used], bins.accuracy[used]
    if filled:
        axes.vlines(x, low, high, color=colour, linewidth=1, alpha=0.6)
    axes.plot(
        x,
        y,
        mark + "-",
        color=colour,
        markerfacecolor=colour if filled else "white",
        linewidth=1.2,
        label=label,
    )


def _accuracy_axes(title: str, names: Sequence[str], axis: str) -> tuple[Any, Any]:
    figure = new_figure(max(5.2, 1.1 * len(names)), 3.8)
    axes = figure.subplots()
    axes.set_title(title)
    axes.set_xticks(range(len(names)), names)
    axes.set_xlabel(axis)
    axes.set_ylabel("accuracy (%)")
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.grid(axis="y")
    return figure, axes


def _points(axes: Any, right: np.ndarray, rows: np.ndarray, joined: bool) -> None:
    places, shares = np.arange(len(rows)), 100 * right / rows
    low, high = wilson_interval(right, rows)
    axes.vlines(places, 100 * low, 100 * high, color=BLUE, linewidth=1.5, alpha=0.6)
    axes.plot(places, shares, "o-" if joined else "o", color=BLUE, markersize=6)
    for place, share in zip(places, shares, strict=True):
        axes.annotate(f"{share:.1f}", (place, share), (8, -12), textcoords="offset points", color=INK)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
