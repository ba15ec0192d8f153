"""A page that shows texts word by word: one file, nothing loaded from elsewhere, readable without colour."""

import contextlib
import html
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from rnn_textclf.atomic import replacing
from rnn_textclf.reports.word_deltas import Step, steps
from rnn_textclf.runs.prediction import Prediction

_SIGNS = {1: "▲", -1: "▼", 0: "·"}
_CLASSES = {1: "up", -1: "down", 0: "still"}
_LONGEST_TEXT = 2000

# The policy lets nothing be loaded or run, whatever a text holds.
_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light; }}
body {{ font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: #222;
  background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.4rem; margin: 0 0 .3rem; }}
.note {{ color: #555; margin: 0 0 2rem; max-width: 44rem; }}
article {{ border-top: 1px solid #ddd; padding: 1.1rem 0 1.3rem; }}
h2 {{ font-size: 1.05rem; margin: 0; }}
h2 .number {{ color: #6b6b6b; font-weight: normal; margin-right: .4rem; }}
.text {{ margin: .3rem 0 .2rem; color: #444; overflow-wrap: anywhere; }}
.all {{ margin: 0; color: #555; font-size: .85rem; }}
.words {{ display: flex; flex-wrap: wrap; gap: .3rem; list-style: none; margin: .8rem 0 0; padding: 0; }}
.words li {{ padding: .12rem .45rem .2rem; border-radius: .3rem; border: 1px solid transparent;
  min-width: 2.6rem; text-align: center; overflow-wrap: anywhere; }}
.words small {{ display: block; font-size: .72rem; line-height: 1.2; font-variant-numeric: tabular-nums;
  white-space: nowrap; }}
.up {{ border-bottom: 3px solid #0072b2 !important; }}
.down {{ border-bottom: 3px dashed #b35900 !important; }}
.still {{ border-color: #e3e3e3 !important; }}
.unknown bdi {{ text-decoration: underline dotted #6b6b6b; text-underline-offset: .2em; font-style: italic; }}
@media print {{ .words li {{ print-color-adjust: exact; }} article {{ break-inside: avoid; }} }}
</style>
</head>
<body>
<h1>{title}</h1>
<p class="note">Under each word: the score after it, then how far the word moved it,
▲ up (blue) or ▼ down (orange, dashed). The first word is measured from a model without an opinion.
<em>Words in italics</em> are unknown to the model.</p>
"""
_TAIL = "</body>\n</html>\n"


class Remark(NamedTuple):
    """What is known of a text beside its prediction: its row in the file, from 1, and its true label."""

    row: int
    truth: str


class HtmlPage:
    """A page under construction; texts go to the file as they come."""

    def __init__(self, file: IO[bytes], title: str, several_labels: bool) -> None:
        self._file = file
        self._several_labels = several_labels
        self._count = 0
        self._write(_HEAD.format(title=_escape(title)))

    def add(self, prediction: Prediction, remark: Remark | None = None) -> None:
        """Appends one text."""
        self._count += 1
        name = f"row {remark.row:,}" if remark else f"{self._count:,}"
        self._write(article(prediction, name, remark.truth if remark else None, self._several_labels))

    def close(self) -> None:
        """Appends what ends the page."""
        self._write(_TAIL)

    def _write(self, text: str) -> None:
        self._file.write(text.encode("utf-8", "replace"))


@contextlib.contextmanager
def html_page(path: Path, title: str, several_labels: bool = False) -> Iterator[HtmlPage]:
    """A page that is at `path` when the block ends well, and not at all when it does not.

    Args:
      path: the file.
      title: its heading.
      several_labels: whether a text may have several labels; see `steps`.
    """
    with replacing(path, "wb") as file:
        page = HtmlPage(file, title, several_labels)
        yield page
        page.close()


def article(prediction: Prediction, name: str, truth: str | None = None, several_labels: bool = False) -> str:
    """One text: the verdict, the text, every class, and its words with score and step."""
    text = prediction.text if len(prediction.text) <= _LONGEST_TEXT else prediction.text[:_LONGEST_TEXT] + " …"
    wrong = "" if truth is None else f", but it is {_escape(truth) or 'none of the classes'}"
    by_probability = sorted(prediction.probabilities.items(), key=lambda item: -item[1])
    chances = ", ".join(f"{_escape(label)} {value:.1%}" for label, value in by_probability[:20])
    words = "\n".join(_word(step) for step in steps(prediction, several_labels))
    return (
        f'<article>\n<h2><span class="number">{_escape(name)}</span> '
        f"{_escape(prediction.label) or 'none of the classes'}{wrong}</h2>\n"
        f'<p class="text" dir="auto">{_escape(text)}</p>\n'
        f'<p class="all">{chances}; below, the score of <strong>{_escape(prediction.target)}</strong></p>\n'
        f'<ol class="words">\n{words}\n</ol>\n</article>\n'
    )


def _word(step: Step) -> str:
    kind = _CLASSES[step.direction] + (" unknown" if step.unknown else "")
    moved = f"{_SIGNS[step.direction]} {abs(step.step):.2f}"
    share = "" if step.attention is None else f"<small>attention {step.attention:.2f}</small>"
    return (
        f'<li class="{kind}" style="background:{shade(step.step)}"><bdi>{_escape(step.word)}</bdi>'
        f"<small>{step.score:.2f}</small><small>{moved}</small>{share}</li>"
    )


def shade(step: float) -> str:
    """A background under dark text: from white to blue for steps up, to orange for steps down."""
    full = (120, 186, 228) if step > 0 else (246, 190, 106)
    # The square root tells small steps apart; large ones are rare.
    weight = min(abs(step), 0.5) ** 0.5 / 0.5**0.5
    return "#" + "".join(f"{round(255 + (channel - 255) * weight):02x}" for channel in full)


def _escape(text: str) -> str:
    """Text as HTML shows it: no mark-up, no quotation mark that ends an attribute, no control characters."""
    shown = "".join(c if c.isprintable() or c == " " else " " for c in text)
    return html.escape(shown, quote=True)
