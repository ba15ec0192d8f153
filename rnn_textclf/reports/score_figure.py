"""The picture of a running score: a line over the words, and a bar for each word's step."""

from collections.abc import Sequence
from typing import Any

from rnn_textclf.reports.plot_style import BLUE, GREY, INK, ORANGE, new_figure
from rnn_textclf.reports.word_deltas import WordDelta

# Words side by side before the picture goes on in a next line, as text does.
WORDS_A_LINE = 24
MOST_LINES = 40
_LONGEST_WORD = 18
_WIDTH_A_WORD = 0.42
_DIAMOND: dict[str, Any] = {
    "linestyle": "none",
    "marker": "D",
    "markersize": 4,
    "color": GREY,
    "markerfacecolor": "none",
}


def score_figure(words: Sequence[WordDelta], target: str, verdict: str) -> Any:
    """A panel for each line of words; of a very long text the first `WORDS_A_LINE * MOST_LINES` words.

    A bar spans each word's step: dark and plain upwards, light and hatched downwards, so that a print in
    grey shows it too. Unknown words stand in brackets. Small diamonds are the words' attention, where they have it.

    Args:
      words: one at least.
      target: the class whose score it is.
      verdict: the outcome, for the title.
    """
    drawn = words[: WORDS_A_LINE * MOST_LINES]
    lines = [drawn[begin : begin + WORDS_A_LINE] for begin in range(0, len(drawn), WORDS_A_LINE)]
    figure = new_figure(2.2 + _WIDTH_A_WORD * max(len(lines[0]), 9), 1.3 + 2.6 * len(lines))
    panels = figure.subplots(len(lines), 1, squeeze=False)[:, 0]
    before = words[0].score - words[0].delta
    for axes, line in zip(panels, lines, strict=True):
        _panel(axes, line, before, len(lines[0]))
        before = line[-1].score
    more = f" (first {len(drawn):,} of {len(words):,} words)" if len(drawn) < len(words) else ""
    figure.suptitle(f"{verdict}{more}", x=0.02, ha="left", fontsize=11, fontweight="bold")
    figure.supylabel(f"score of {target!r} after each word", fontsize=10)
    figure.legend(handles=_legend(drawn), loc="outside lower center", ncols=5, fontsize=9)
    return figure


def _panel(axes: Any, line: Sequence[WordDelta], before: float, room: int) -> None:
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
    axes.set_xticks(range(len(line)), names, rotation=50, ha="right", rotation_mode="anchor")
    axes.tick_params(axis="x", length=0, pad=4)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "", "0.5", "", "1"])
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlim(-0.6, max(room, 9) - 0.4)
    axes.grid(axis="y")


def _bar(step: float) -> dict[str, Any]:
    look = {"width": 0.72, "linewidth": 0.8, "edgecolor": INK}
    return look | ({"color": BLUE} if step >= 0 else {"color": ORANGE, "hatch": "////"})


def _name(word: WordDelta) -> str:
    short = word.word if len(word.word) <= _LONGEST_WORD else word.word[: _LONGEST_WORD - 1] + "…"
    return f"[{short}]" if word.unknown else short


def _legend(words: Sequence[WordDelta]) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    up, down = ({key: value for key, value in _bar(step).items() if key != "width"} for step in (1, -1))
    unknown = Line2D([], [], linestyle="none", label="[ ] unknown word")
    attention = Line2D([], [], **_DIAMOND, label="attention")
    return [
        Line2D([], [], color=INK, marker="o", markersize=3.5, label="running score"),
        Patch(facecolor=up.pop("color"), **up, label="step up"),
        Patch(facecolor=down.pop("color"), **down, label="step down"),
        *([unknown] if any(word.unknown for word in words) else []),
        *([attention] if words[0].attention is not None else []),
    ]
