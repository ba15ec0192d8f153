"""Prediction that a notebook shows as coloured words."""

from rnn_textclf.reports.html.shades import shade
from rnn_textclf.reports.html.templating import template
from rnn_textclf.reports.output import NO_WORDS, verdict
from rnn_textclf.reports.word_deltas import word_deltas
from rnn_textclf.runs import prediction


class Prediction(prediction.Prediction):
    """Prediction of one text; Jupyter and others show it as HTML."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return prediction_html(self)


def prediction_html(of: prediction.Prediction) -> str:
    """The verdict, and the words shaded by how far each moved the running score; without one, the verdict alone."""
    words = word_deltas(of, of.several_labels) if of.running_scores and of.has_words else []
    text = verdict(of) if of.has_words else NO_WORDS
    return template("notebook.html", shade=shade).render(verdict=text, target=of.target, words=words)
