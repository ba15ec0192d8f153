"""Reliability diagram: accuracy against confidence."""

from typing import Any

import numpy as np

from rnn_textclf.reports.figures.intervals import wilson_interval
from rnn_textclf.reports.figures.plot_style import BLUE, GREY, LIGHT, ORANGE, new_figure
from rnn_textclf.runs.metrics import Bins, calibration_bins, expected_calibration_error, quantile_bins

_LEAST_FROM = 0.8  # Confidence: an axis of a few hundredths would show differences that are none.
_EVEN_BINS_FROM = 600  # Predictions; with fewer, many of 15 equal widths would hold a handful.


def reliability_diagram(
    confidence: np.ndarray,
    right: np.ndarray,
    before: tuple[np.ndarray, np.ndarray] | None,
    temperature: float,
    note: str = "",
) -> Any:
    """Accuracy against confidence, with 95 % intervals, over a histogram of the confidence.

    Args:
      confidence: `[n]`, of each prediction, in [0, 1].
      right: bool `[n]`.
      before: the same two at temperature 1, drawn behind, where another temperature was fitted.
      temperature: the one fitted.
      note: see `new_figure`.
    """
    figure = new_figure(5.8, 6.2, note)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    upper.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--", label="perfect calibration")
    if before is not None:
        _dots(upper, *before, ORANGE, "s", "temperature 1", filled=False)
    _dots(upper, confidence, right, BLUE, "o", f"temperature {temperature:.2f}", filled=True)
    number, edges = np.histogram(confidence, np.linspace(0, 1, 31))
    lower.bar(edges[:-1], number, np.diff(edges), align="edge", color=LIGHT, edgecolor=GREY, linewidth=0.6)
    first = float(edges[np.flatnonzero(number)[0]])
    lower.set_xlim(min(first, _LEAST_FROM) - 0.02, 1.02)
    upper.set_ylim(-0.03, 1.03)
    upper.set_ylabel("accuracy")
    lower.set_ylabel("predictions")
    lower.yaxis.get_major_locator().set_params(integer=True)
    lower.set_xlabel("confidence: probability of the predicted class")
    upper.set_title("Reliability")
    upper.grid()
    # Below the plots: no corner is free for certain where a few examples make the curve jump.
    figure.legend(*upper.get_legend_handles_labels(), loc="outside lower left", fontsize=9)
    return figure


def _bins(confidence: np.ndarray, right: np.ndarray) -> Bins:
    """Bins of equal width where they are full enough, else of equal counts."""
    few = len(confidence) < _EVEN_BINS_FROM
    return quantile_bins(confidence, right) if few else calibration_bins(confidence, right)


def _dots(
    axes: Any, confidence: np.ndarray, right: np.ndarray, colour: str, mark: str, name: str, filled: bool
) -> None:
    error = expected_calibration_error(calibration_bins(confidence, right))
    bins = _bins(confidence, right)
    used = bins.number > 0
    x, y = bins.confidence[used], bins.accuracy[used]
    if filled:
        low, high = wilson_interval(y * bins.number[used], bins.number[used])
        axes.vlines(x, low, high, color=colour, linewidth=1, alpha=0.6)
    face = colour if filled else "white"
    label = f"{name}, expected calibration error {error:.3f}"
    axes.plot(x, y, mark + "-", color=colour, markerfacecolor=face, linewidth=1.2, label=label)
