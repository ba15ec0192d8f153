"""How every picture looks, and how it becomes a file; the one place that imports Matplotlib.

The colours are Okabe and Ito's (2008), which people with any colour vision tell apart. Where two of them
stand for different things, lightness or shape differs as well, so that a print in grey says the same.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rnn_textclf.atomic import replacing
from rnn_textclf.errors import UserError

BLUE, ORANGE, GREY, LIGHT = "#0072B2", "#E69F00", "#6B6B6B", "#D9D9D9"
INK = "#222222"
MISSING = "pictures need Matplotlib, which is not installed: pip install matplotlib"

# Scripts that DejaVu lacks, from fonts that systems have; those that are absent are left out.
_FALLBACKS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans Devanagari",
    "Noto Sans Arabic",
    "Arial Unicode MS",
    "PingFang SC",
    "Microsoft YaHei",
)
_STYLE = {
    "figure.facecolor": "white",
    "font.size": 10,
    "axes.titlesize": 11,
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


def available() -> bool:
    """Whether Matplotlib is installed."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        return False
    return True


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """The look of all pictures, for the figures made in the block.

    Raises:
      UserError: Matplotlib is not installed.
    """
    if not available():
        raise UserError(MISSING)
    import matplotlib
    from matplotlib import font_manager

    installed = set(font_manager.get_font_names())
    fonts = ["DejaVu Sans", *(name for name in _FALLBACKS if name in installed)]
    with matplotlib.rc_context({**_STYLE, "font.family": fonts}):
        yield


def new_figure(width: float, height: float) -> Any:
    """A figure of the given inches that lays itself out; no window and no global state belong to it."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Any, path: Path) -> None:
    """Writes a figure, whole or not at all, as its file's ending says: .png or .svg."""
    import logging
    import warnings

    kind = path.suffix[1:].lower()
    metadata = {"Date": None} if kind == "svg" else None
    # A word in a script without a font is drawn as boxes; a warning for each of its letters helps nobody.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    with styled(), warnings.catch_warnings(), replacing(path, "wb") as file:
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(file, format=kind, dpi=150, metadata=metadata)
