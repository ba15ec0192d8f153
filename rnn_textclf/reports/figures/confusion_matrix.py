"""Confusion matrix as a figure."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnn_textclf.reports.figures.plot_style import INK, new_figure
from rnn_textclf.reports.text_width import display_width, shortened

MAX_CLASSES = 50
_MAX_SHARES = 6  # Classes with a count and a share in each cell; then the count alone, then none.
_MAX_COUNTS = 20
_MAX_NAME = 32


def confusion_matrix(labels: Sequence[str], matrix: np.ndarray, note: str = "") -> Any:
    """Examples by true class (row) and predicted class (column); the shade is the share of the row.

    Of more than 50 classes those with the most examples are drawn.
    """
    kept = np.sort(np.argsort(-matrix.sum(1), kind="stable")[:MAX_CLASSES])
    counts = matrix[np.ix_(kept, kept)]
    shares = counts / np.maximum(matrix[kept].sum(1, keepdims=True), 1)
    names = [shortened(labels[i], _MAX_NAME) for i in kept]
    side = float(np.clip((0.95 if len(kept) <= _MAX_SHARES else 0.52) * len(kept), 2.6, 12))
    longest = max(map(_inches, names))
    upright = longest > side / len(kept) - 0.1
    figure = new_figure(side + longest + 1.7, side + (longest if upright else 0.2) + 1.0, note)
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    _write_cells(axes, counts, shares)
    axes.set_xticks(range(len(names)), names, rotation=90 if upright else 0)
    axes.set_yticks(range(len(names)), names)
    if len(kept) > _MAX_COUNTS:
        axes.tick_params(labelsize=8)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(len(names) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(names) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=1)
    axes.tick_params(which="minor", length=0)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    more = f" (the {len(kept)} largest of {len(labels):,} classes)" if len(kept) < len(labels) else ""
    axes.set_title("Confusion matrix" + more)
    shrink = 0.7 if len(kept) > 3 else 0.9
    bar = figure.colorbar(image, ax=axes, shrink=shrink, aspect=25, format=lambda share, _: f"{share:.0%}")
    bar.set_label("share of the true class")
    bar.outline.set_visible(False)
    return figure


def _write_cells(axes: Any, counts: np.ndarray, shares: np.ndarray) -> None:
    """Counts of the cells that are not empty, and shares where there is room."""
    if len(counts) > _MAX_COUNTS:
        return
    with_share = len(counts) <= _MAX_SHARES
    for row, column in np.argwhere(counts):
        text = f"{counts[row, column]:,}"
        if with_share:
            text += f"\n{_percent(shares[row, column])}"
        colour = "white" if shares[row, column] > 0.55 else INK
        size = 10 if with_share or len(text) < 4 else 8
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=size)


def _percent(share: float) -> str:
    """A share that is not rounded to nothing, or to all."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def _inches(name: str) -> float:
    """Roughly the width of a name in letters of 10 points, before a font is chosen."""
    return sum(0.14 if c in "MW@%" or display_width(c) == 2 else 0.105 if c.isupper() else 0.082 for c in name)
