"""Rows scored word by word: what a report is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.vocabulary import PAD_ID
from rnn_textclf.runs.calibration import apply_temperature

# How much of a sentence has been read when its running score is judged.
SHARES = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class ScoredRows:
    """N labelled rows as a model scored them, in the order of their numbers.

    rows: int `[N]`, row numbers in their corpus.
    lengths: int `[N]`, words.
    targets: bool `[N, C]`.
    probabilities: `[N, C]`, in [0, 1], after the last word.
    running: `[N, len(SHARES), C]`, the probabilities after that share of its words.
    multi_label: whether a row may have several classes, or none; each is then decided at 0.5.
    """

    rows: np.ndarray
    lengths: np.ndarray
    targets: np.ndarray
    probabilities: np.ndarray
    running: np.ndarray
    multi_label: bool

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def predicted(self) -> np.ndarray:
        """The classes decided on, bool `[N, C]`."""
        return predicted_classes(self.probabilities, self.multi_label)

    @property
    def right(self) -> np.ndarray:
        """Whether all of a row's classes are right, bool `[N]`."""
        return (self.predicted == self.targets).all(1)

    @property
    def running_right(self) -> np.ndarray:
        """Whether each row was right after each share of its words, bool `[N, len(SHARES)]`."""
        return (predicted_classes(self.running, self.multi_label) == self.targets[:, np.newaxis, :]).all(-1)

    @property
    def accuracy(self) -> float:
        """Share of rows that are right, in [0, 1]."""
        return float(self.right.mean())

    def at_temperature(self, temperature: float, loss: str) -> "ScoredRows":
        """These rows, scored at temperature 1 under a loss, at another; see `calibration.py`."""
        probabilities, running = (
            apply_temperature(values, temperature, loss) for values in (self.probabilities, self.running)
        )
        return replace(self, probabilities=probabilities, running=running)


def predicted_classes(probabilities: np.ndarray, multi_label: bool) -> np.ndarray:
    """The classes that probabilities `[..., C]` speak for, as bool: all from 0.5 on, or the largest alone."""
    if multi_label:
        return probabilities >= 0.5
    return np.arange(probabilities.shape[-1]) == probabilities.argmax(-1)[..., np.newaxis]


def score_rows(session: Any, classifier: TextClassifier, batches: Iterable[Batch], multi_label: bool) -> ScoredRows:
    """Reads every row of `batches` word by word, without dropout."""
    parts = []
    for batch in batches:
        targets = batch.targets > 0.5
        after_shares, probabilities = _after_shares(session, classifier, batch)
        parts.append((batch.indices, batch.lengths, targets, probabilities, after_shares))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0])
    rows, lengths, targets, probabilities, running = (column[order] for column in columns)
    return ScoredRows(rows, lengths, targets, probabilities, running, multi_label)


def average(scored: Sequence[ScoredRows]) -> ScoredRows:
    """The same rows as several models together score them: the means of their probabilities.

    Raises:
      ValueError: the rows are not the same.
    """
    first = scored[0]
    if any(not np.array_equal(first.rows, other.rows) for other in scored[1:]):
        raise ValueError("models can be averaged over the same rows only")
    probabilities, running = (
        np.mean([getattr(one, name) for one in scored], axis=0) for name in ("probabilities", "running")
    )
    return replace(first, probabilities=probabilities, running=running)


def _after_shares(session: Any, classifier: TextClassifier, batch: Batch) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities after each of `SHARES` of the words, `[B, S, C]`, and after the last, `[B, C]`."""
    read = np.ceil(np.outer(batch.lengths, SHARES)).astype(np.int32)
    if classifier.config.bidirectional:
        # These few prefixes alone, each as a sentence of its own: all of them would take far longer.
        prefixes = [_cut(batch, lengths) for lengths in read.T]
        after = [classifier.step(session, prefix, "eval").probabilities for prefix in prefixes]
        return np.stack(after, 1), after[-1]
    sample = classifier.step(session, batch, "sample")
    return np.take_along_axis(sample.running_scores, read[:, :, np.newaxis] - 1, axis=1), sample.probabilities


def _cut(batch: Batch, lengths: np.ndarray) -> Batch:
    """The first words of each row, as many as `lengths` `[B]` says."""
    inside = np.arange(lengths.max()) < lengths[:, np.newaxis]
    return batch._replace(ids=np.where(inside, batch.ids[:, : lengths.max()], PAD_ID), lengths=lengths)
