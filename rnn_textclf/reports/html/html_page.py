"""HTML page of running scores: one file, nothing loaded from elsewhere, readable without colour."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from rnn_textclf.atomic import replacing
from rnn_textclf.reports.html.shades import shade
from rnn_textclf.reports.html.templating import render_block, template
from rnn_textclf.reports.output import NO_WORDS
from rnn_textclf.reports.word_deltas import word_deltas
from rnn_textclf.runs.prediction import Prediction

_MAX_TEXT = 2000  # Characters.
_MAX_CLASSES = 20


class Remark(NamedTuple):
    """A text's row in its file, from 1, and its true label."""

    row: int
    truth: str


class HtmlPage:
    """Page under construction; texts are written as they come."""

    def __init__(self, file: IO[bytes], title: str, several_labels: bool) -> None:
        self._file = file
        self._several_labels = several_labels
        self._template = template("running_scores.html", shade=shade)
        self._count = 0
        self._write(render_block(self._template, "head", title=title))

    def add(self, prediction: Prediction, remark: Remark | None = None) -> None:
        """Appends one text: the verdict, the text, every class, and its words with score and delta."""
        self._count += 1
        text = prediction.text
        by_probability = sorted(prediction.probabilities.items(), key=lambda item: -item[1])
        article = render_block(
            self._template,
            "article",
            name=f"row {remark.row:,}" if remark else f"{self._count:,}",
            verdict=(prediction.label or "none of the classes") if prediction.has_words else NO_WORDS,
            truth=remark.truth if remark else None,
            text=text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]} …",
            probabilities=by_probability[:_MAX_CLASSES],
            target=prediction.target,
            words=word_deltas(prediction, self._several_labels) if prediction.has_words else [],
        )
        self._write(article)

    def close(self) -> None:
        """Appends the end of the page."""
        self._write(render_block(self._template, "tail"))

    def _write(self, text: str) -> None:
        self._file.write(text.encode("utf-8", "replace"))


@contextlib.contextmanager
def html_page(path: Path, title: str, several_labels: bool = False) -> Iterator[HtmlPage]:
    """A page that is at `path` when the block ends well, and not at all when it does not.

    Args:
      path: the file.
      title: its heading.
      several_labels: whether a text may have several labels; see `word_deltas`.
    """
    with replacing(path, "wb") as file:
        page = HtmlPage(file, title, several_labels)
        yield page
        page.close()
