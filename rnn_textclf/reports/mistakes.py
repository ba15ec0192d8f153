"""The worst mistakes: rows that the model is surest about and wrong."""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, count
from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.reports.output import verdict
from rnn_textclf.reports.tables import aligned
from rnn_textclf.runs.prediction import Prediction
from rnn_textclf.runs.scoring import ScoredRows

_WIDTH = 100


class Mistake(NamedTuple):
    """A row, from 1, its true classes joined by |, and what the model says of it."""

    row: int
    truth: str
    prediction: Prediction

    def to_json(self) -> dict[str, Any]:
        """For `metrics.json`."""
        prediction = self.prediction._asdict()
        del prediction["attention"], prediction["several_labels"]  # The one is not asked for, the other in config.json.
        return {"row": self.row, "true_label": self.truth, **prediction}


def most_confident_wrong(scored: ScoredRows, number: int) -> np.ndarray:
    """Places of up to `number` wrong rows, the surest first.

    A row is as sure as its most probable class; with several labels, as the wrong decision that is
    farthest from 0.5.
    """
    wrong = np.flatnonzero(~scored.right)
    if scored.multi_label:
        false = scored.predicted[wrong] != scored.targets[wrong]
        sure = (np.abs(scored.probabilities[wrong] - 0.5) * false).max(1, initial=0)
    else:
        sure = scored.probabilities[wrong].max(1, initial=0)
    return wrong[np.argsort(-sure, kind="stable")[:number]]


def worst_mistakes(
    scored: ScoredRows,
    corpus: Corpus,
    labels: tuple[str, ...],
    predict: Callable[[Sequence[str]], Iterable[Prediction]],
    number: int,
) -> list[Mistake]:
    """Up to `number` of them, the surest first.

    Args:
      scored: the labelled examples.
      corpus: where they come from; read once more for the texts.
      labels: the class names.
      predict: texts -> a prediction of each.
      number: most mistakes wanted (>= 0).

    Raises:
      UserError: the corpus has changed.
    """
    if not number:
        return []
    places = most_confident_wrong(scored, number)
    wanted = {int(scored.rows[place]) for place in places}
    texts = {row: text for row, (text, _) in compress(enumerate(corpus.rows()), (row in wanted for row in count()))}
    corpus.check_unchanged()
    predictions = predict([texts[int(scored.rows[place])] for place in places])
    truths = ("|".join(labels[int(i)] for i in np.flatnonzero(scored.targets[place])) for place in places)
    return [
        Mistake(int(scored.rows[place]) + 1, truth, prediction)
        for place, truth, prediction in zip(places, truths, predictions, strict=True)
    ]


def mistake_lines(mistakes: Sequence[Mistake]) -> Iterator[str]:
    """A table of the mistakes, then the running score of each, for people."""
    yield "The most confident mistakes"
    rows = [["row", "true class", "predicted"]]
    rows += [[f"{m.row:,}", m.truth or "-", verdict(m.prediction)] for m in mistakes]
    yield from aligned(rows, "><<")
    for mistake in mistakes:
        prediction = mistake.prediction
        yield ""
        yield f"row {mistake.row:,}, score of {prediction.target!r}:"
        pairs = zip(prediction.words, prediction.running_scores, strict=True)
        # A word and its score stay on one line: the space between them is put in after wrapping.
        line = "  ".join(f"{word}\0{score:.2f}" for word, score in pairs)
        wrapped = textwrap.wrap(line, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
        yield from (part.replace("\0", " ") for part in wrapped)
