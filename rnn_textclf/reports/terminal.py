"""Running scores on a terminal: a word a line in aligned columns, with a bar and the word's delta, in colour."""

import os
import unicodedata
from collections.abc import Iterator
from typing import TextIO

from rnn_textclf.reports.output import conclusion, target_heading
from rnn_textclf.reports.word_deltas import WordDelta, word_deltas
from rnn_textclf.runs.prediction import Prediction

_BAR_WIDTH = 20
_MAX_WORD_WIDTH = 24
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_SIGNS = {1: "▲", -1: "▼", 0: "·"}
# 256-colour codes of the page's blue and orange that can be read on dark and on light ground.
_COLOURS = {1: "38;5;32", -1: "38;5;172"}
_BOLD, _DIM = "1", "2"


class TerminalStyle:
    """What a terminal shows.

    Attributes:
      colour: whether escape sequences may be written.
      blocks: whether block and arrow characters may be.
    """

    def __init__(self, colour: bool, blocks: bool) -> None:
        self.colour = colour
        self.blocks = blocks

    @staticmethod
    def of(stream: TextIO) -> "TerminalStyle | None":
        """The style for a stream; None where it is no terminal. Respects NO_COLOR (https://no-color.org)."""
        if not stream.isatty():
            return None
        colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return TerminalStyle(colour, (stream.encoding or "").lower().replace("-", "") == "utf8")

    def paint(self, text: str, code: str | None) -> str:
        """The text in a colour or weight; None for neither."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code else text


def terminal_lines(prediction: Prediction, style: TerminalStyle, top_k: int | None = None) -> Iterator[str]:
    """The lines for one text; the first delta is measured from the score of a model that knows nothing.

    Args:
      prediction: of the text, with running scores.
      style: of the terminal.
      top_k: how many classes the last line has; None for the verdict alone.
    """
    if heading := target_heading(prediction):
        yield style.paint(heading, _DIM)
    if prediction.has_words:
        words = word_deltas(prediction, prediction.several_labels)
        width = min(_MAX_WORD_WIDTH, max(_width(word.word) for word in words))
        yield from (_line(word, width, style) for word in words)
    yield style.paint(conclusion(prediction, top_k), _BOLD)


def _line(word: WordDelta, width: int, style: TerminalStyle) -> str:
    sign = _SIGNS[word.direction] if style.blocks else {1: "+", -1: "-", 0: " "}[word.direction]
    colour = _COLOURS.get(word.direction)
    parts = [
        style.paint(word.word, colour) + " " * (width - _width(word.word)),
        f"{word.score:.3f}",
        style.paint(_bar(word.score, style.blocks), colour),
        style.paint(f"{sign} {abs(word.delta):.3f}", colour),
    ]
    if word.attention is not None:
        parts.append(f"attention {word.attention:.3f}")
    if word.unknown:
        parts.append(style.paint("(unknown word)", _DIM))
    return "  ".join(parts)


def _bar(score: float, blocks: bool) -> str:
    """A bar for a score in [0, 1], always `_BAR_WIDTH` wide."""
    if not blocks:
        return ("#" * round(score * _BAR_WIDTH)).ljust(_BAR_WIDTH, ".")
    whole, eighths = divmod(round(score * _BAR_WIDTH * 8), 8)
    return ("█" * whole + (_EIGHTHS[eighths] if eighths else "")).ljust(_BAR_WIDTH)


def _width(text: str) -> int:
    """Columns that a text takes on a terminal: two for wide characters, none for combining marks."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
