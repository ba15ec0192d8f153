"""Curves over epochs and over thresholds."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnn_textclf.reports.figures.plot_style import BLUE, GREY, ORANGE, new_figure
from rnn_textclf.reports.text_width import shortened
from rnn_textclf.runs import metrics
from rnn_textclf.runs.folder.history import EpochMetrics

MAX_LABELS = 12
_COLUMNS = 4


def learning_curves(epochs: Sequence[EpochMetrics], best: int, note: str = "") -> Any:
    """Loss and accuracy on training and validation examples after each epoch, the `best` epoch marked."""
    figure = new_figure(9, 4, note)
    loss, accuracy = figure.subplots(1, 2)
    numbers = [epoch.epoch for epoch in epochs]
    for axes, name in ((loss, "loss"), (accuracy, "accuracy")):
        scale = 100 if name == "accuracy" else 1
        for part, title, colour, line, mark in (
            ("train", "training, with dropout", ORANGE, "--", "s"),
            ("valid", "validation", BLUE, "-", "o"),
        ):
            values = [scale * getattr(epoch, f"{part}_{name}") for epoch in epochs]
            # Marks of hundreds of epochs would be a bar.
            size = 4 if len(epochs) <= 40 else 0
            axes.plot(numbers, values, line, color=colour, marker=mark, markersize=size, label=title)
        axes.axvline(best, color=GREY, linewidth=1, linestyle=":", label=f"best epoch ({best})")
        axes.set_xlabel("epoch")
        axes.grid(axis="y")
        axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    loss.set_title("Loss (nats)")
    accuracy.set_title("Accuracy (%)")
    accuracy.set_ylim(*_percent_limits([100 * value for e in epochs for value in (e.train_accuracy, e.valid_accuracy)]))
    figure.legend(*accuracy.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _percent_limits(values: Sequence[float]) -> tuple[float, float]:
    """Ends of an axis for percentages: five points at least, and nothing far above 100."""
    low, high = min(values), max(values)
    room = max(high - low, 5.0)
    bottom = max(high - 1.08 * room, -1.0)
    return bottom, max(min(high + 0.08 * room, 100.0 + 0.02 * room), bottom + room)


def threshold_curves(label: str, positive: np.ndarray, scores: np.ndarray, note: str = "") -> Any:
    """Receiver operating characteristic and precision against recall of one class, over all thresholds.

    Args:
      label: the class.
      positive: bool `[N]`, with both kinds.
      scores: `[N]`, its probabilities.
      note: see `new_figure`.
    """
    figure = new_figure(8.6, 4.4, note)
    roc, recall = figure.subplots(1, 2)
    _roc(roc, positive, scores)
    _precision_recall(recall, positive, scores)
    name = shortened(label, 30)
    roc.set_title(f"ROC of {name!r}")
    recall.set_title(f"Precision and recall of {name!r}")
    for axes in (roc, recall):
        axes.set_aspect("equal")
        place = "lower right" if axes is roc else "lower left"
        axes.legend(loc=place, fontsize=9, frameon=True, framealpha=0.85, edgecolor="none")
    return figure


def label_curves(labels: Sequence[str], targets: np.ndarray, probabilities: np.ndarray, note: str = "") -> Any:
    """Precision against recall of each label, a panel a label; of more than 12 the most frequent.

    Args:
      labels: C names.
      targets: bool `[N, C]`.
      probabilities: `[N, C]`.
      note: see `new_figure`.
    """
    kept = np.sort(np.argsort(-targets.sum(0), kind="stable")[:MAX_LABELS])
    columns = min(_COLUMNS, len(kept))
    lines = -(-len(kept) // columns)
    figure = new_figure(max(5.5, 2.7 * columns), 2.8 * lines + 0.6, note)
    panels = figure.subplots(lines, columns, squeeze=False, sharex=True, sharey=True)
    drawn = panels[0, 0]
    for axes, column in zip(panels.flat, kept, strict=False):
        positive = targets[:, column]
        axes.set_title(shortened(labels[column], 24), fontsize=10, pad=20)
        area = metrics.average_precision(positive, probabilities[:, column])
        facts = "no rows" if area is None else f"{int(positive.sum()):,} rows, average {area:.3f}"
        axes.text(0, 1.03, facts, transform=axes.transAxes, fontsize=9, color=GREY)
        if area is not None:
            _precision_recall(axes, positive, probabilities[:, column])
            drawn = axes
        axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        axes.set_xlabel("")
        axes.set_ylabel("")
    for axes in panels.flat[len(kept) :]:
        axes.set_visible(False)
    handles, names = drawn.get_legend_handles_labels()
    styles = [name.split(" ")[0] if name.startswith("chance") else name for name in names]
    styles = ["precision" if name.startswith("average") else name for name in styles]
    figure.legend(handles, styles, loc="outside lower right", ncols=3, fontsize=9)
    figure.supxlabel("recall", fontsize=10)
    figure.supylabel("precision", fontsize=10)
    return figure


def _roc(axes: Any, positive: np.ndarray, scores: np.ndarray) -> None:
    false, true = metrics.roc_curve(positive, scores)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--", label="chance")
    axes.plot(false, true, color=BLUE, linewidth=1.8, label=f"area {metrics.roc_auc(positive, scores):.3f}")
    chosen = scores >= 0.5
    at = ((chosen & ~positive).sum() / (~positive).sum(), (chosen & positive).sum() / positive.sum())
    axes.plot(*at, "o", color=ORANGE, markeredgecolor="white", markersize=8, label="threshold 0.5")
    _unit_square(axes, "false positive rate", "true positive rate")


def _precision_recall(axes: Any, positive: np.ndarray, scores: np.ndarray) -> None:
    recall, precision = metrics.precision_recall_curve(positive, scores)
    share = positive.mean()
    axes.axhline(share, color=GREY, linewidth=1, linestyle="--", label=f"chance {share:.2f}")
    area = metrics.average_precision(positive, scores)
    axes.plot(recall, precision, color=BLUE, linewidth=1.8, drawstyle="steps-pre", label=f"average {area:.3f}")
    chosen = scores >= 0.5
    if chosen.any():
        hits = (chosen & positive).sum()
        at = (hits / positive.sum(), hits / chosen.sum())
        axes.plot(*at, "o", color=ORANGE, markeredgecolor="white", markersize=8, label="threshold 0.5")
    _unit_square(axes, "recall", "precision")


def _unit_square(axes: Any, x: str, y: str) -> None:
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid()
