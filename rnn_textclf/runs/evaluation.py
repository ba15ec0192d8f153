"""Evaluation: the probabilities and losses of a model for labelled examples, without dropout."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.runs.metrics import class_scores, macro_mean


@dataclass(frozen=True)
class ScoredExamples:
    """Probabilities of N labelled examples, in the order of their indices.

    indices: int `[N]`, into the corpus.
    targets: bool `[N, C]`.
    probabilities: `[N, C]`, in [0, 1], after the last word.
    multi_label: whether an example may have several classes, or none; each is then predicted from 0.5 on.
    """

    indices: np.ndarray
    targets: np.ndarray
    probabilities: np.ndarray
    multi_label: bool

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def predicted(self) -> np.ndarray:
        """Predicted classes, bool `[N, C]`."""
        return predicted_classes(self.probabilities, self.multi_label)

    @property
    def right(self) -> np.ndarray:
        """Whether all classes of an example are predicted right, bool `[N]`."""
        return (self.predicted == self.targets).all(1)

    @property
    def num_right(self) -> int:
        """Number of examples that are right."""
        return int(self.right.sum())

    @property
    def accuracy(self) -> float:
        """Share of examples that are right, in [0, 1]."""
        return float(self.right.mean())

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the classes that have examples, in [0, 1]."""
        return macro_mean(class_scores(self.targets, self.predicted)).f1


@dataclass(frozen=True)
class Evaluation(ScoredExamples):
    """Probabilities and losses `[N]`, in nats, of labelled examples."""

    losses: np.ndarray

    def loss(self, class_weights: Sequence[float] | None = None) -> float:
        """Mean loss in nats, weighted as in training; see `example_weights`."""
        return float((self.losses * example_weights(self.targets, class_weights)).mean())


def predicted_classes(probabilities: np.ndarray, multi_label: bool) -> np.ndarray:
    """Predicted classes for probabilities `[..., C]`, as bool: all from 0.5 on, or the most probable alone."""
    if multi_label:
        return probabilities >= 0.5
    return np.arange(probabilities.shape[-1]) == probabilities.argmax(-1)[..., np.newaxis]


def example_weights(targets: np.ndarray, class_weights: Sequence[float] | None) -> np.ndarray:
    """Weight of each example in the loss, `[N]`: the mean weight of its classes, 1 for one without any.

    Args:
      targets: bool `[N, C]`.
      class_weights: C positive numbers; None weights all alike.
    """
    if class_weights is None:
        return np.ones(len(targets))
    count = targets.sum(1)
    return np.where(count, targets @ np.asarray(class_weights, float) / np.maximum(count, 1), 1.0)


def evaluate(
    session: Any, classifier: TextClassifier, batches: Iterable[Batch], multi_label: bool = False
) -> Evaluation:
    """Evaluates every example of `batches`; their sizes and order do not matter."""
    parts: list[tuple[np.ndarray, ...]] = []
    for batch in batches:
        result = classifier.step(session, batch, "eval")
        parts.append((batch.indices, batch.targets > 0.5, result.probabilities, result.losses))
    indices, targets, probabilities, losses = by_index(parts)
    return Evaluation(indices, targets, probabilities, multi_label, losses)


def by_index(parts: list[tuple[np.ndarray, ...]]) -> list[np.ndarray]:
    """Arrays of each batch, the first of them indices -> arrays of all, sorted by index; empties `parts`."""
    order = np.argsort(np.concatenate([part[0] for part in parts]))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    # One column at a time, so that no more than one is held twice.
    columns = [deque(column) for column in zip(*parts, strict=True)]
    parts.clear()
    return [_placed(column, place) for column in columns]


def _placed(batches: deque[np.ndarray], place: np.ndarray) -> np.ndarray:
    """Arrays of each batch as one, row i of them all at `place[i]`; empties `batches`."""
    found = np.empty([len(place), *batches[0].shape[1:]], batches[0].dtype)
    begin = 0
    while batches:
        batch = batches.popleft()
        found[place[begin : begin + len(batch)]] = batch
        begin += len(batch)
    return found
