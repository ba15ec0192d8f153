"""The reliability diagram: both temperatures, and bins that hold enough."""

import numpy as np
import pytest

from rnn_textclf.reports.figures import plot_style
from rnn_textclf.reports.figures.reliability import reliability_diagram


def test_both_temperatures() -> None:
    right = np.array([True, False])
    with plot_style.styled():
        figure = reliability_diagram(np.array([0.6, 0.7]), right, (np.array([0.9, 0.99]), right), 2.0)
    upper, lower = figure.axes
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == [
        "perfect calibration",
        "temperature 1, expected calibration error 0.545",
        "temperature 2.00, expected calibration error 0.550",
    ]
    assert sum(bar.get_height() for bar in lower.patches) == 2
    assert not upper.get_legend()


@pytest.mark.parametrize(("number", "points"), [(30, 3), (100, 5), (599, 15), (3000, 8)])
def test_few_predictions_share_few_bins(number: int, points: int) -> None:
    confidence = np.linspace(0.501, 0.999, number)
    with plot_style.styled():
        figure = reliability_diagram(confidence, np.arange(number) % 4 > 0, None, 1.0)
    assert len(figure.axes[0].lines[-1].get_xdata()) == points


def test_an_axis_of_confident_predictions_is_not_magnified() -> None:
    with plot_style.styled():
        axes = reliability_diagram(np.array([0.99, 0.999]), np.array([True, True]), None, 1.0).axes[1]
    assert axes.get_xlim() == pytest.approx((0.78, 1.02))
    assert max(tick for tick in axes.get_xticks() if tick <= 1.02) == pytest.approx(1)
