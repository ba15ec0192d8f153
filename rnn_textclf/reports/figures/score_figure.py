"""Running score of a text as a figure: a line over the words, and a bar for each word's delta."""

from collections.abc import Sequence
from typing import Any

from rnn_textclf.reports.figures.plot_style import BLUE, GREY, INK, ORANGE, new_figure
from rnn_textclf.reports.text_width import display_width, shortened
from rnn_textclf.reports.word_deltas import WordDelta

# Words side by side before the figure goes on in a next line, as text does.
WORDS_A_LINE = 24
MAX_LINES = 40
_MIN_WORDS = 9  # As wide as these a panel is at least.
_MAX_WORD = 28
_WIDTH_A_WORD = 0.42
_UPRIGHT = 4  # Columns of text that fit that width, such as a Chinese character in brackets.
_ROOM_FOR_LEGEND = 12  # Words that are as wide as all its entries.
_DIAMOND: dict[str, Any] = {
    "linestyle": "none",
    "marker": "D",
    "markersize": 4,
    "color": GREY,
    "markerfacecolor": "none",
}


def score_figure(words: Sequence[WordDelta], target: str, verdict: str) -> Any:
    """A panel for each line of words; of a very long text the first `WORDS_A_LINE * MAX_LINES` words.

    A bar spans each word's delta: dark and plain upwards, light and hatched downwards, so that a print in
    grey shows it too. Unknown words stand in brackets. Small diamonds are the words' attention, where they have it.

    Args:
      words: one at least.
      target: the class whose score it is.
      verdict: the outcome, for the title.
    """
    drawn = words[: WORDS_A_LINE * MAX_LINES]
    lines = [drawn[begin : begin + WORDS_A_LINE] for begin in range(0, len(drawn), WORDS_A_LINE)]
    room = max(len(lines[0]), _MIN_WORDS)
    height = 2.1 + 0.05 * max(len(_name(word)) for word in drawn)
    figure = new_figure(2.2 + _WIDTH_A_WORD * room, 1.3 + height * len(lines))
    panels = figure.subplots(len(lines), 1, squeeze=False)[:, 0]
    before = words[0].score - words[0].delta
    upright = max(display_width(_name(word)) for word in drawn) <= _UPRIGHT
    for axes, line in zip(panels, lines, strict=True):
        _panel(axes, line, before, len(lines[0]), upright)
        before = line[-1].score
    more = f" (first {len(drawn):,} of {len(words):,} words)" if len(drawn) < len(words) else ""
    longest = 16 + 3 * room  # Characters that the figure is wide.
    figure.suptitle(f"{shortened(verdict, longest)}{more}", x=0.02, ha="left", fontsize=12, fontweight="bold")
    name = shortened(target, 14 + 30 * (len(lines) - 1))  # As the figure is high.
    figure.supylabel(f"score of {name!r} after each word", fontsize=10)
    columns = 5 if room > _ROOM_FOR_LEGEND else 3
    figure.legend(handles=_legend(drawn), loc="outside lower center", ncols=columns, fontsize=9)
    return figure


def _panel(axes: Any, line: Sequence[WordDelta], before: float, room: int, upright: bool) -> None:
    axes.axhline(0.5, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
    scores = [word.score for word in line]
    for place, word in enumerate(line):
        axes.bar(place, word.delta, bottom=word.score - word.delta, **_bar(word.delta))
    axes.plot(
        [-0.5, *range(len(line))],
        [before, *scores],
        color=INK,
        linewidth=1.3,
        marker="o",
        markersize=3.5,
        markevery=slice(1, None),
    )
    shares = [(place, word.attention) for place, word in enumerate(line) if word.attention is not None]
    if shares:
        axes.plot(*zip(*shares, strict=True), **_DIAMOND)
    names = [_name(word) for word in line]
    if upright:
        axes.set_xticks(range(len(line)), names)
    else:
        axes.set_xticks(range(len(line)), names, rotation=50, ha="right", rotation_mode="anchor")
    axes.tick_params(axis="x", length=0, pad=4)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "", "0.5", "", "1"])
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlim(-0.6, max(room, _MIN_WORDS) - 0.4)
    axes.grid(axis="y")


def _bar(delta: float) -> dict[str, Any]:
    look = {"width": 0.72, "linewidth": 0.8, "edgecolor": INK}
    return look | ({"color": BLUE} if delta >= 0 else {"color": ORANGE, "hatch": "////"})


def _name(word: WordDelta) -> str:
    short = shortened(word.word, _MAX_WORD)
    return f"[{short}]" if word.unknown else short


def _legend(words: Sequence[WordDelta]) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    up, down = ({key: value for key, value in _bar(delta).items() if key != "width"} for delta in (1, -1))
    unknown = Line2D([], [], linestyle="none", label="[ ] unknown word")
    attention = Line2D([], [], **_DIAMOND, label="attention")
    return [
        Line2D([], [], color=INK, marker="o", markersize=3.5, label="running score"),
        Patch(facecolor=up.pop("color"), **up, label="word raises it"),
        Patch(facecolor=down.pop("color"), **down, label="word lowers it"),
        *([unknown] if any(word.unknown for word in words) else []),
        *([attention] if words[0].attention is not None else []),
    ]
