"""Evaluation: the probabilities of a model for labelled examples, without dropout.

Two passes with a result each: `evaluate` gives losses, for choosing the best epoch; `evaluate_prefixes` also reads the
beginnings of each sentence, for the report.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.vocabulary import PAD_ID
from rnn_textclf.runs.calibration import apply_temperature
from rnn_textclf.runs.metrics import class_scores, macro_mean

# Shares of a sentence after which its running score is evaluated.
PREFIX_SHARES = (0.25, 0.5, 0.75, 1.0)


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


@dataclass(frozen=True)
class PrefixEvaluation(ScoredExamples):
    """Probabilities of labelled examples and of their prefixes.

    lengths: int `[N]`, words.
    prefix_probabilities: `[N, S, C]`, after each of the `PREFIX_SHARES` of the words.
    """

    lengths: np.ndarray
    prefix_probabilities: np.ndarray

    @property
    def prefixes_right(self) -> np.ndarray:
        """Whether the prediction was right after each share of the words, bool `[N, S]`."""
        predicted = predicted_classes(self.prefix_probabilities, self.multi_label)
        return (predicted == self.targets[:, np.newaxis, :]).all(-1)

    def at_temperature(self, temperature: float, loss: str) -> Self:
        """The same at another temperature than 1; see `calibration.py`. `loss` is that of the model."""
        probabilities, prefixes = (
            apply_temperature(values, temperature, loss) for values in (self.probabilities, self.prefix_probabilities)
        )
        return replace(self, probabilities=probabilities, prefix_probabilities=prefixes)


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
    parts = []
    for batch in batches:
        result = classifier.step(session, batch, "eval")
        parts.append((batch.indices, batch.targets > 0.5, result.probabilities, result.losses))
    indices, targets, probabilities, losses = _by_index(parts)
    return Evaluation(indices, targets, probabilities, multi_label, losses)


def evaluate_prefixes(
    session: Any, classifier: TextClassifier, batches: Iterable[Batch], multi_label: bool
) -> PrefixEvaluation:
    """Evaluates every example of `batches`, of which there may be none, after the `PREFIX_SHARES` of its words."""
    parts = [_no_examples(classifier.network.num_classes)]
    for batch in batches:
        prefixes, probabilities = _prefix_probabilities(session, classifier, batch)
        parts.append((batch.indices, batch.targets > 0.5, probabilities, batch.lengths, prefixes))
    indices, targets, probabilities, lengths, prefixes = _by_index(parts)
    return PrefixEvaluation(indices, targets, probabilities, multi_label, lengths, prefixes)


def average(evaluations: Sequence[PrefixEvaluation]) -> PrefixEvaluation:
    """The mean of the probabilities of several models for the same examples.

    Raises:
      ValueError: the examples are not the same.
    """
    first = evaluations[0]
    if any(not np.array_equal(first.indices, other.indices) for other in evaluations[1:]):
        raise ValueError("models can be averaged over the same examples only")
    probabilities, prefixes = (
        np.mean([getattr(one, name) for one in evaluations], axis=0)
        for name in ("probabilities", "prefix_probabilities")
    )
    return replace(first, probabilities=probabilities, prefix_probabilities=prefixes)


def _by_index(parts: Sequence[tuple[np.ndarray, ...]]) -> list[np.ndarray]:
    """Arrays of each batch, the first of them indices -> arrays of all, sorted by index."""
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0])
    return [column[order] for column in columns]


def _no_examples(num_classes: int) -> tuple[np.ndarray, ...]:
    """The arrays of `evaluate_prefixes` for a batch without examples."""
    numbers, probabilities = np.zeros(0, np.int32), np.zeros([0, num_classes], np.float32)
    prefixes = np.zeros([0, len(PREFIX_SHARES), num_classes], np.float32)
    return numbers, probabilities > 0.5, probabilities, numbers, prefixes


def _prefix_probabilities(session: Any, classifier: TextClassifier, batch: Batch) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities after each of the `PREFIX_SHARES`, `[B, S, C]`, and after the last word, `[B, C]`."""
    read = np.ceil(np.outer(batch.lengths, PREFIX_SHARES)).astype(np.int32)
    if classifier.config.bidirectional:
        # These few prefixes alone, each as a sentence of its own: all of them would take far longer.
        prefixes = [_cut(batch, lengths) for lengths in read.T]
        after = [classifier.step(session, prefix, "eval").probabilities for prefix in prefixes]
        return np.stack(after, 1), after[-1]
    sample = classifier.step(session, batch, "sample")
    return np.take_along_axis(sample.running_scores, read[:, :, np.newaxis] - 1, axis=1), sample.probabilities


def _cut(batch: Batch, lengths: np.ndarray) -> Batch:
    """The first words of each sentence, as many as `lengths` `[B]` says."""
    inside = np.arange(lengths.max()) < lengths[:, np.newaxis]
    return batch._replace(ids=np.where(inside, batch.ids[:, : lengths.max()], PAD_ID), lengths=lengths)
