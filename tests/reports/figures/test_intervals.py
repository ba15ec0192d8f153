"""Accuracy of groups with intervals: values, and numbers that do not stand on the line."""

import numpy as np

from rnn_textclf.reports.figures import intervals, plot_style
from rnn_textclf.runs.metrics import LengthGroup


def test_accuracy_by_length() -> None:
    with plot_style.styled():
        axes = intervals.accuracy_by_length([LengthGroup(1, 4, 10, 8), LengthGroup(5, 5, 20, 10)]).axes[0]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["1–4\nn = 10", "5\nn = 20"]
    assert list(axes.lines[0].get_ydata()) == [80, 50]


def test_running_accuracy() -> None:
    right = np.array([[False, True, True, True], [False, False, False, True]])
    with plot_style.styled():
        axes = intervals.running_accuracy(right, (0.25, 0.5, 0.75, 1.0)).axes[0]
    assert [text.get_text() for text in axes.get_xticklabels()] == ["25%", "50%", "75%", "100%"]
    assert list(axes.lines[0].get_ydata()) == [0, 50, 50, 100]


def test_numbers_do_not_stand_on_the_line() -> None:
    shapes = ([50, 60, 90, 92], [90, 80, 70, 60], [50, 90, 60, 95], [90, 40, 80, 20], [60, 60, 60, 60])
    for percent in shapes:
        right = np.arange(100)[:, np.newaxis] < percent
        with plot_style.styled():
            figure = intervals.running_accuracy(right, (0.25, 0.5, 0.75, 1.0))
            figure.draw_without_rendering()
            axes = figure.axes[0]
            line = axes.lines[0].get_transform().transform(axes.lines[0].get_xydata())
            on_line = np.column_stack([np.linspace(line[0, 0], line[-1, 0], 800)] * 2)
            on_line[:, 1] = np.interp(on_line[:, 0], line[:, 0], line[:, 1])
            boxes = [text.get_window_extent().padded(-1) for text in axes.texts]
        assert [box.count_contains(on_line) for box in boxes] == [0] * 4, percent


def test_wilson_intervals() -> None:
    low, high = intervals.wilson_interval(np.array([0, 5, 10]), np.array([10, 10, 10]))
    np.testing.assert_allclose(low, [0, 0.2366, 0.7225], atol=1e-3)
    np.testing.assert_allclose(high, [0.2775, 0.7634, 1], atol=1e-3)
