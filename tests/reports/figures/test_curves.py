"""Curves over epochs and thresholds, by what they draw."""

from typing import Any

import numpy as np

from rnn_textclf.reports.figures import plot_style
from rnn_textclf.reports.figures.curves import label_curves, learning_curves, threshold_curves
from rnn_textclf.runs.folder.history import EpochMetrics


def texts(artists: Any) -> list[str]:
    return [artist.get_text() for artist in artists]


def test_learning_curves_have_a_point_an_epoch() -> None:
    epochs = [EpochMetrics(i, 1 / i, 0.5, 2 / i, 0.6, 0.1, 1.0, i) for i in (1, 2, 3)]
    with plot_style.styled():
        figure = learning_curves(epochs, best=2)
    loss, accuracy = figure.axes
    assert (loss.get_title(loc="left"), accuracy.get_title(loc="left")) == ("Loss (nats)", "Accuracy (%)")
    train, valid, best = loss.lines
    assert list(train.get_ydata()) == [1, 1 / 2, 1 / 3]
    assert list(valid.get_ydata()) == [2, 1, 2 / 3]
    assert list(best.get_xdata()) == [2, 2]
    assert texts(figure.legends[0].get_texts()) == ["training, with dropout", "validation", "best epoch (2)"]


def test_an_axis_of_accuracy_ends_at_100() -> None:
    for low, high in ((1.0, 1.0), (0.98, 1.0), (0.3, 0.9), (0.0, 0.0)):
        epochs = [EpochMetrics(i, 1.0, high, 1.0, low, 0.1, 1.0, i) for i in (1, 2)]
        with plot_style.styled():
            bottom, top = learning_curves(epochs, best=1).axes[1].get_ylim()
        assert -1 <= bottom < 100 * low + 0.01
        assert 100 * high < top < 103
        assert top - bottom >= 5


def test_threshold_curves_and_the_threshold_in_use() -> None:
    positive, scores = np.array([True, False, True, False]), np.array([0.9, 0.6, 0.4, 0.1])
    with plot_style.styled():
        roc, recall = threshold_curves("spam", positive, scores).axes
    _, curve, point = roc.lines
    assert list(curve.get_xdata()) == [0, 0, 0.5, 0.5, 1]
    assert list(curve.get_ydata()) == [0, 0.5, 0.5, 1, 1]
    assert (list(point.get_xdata()), list(point.get_ydata())) == ([0.5], [0.5])
    assert texts(roc.get_legend().get_texts()) == ["chance", "area 0.750", "threshold 0.5"]
    assert list(recall.lines[1].get_ydata()) == [1, 1, 1 / 2, 2 / 3, 1 / 2]
    assert texts(recall.get_legend().get_texts()) == ["chance 0.50", "average 0.833", "threshold 0.5"]


def test_a_panel_a_label() -> None:
    targets = np.array([[True, False, False], [True, True, False]])
    with plot_style.styled():
        figure = label_curves(("a", "b", "absent"), targets, np.array([[0.9, 0.2, 0.1], [0.8, 0.7, 0.1]]))
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["a", "b", "absent"]
    facts = [axes.texts[0].get_text() for axes in figure.axes]
    assert facts == ["2 rows, average 1.000", "1 rows, average 1.000", "no rows"]
    assert texts(figure.legends[0].get_texts()) == ["chance", "precision", "threshold 0.5"]
    assert not figure.axes[2].lines


def test_of_many_labels_the_most_frequent_have_a_panel() -> None:
    draw = np.random.default_rng(1)
    targets = draw.random((200, 30)) < np.linspace(0.01, 0.9, 30)
    with plot_style.styled():
        figure = label_curves([f"c{i}" for i in range(30)], targets, draw.random((200, 30)))
    shown = [axes.get_title(loc="left") for axes in figure.axes if axes.get_visible()]
    most = np.sort(np.argsort(-targets.sum(0), kind="stable")[:12])
    assert shown == [f"c{i}" for i in most]
