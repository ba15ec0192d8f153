"""Plot style: files are whole, and notes stand above the titles."""

from pathlib import Path

import pytest

from rnn_textclf.reports.figures import plot_style
from rnn_textclf.reports.figures.score_figure import score_figure
from rnn_textclf.reports.word_deltas import word_deltas
from tests.reports.samples import NASTY, prediction


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_a_picture_is_a_whole_file(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{ending}"
    with plot_style.styled():
        plot_style.save(score_figure(word_deltas(prediction(["電影", "$x_1$"], [0.2, 0.8])), "a_$b$", NASTY), path)
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG" if ending == "png" else b"<?xml")
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_note_is_wrapped_to_the_figure() -> None:
    with plot_style.styled():
        plain, noted = plot_style.new_figure(5, 3), plot_style.new_figure(5, 3, "a note of several words " * 8)
    assert noted.get_suptitle().count("\n") >= 1
    assert noted.get_figheight() > plain.get_figheight()
