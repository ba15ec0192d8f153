"""Accuracy of groups of examples, with confidence intervals."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from rnn_textclf.reports.figures.plot_style import BLUE, INK, halo, new_figure
from rnn_textclf.runs.metrics import LengthGroup


def accuracy_by_length(groups: Sequence[LengthGroup], note: str = "") -> Any:
    """Accuracy on sentences of few to many words, with 95 % intervals and the number of examples."""
    names = [f"{group.name}\nn = {group.size:,}" for group in groups]
    figure, axes = _accuracy_axes("Accuracy by sentence length", names, "words", note)
    right, size = (np.array([getattr(group, name) for group in groups]) for name in ("right", "size"))
    _points(axes, right, size, joined=False)
    return figure


def running_accuracy(prefixes_right: np.ndarray, shares: Sequence[float], note: str = "") -> Any:
    """Accuracy `[N, S]` after S shares of the words, with 95 % intervals."""
    names = [f"{share:.0%}" for share in shares]
    figure, axes = _accuracy_axes("Accuracy of the running score", names, "words read so far", note)
    _points(axes, prefixes_right.sum(0), np.full(len(shares), len(prefixes_right)), joined=True)
    return figure


def wilson_interval(right: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's (1927) 95 % interval of shares `right / number`: its lower and its upper ends."""
    z = 1.96
    share = right / number
    middle = (share + z * z / (2 * number)) / (1 + z * z / number)
    reach = z / (1 + z * z / number) * np.sqrt(share * (1 - share) / number + z * z / (4 * number * number))
    return middle - reach, middle + reach


def _accuracy_axes(title: str, names: Sequence[str], axis: str, note: str) -> tuple[Any, Any]:
    figure = new_figure(max(5.4, 1.15 * len(names)), 3.8, note)
    axes = figure.subplots()
    axes.set_title(title)
    axes.set_xticks(range(len(names)), names)
    axes.set_xlabel(f"{axis} (bars: 95 % intervals)")
    axes.set_ylabel("accuracy (%)")
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.margins(y=0.08)
    axes.grid(axis="y")
    return figure, axes


def _points(axes: Any, right: np.ndarray, number: np.ndarray, joined: bool) -> None:
    places, shares = np.arange(len(number)), 100 * right / number
    low, high = wilson_interval(right, number)
    axes.vlines(places, 100 * low, 100 * high, color=BLUE, linewidth=1.5, alpha=0.6)
    axes.plot(places, shares, "o-" if joined else "o", color=BLUE, markersize=6)
    for place, share in zip(places, shares, strict=True):
        offset, side = _free_side(shares, int(place)) if joined else ((9, -4), "left")
        look = {"color": INK, "path_effects": halo(), "zorder": 5, "ha": side}
        axes.annotate(f"{share:.1f}", (place, share), offset, textcoords="offset points", **look)


def _free_side(values: np.ndarray, place: int) -> tuple[tuple[int, int], str]:
    """Offset in points and alignment of a number beside a point of a line, where the line does not go."""
    before = values[place] - values[place - 1] if place else 0.0
    after = values[place + 1] - values[place] if place + 1 < len(values) else 0.0
    if not place:
        return (-9, -4), "right"
    if place + 1 == len(values):
        return (9, -4), "left"
    if before < 0 < after:
        return (9, -14), "left"
    return ((-7, 6), "right") if before >= 0 else ((7, 6), "left")
