"""The confusion matrix as a figure: names and counts where there is room, and nothing outside the frame."""

from typing import Any

import numpy as np
import pytest

from rnn_textclf.reports.figures import plot_style
from rnn_textclf.reports.figures.confusion_matrix import confusion_matrix


def texts(artists: Any) -> list[str]:
    return [artist.get_text() for artist in artists]


def test_classes_counts_and_shares() -> None:
    with plot_style.styled():
        figure = confusion_matrix(("a$_x$", "b"), np.array([[8, 2], [1, 4]]), "15 rows")
    axes = figure.axes[0]
    assert texts(axes.get_xticklabels()) == texts(axes.get_yticklabels()) == ["a$_x$", "b"]
    assert texts(axes.texts) == ["8\n80%", "2\n20%", "1\n20%", "4\n80%"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted class", "true class")
    assert figure.get_suptitle() == "15 rows"


def test_empty_cells_stay_empty_and_a_small_share_is_not_none() -> None:
    with plot_style.styled():
        axes = confusion_matrix(("a", "b"), np.array([[999, 1], [0, 4]])).axes[0]
    assert texts(axes.texts) == ["999\n>99%", "1\n<1%", "4\n100%"]


def test_many_classes_have_counts_alone_then_none() -> None:
    with plot_style.styled():
        twelve, thirty = (
            confusion_matrix([f"c{i}" for i in range(size)], np.full((size, size), 7)).axes[0] for size in (12, 30)
        )
    assert texts(twelve.texts) == ["7"] * 144
    assert not thirty.texts


def test_of_many_classes_the_largest_are_drawn() -> None:
    with plot_style.styled():
        figure = confusion_matrix([f"c{i}" for i in range(80)], np.diag(np.arange(80)))
    assert texts(figure.axes[0].get_xticklabels()) == [f"c{i}" for i in range(30, 80)]
    assert "50 largest of 80" in figure.axes[0].get_title(loc="left")


@pytest.mark.parametrize("size", [2, 12, 50])
@pytest.mark.parametrize(
    "name", ["{}", "a class with quite a long name that has number {}", "WWWWWWWWWWWWWWWWWWWWWWWW{}"]
)
def test_nothing_leaves_the_frame(name: str, size: int) -> None:
    with plot_style.styled():
        figure = confusion_matrix([name.format(i) for i in range(size)], np.eye(size, dtype=int))
        figure.draw_without_rendering()
        axes = figure.axes[0]
        shown = [*axes.get_xticklabels(), *axes.get_yticklabels(), axes.xaxis.label, axes.yaxis.label]
        frame = figure.bbox.padded(0)
        assert all(frame.count_contains(text.get_window_extent().corners()) == 4 for text in shown)
        assert axes.bbox.width > 0.3 * figure.bbox.width
