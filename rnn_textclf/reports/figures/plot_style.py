"""Plot style: the look of all figures and their files; the one place that imports Matplotlib at run time.

The colours are Okabe and Ito's (2008), which people with any colour vision tell apart. Where two of them
stand for different things, lightness or shape differs as well, so that a print in grey says the same.
"""

import contextlib
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rnn_textclf.atomic import replacing
from rnn_textclf.errors import UserError
from rnn_textclf.reports.figures.fonts import BASE_FONT, fonts_for

BLUE, ORANGE, GREY, LIGHT = "#0072B2", "#E69F00", "#6B6B6B", "#D9D9D9"
INK = "#222222"
MISSING = "figures need Matplotlib, which is not installed: pip install matplotlib"

_STYLE = {
    "figure.facecolor": "white",
    "font.family": BASE_FONT,
    "font.size": 10,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.8,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "hatch.linewidth": 0.8,
    "svg.hashsalt": "rnn_textclf",
}
DPI = 150
_NOTE_SIZE = 8.5
_MARGIN = 0.12  # Inches around each plot; with less, letters that are drawn beyond their box are cut at the edge.
_CHARACTERS_AN_INCH = 16  # Of a note.


def available() -> bool:
    """Whether Matplotlib is installed."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        return False
    return True


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """The plot style, for the figures made in the block.

    Raises:
      UserError: Matplotlib is not installed.
    """
    if not available():
        raise UserError(MISSING)
    import matplotlib

    with matplotlib.rc_context(_STYLE):
        yield


def new_figure(width: float, height: float, note: str = "") -> Any:
    """A figure of some inches that lays itself out; no window and no global state belong to it.

    Args:
      width: inches.
      height: inches, without those of the note.
      note: what the figure is about, in small print above its titles.
    """
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    lines = textwrap.wrap(note, max(30, int(_CHARACTERS_AN_INCH * width)))
    layout = ConstrainedLayoutEngine(w_pad=_MARGIN, h_pad=_MARGIN)
    figure = Figure(figsize=(width, height + 0.17 * len(lines)), layout=layout)
    if lines:
        figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=_NOTE_SIZE, color=GREY, linespacing=1.25)
    return figure


def halo() -> list[Any]:
    """Path effects that keep a text legible on a line."""
    from matplotlib import patheffects

    return [patheffects.withStroke(linewidth=3, foreground="white")]


def save(figure: Any, path: Path) -> None:
    """Writes a figure, whole or not at all, as its file's ending says: .png or .svg."""
    import logging
    import warnings

    from matplotlib.text import Text

    kind = path.suffix[1:].lower()
    metadata = {"Date": None} if kind == "svg" else None
    # A letter without a font is told once a script; Matplotlib would warn of each.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    texts = figure.findobj(Text)
    fonts = fonts_for(text.get_text() for text in texts)
    for text in texts:
        text.set_fontfamily(fonts)
    with styled(), warnings.catch_warnings(), replacing(path, "wb") as file:
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(file, format=kind, dpi=DPI, metadata=metadata)
