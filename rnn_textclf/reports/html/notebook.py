"""Prediction that a notebook shows as coloured words."""

from rnn_textclf.reports.html.templating import template
from rnn_textclf.reports.output import NO_WORDS, verdict
from rnn_textclf.reports.word_deltas import WordDelta, word_deltas
from rnn_textclf.runs import prediction

_BLUE, _ORANGE = "0,114,178", "213,94,0"
_MAX_OPACITY = 0.55  # Text in black or in white can still be read on it.


class Prediction(prediction.Prediction):
    """Prediction of one text; Jupyter and others show it as HTML."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return prediction_html(self)


def prediction_html(of: prediction.Prediction) -> str:
    """The verdict, and the words shaded by how far each moved the running score; without one, the verdict alone."""
    words = word_deltas(of, of.several_labels) if of.running_scores and of.has_words else []
    text = verdict(of) if of.has_words else NO_WORDS
    return template("notebook.html", shade=_shade).render(verdict=text, target=of.target, words=words)


def _shade(word: WordDelta) -> str:
    """A translucent background: blue for words that move the score up, orange for down."""
    opacity = _MAX_OPACITY * min(1.0, 2 * abs(word.delta)) ** 0.5  # The root tells small steps apart.
    return f"rgba({_BLUE if word.delta > 0 else _ORANGE},{opacity:.2f})"
