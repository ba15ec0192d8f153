"""Running scores on a terminal: columns, bars, deltas, and where colours are not wanted."""

import io
import re

import pytest

from rnn_textclf.reports.terminal import TerminalStyle, terminal_lines
from rnn_textclf.runs.prediction import Prediction

CHANCES = {"bad": 0.25, "good": 0.75}
PREDICTION = Prediction("it 電影 shines", "good", CHANCES, ["it", "電影", "shines"], [0.5, 0.4, 0.75], ["電影"], "good")
PLAIN = TerminalStyle(colour=False, blocks=True)


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_columns_bars_and_deltas() -> None:
    assert list(terminal_lines(PREDICTION, PLAIN)) == [
        "it      0.500  ██████████            · 0.000",
        "電影    0.400  ████████              ▼ 0.100  (unknown word)",
        "shines  0.750  ███████████████       ▲ 0.350",
        "=> good (75.0%)",
    ]


def test_without_block_characters_the_bar_is_ascii() -> None:
    lines = list(terminal_lines(PREDICTION._replace(words=["it", "x", "shines"]), TerminalStyle(False, False)))
    assert all(line.isascii() for line in lines)
    assert lines[2] == "shines  0.750  ###############.....  + 0.350"


def test_colours_add_nothing_but_colours() -> None:
    coloured = list(terminal_lines(PREDICTION, TerminalStyle(colour=True, blocks=True)))
    assert coloured != list(terminal_lines(PREDICTION, PLAIN))
    assert [re.sub(r"\x1b\[[\d;]*m", "", line) for line in coloured] == list(terminal_lines(PREDICTION, PLAIN))
    up, down = (re.findall(r"\x1b\[(38[\d;]*)m", coloured[place]) for place in (2, 1))
    assert up
    assert down
    assert not {*up} & {*down}


def test_the_class_is_named_where_it_is_not_plain() -> None:
    three = PREDICTION._replace(probabilities={**CHANCES, "so so": 0.0})
    assert next(terminal_lines(three, PLAIN)) == "score of 'good'"
    assert next(terminal_lines(PREDICTION._replace(several_labels=True), PLAIN)) == "score of 'good'"
    # Three classes that exclude each other: measured from a third.
    assert list(terminal_lines(three, PLAIN))[1].endswith("▲ 0.167")


def test_a_text_without_words_has_no_lines_of_words() -> None:
    empty = Prediction("", "good", CHANCES, ["<unk>"], [0.5], ["<unk>"], "good")
    assert list(terminal_lines(empty, PLAIN)) == ["=> no words"]


def test_attention_and_several_classes() -> None:
    *words, last = terminal_lines(PREDICTION._replace(attention=[0.1, 0.2, 0.7]), PLAIN, top_k=2)
    assert [line.split()[-1] for line in words] == ["0.100", "word)", "0.700"]
    assert last == "=> good (75.0%), bad (25.0%)"


def test_a_pipe_has_no_style_and_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert TerminalStyle.of(io.StringIO()) is None
    style = TerminalStyle.of(Terminal())
    assert style
    assert (style.colour, style.blocks) == (True, True)
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            style = TerminalStyle.of(Terminal())
            assert style
            assert not style.colour
