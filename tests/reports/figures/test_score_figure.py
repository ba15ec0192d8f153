"""The running score as a figure: a tick, a bar and a point a word, legible in grey, in several panels."""

import numpy as np
import pytest

from rnn_textclf.reports.figures import plot_style
from rnn_textclf.reports.figures.score_figure import MAX_LINES, WORDS_A_LINE, score_figure
from rnn_textclf.reports.word_deltas import word_deltas
from tests.reports.samples import FOUR, prediction


def test_the_picture_has_a_tick_a_bar_and_a_point_for_each_word() -> None:
    with plot_style.styled():
        figure = score_figure(word_deltas(FOUR), "positive", "negative (70.0%)")
    (axes,) = figure.axes
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["it", "shines", "[señor]", "bores"]
    assert [round(bar.get_height(), 6) for bar in axes.patches] == [0, 0.4, 0, -0.6]
    assert [bar.get_y() for bar in axes.patches] == pytest.approx([0.5, 0.5, 0.9, 0.9])
    assert list(axes.lines[-1].get_ydata()) == pytest.approx([0.5, 0.5, 0.9, 0.9, 0.3])
    assert axes.get_ylim()[0] <= 0
    assert axes.get_ylim()[1] >= 1
    assert figure.get_suptitle() == "negative (70.0%)"
    assert figure.get_supylabel() == "score of 'positive' after each word"
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["running score", "word raises it", "word lowers it", "[ ] unknown word"]


def test_up_and_down_differ_in_grey() -> None:
    with plot_style.styled():
        bars = score_figure(word_deltas(FOUR), "positive", "").axes[0].patches
    grey = [float(np.dot(bar.get_facecolor()[:3], [0.299, 0.587, 0.114])) for bar in bars]
    assert grey[3] - grey[1] > 0.25
    assert (bars[1].get_hatch(), bars[3].get_hatch()) == (None, "////")


def test_a_long_text_goes_on_in_further_panels() -> None:
    words = [f"w{i}" for i in range(60)]
    with plot_style.styled():
        figure = score_figure(word_deltas(prediction(words, [0.5] * 60)), "positive", "")
    assert [len(axes.get_xticklabels()) for axes in figure.axes] == [24, 24, 12]
    assert sum(len(axes.patches) for axes in figure.axes) == 60


def test_a_very_long_text_is_cut_and_says_so() -> None:
    number = WORDS_A_LINE * MAX_LINES + 5
    with plot_style.styled():
        figure = score_figure(word_deltas(prediction(["w"] * number, [0.5] * number)), "positive", "positive")
    assert len(figure.axes) == MAX_LINES
    assert figure.get_suptitle() == "positive (first 960 of 965 words)"


def test_long_words_and_classes_stay_in_the_figure() -> None:
    long = prediction(["it", "w" * 100], [0.5, 0.9])
    with plot_style.styled():
        figure = score_figure(word_deltas(long), "class " * 30, "verdict " * 30)
        figure.draw_without_rendering()
        frame = figure.bbox.padded(2)
        shown = [*figure.axes[0].get_xticklabels(), figure._suptitle, figure._supylabel]
        assert all(frame.count_contains(text.get_window_extent().corners()) == 4 for text in shown)
    assert "…" in figure.axes[0].get_xticklabels()[1].get_text()


@pytest.mark.parametrize(("words", "rotation"), [(["很", "好", "señor"], 50), (["很", "好", ",", "的"], 0)])
def test_short_words_stand_upright_in_every_panel(words: list[str], rotation: int) -> None:
    long = prediction(words * 10, [0.5] * (10 * len(words)))._replace(unknown=["好"])
    with plot_style.styled():
        figure = score_figure(word_deltas(long), "positive", "")
    ticks = [tick for axes in figure.axes for tick in axes.get_xticklabels()]
    assert {tick.get_rotation() for tick in ticks} == {rotation}
    assert "[好]" in {tick.get_text() for tick in ticks}


@pytest.mark.parametrize("attention", [None, [0.25] * 4])
def test_the_legend_stays_in_a_narrow_figure(attention: list[float] | None) -> None:
    with plot_style.styled():
        figure = score_figure(word_deltas(FOUR._replace(attention=attention)), "positive", "")
        figure.draw_without_rendering()
        corners = figure.legends[0].get_window_extent().corners()
    assert figure.bbox.count_contains(corners) == 4
