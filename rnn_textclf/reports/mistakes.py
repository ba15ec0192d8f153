"""Most confident mistakes: wrong predictions of the highest confidence."""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, count
from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.reports.output import verdict
from rnn_textclf.reports.tables import aligned
from rnn_textclf.runs.evaluation import ScoredExamples
from rnn_textclf.runs.prediction import Prediction

_WIDTH = 100


class Mistake(NamedTuple):
    """A row of the file, from 1, its true classes joined by |, and the prediction for it."""

    row: int
    truth: str
    prediction: Prediction

    def to_json(self) -> dict[str, Any]:
        """For `metrics.json`."""
        prediction = self.prediction._asdict()
        del prediction["attention"], prediction["several_labels"]  # The one is not asked for, the other in config.json.
        return {"row": self.row, "true_label": self.truth, **prediction}


def most_confident_wrong(scored: ScoredExamples, number: int, keys: np.ndarray | None = None) -> np.ndarray:
    """Positions of up to `number` wrong examples, the most confident first.

    Of examples with the same entry in `keys` `[N]`, where given, the first alone.

    The confidence is the probability of the predicted class; with several labels, the distance from 0.5 of the
    wrong prediction that is farthest from it.
    """
    wrong = np.flatnonzero(~scored.right)
    if scored.multi_label:
        false = scored.predicted[wrong] != scored.targets[wrong]
        sure = (np.abs(scored.probabilities[wrong] - 0.5) * false).max(1, initial=0)
    else:
        sure = scored.probabilities[wrong].max(1, initial=0)
    ordered = wrong[np.argsort(-sure, kind="stable")]
    if keys is not None:
        ordered = ordered[np.sort(np.unique(keys[ordered], return_index=True)[1])]
    return ordered[:number]


def worst_mistakes(
    scored: ScoredExamples,
    keys: np.ndarray,
    corpus: Corpus,
    labels: Sequence[str],
    number: int,
    predict: Callable[[list[str]], Iterable[Prediction]],
) -> list[Mistake]:
    """Up to `number` most confident mistakes; their texts are read from the corpus once more.

    Args:
      scored: all examples of the corpus.
      keys: `[N]`, equal for the same text, which is shown once.
      corpus: the same.
      labels: C class names.
      number: how many at most.
      predict: gives the predictions of texts, word by word.

    Raises:
      UserError: the corpus has changed, or as `predict` raises.
    """
    if not number:
        return []
    places = most_confident_wrong(scored, number, keys)
    wanted = {int(scored.indices[place]) for place in places}
    texts = {row: text for row, (text, _) in compress(enumerate(corpus.examples()), (row in wanted for row in count()))}
    corpus.check_unchanged()
    predictions = predict([texts[int(scored.indices[place])] for place in places])
    truths = ("|".join(labels[int(i)] for i in np.flatnonzero(scored.targets[place])) for place in places)
    return [
        Mistake(int(scored.indices[place]) + 1, truth, prediction)
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
