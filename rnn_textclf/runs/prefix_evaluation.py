"""Evaluation of prefixes: whether a model is right after each share of a sentence's words, for the report.

Probabilities after the shares, `[B, S, C]`, are reduced to right or wrong batch by batch: with thousands of classes
those of all examples would be the largest array of a training.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple, Self

import numpy as np

from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.preprocessing.encoded.dataset import Batch, pieces
from rnn_textclf.preprocessing.vocabulary import PAD_ID
from rnn_textclf.runs.calibration import apply_temperature
from rnn_textclf.runs.evaluation import ScoredExamples, by_index, predicted_classes

# Shares of a sentence after which its running score is evaluated.
PREFIX_SHARES = (0.25, 0.5, 0.75, 1.0)


class PrefixBatch(NamedTuple):
    """Scored examples of a batch.

    indices: int `[B]`, into the corpus; targets: bool `[B, C]`; lengths: int `[B]`, words.
    probabilities: `[B, C]`, after the last word.
    prefix_probabilities: `[B, S, C]`, after each of the `PREFIX_SHARES` of the words.
    """

    indices: np.ndarray
    targets: np.ndarray
    lengths: np.ndarray
    probabilities: np.ndarray
    prefix_probabilities: np.ndarray


@dataclass(frozen=True)
class PrefixEvaluation(ScoredExamples):
    """Probabilities of labelled examples, and which of their prefixes are predicted right.

    lengths: int `[N]`, words.
    prefixes_right: bool `[N, S]`, whether the prediction is right after each of the `PREFIX_SHARES` of the words.
    prefix_probabilities: `[N, S, C]`, where they are kept for `average`.
    """

    lengths: np.ndarray
    prefixes_right: np.ndarray
    prefix_probabilities: np.ndarray | None = None

    def at_temperature(self, temperature: float, loss: str) -> Self:
        """The same at another temperature than 1, which changes no prediction; see `calibration.py`.

        `loss` is that of the model.
        """
        prefixes = self.prefix_probabilities
        return replace(
            self,
            probabilities=apply_temperature(self.probabilities, temperature, loss),
            prefix_probabilities=None if prefixes is None else apply_temperature(prefixes, temperature, loss),
        )


def score_prefixes(session: Any, classifier: TextClassifier, batches: Iterable[Batch]) -> Iterator[PrefixBatch]:
    """Scores the examples of `batches` after the `PREFIX_SHARES` of their words, in batches of any size."""
    for whole in batches:
        for batch in pieces(whole, classifier.network.num_classes):
            prefixes, probabilities = _prefix_probabilities(session, classifier, batch)
            yield PrefixBatch(batch.indices, batch.targets > 0.5, batch.lengths, probabilities, prefixes)


def evaluate_prefixes(
    batches: Iterable[PrefixBatch], num_classes: int, multi_label: bool, keep: bool = False
) -> PrefixEvaluation:
    """Evaluates scored examples.

    Args:
      batches: of any size and in any order; there may be none.
      num_classes: C.
      multi_label: see `ScoredExamples`.
      keep: whether `prefix_probabilities` are kept.
    """
    parts = [_reduced(batch, multi_label, keep) for batch in chain([_no_examples(num_classes)], batches)]
    indices, targets, lengths, probabilities, right, *kept = by_index(parts)
    return PrefixEvaluation(indices, targets, probabilities, multi_label, lengths, right, *kept)


def average(evaluations: Sequence[PrefixEvaluation]) -> PrefixEvaluation:
    """The mean of the probabilities of several models, whose `prefix_probabilities` were kept, for the same examples.

    Raises:
      ValueError: the examples are not the same.
    """
    first = evaluations[0]
    if any(not np.array_equal(first.indices, other.indices) for other in evaluations[1:]):
        raise ValueError("models can be averaged over the same examples only")
    prefixes = mean([one.prefix_probabilities for one in evaluations])
    return replace(
        first,
        probabilities=mean([one.probabilities for one in evaluations]),
        prefixes_right=_right(prefixes, first.targets, first.multi_label),
        prefix_probabilities=None,
    )


def mean(arrays: Sequence[Any]) -> np.ndarray:
    """The mean of arrays of one shape, which are never stacked."""
    total = arrays[0].copy()
    for other in arrays[1:]:
        total += other
    total /= len(arrays)
    return total


def _reduced(batch: PrefixBatch, multi_label: bool, keep: bool) -> tuple[np.ndarray, ...]:
    *facts, prefixes = batch
    return (*facts, _right(prefixes, batch.targets, multi_label), *([prefixes] if keep else []))


def _right(prefixes: np.ndarray, targets: np.ndarray, multi_label: bool) -> np.ndarray:
    """Whether each prefix is predicted right, bool `[N, S]`, from probabilities `[N, S, C]`; one share at a time."""
    shares = [prefixes[:, share] for share in range(prefixes.shape[1])]
    return np.stack([(predicted_classes(share, multi_label) == targets).all(-1) for share in shares], 1)


def _no_examples(num_classes: int) -> PrefixBatch:
    numbers, probabilities = np.zeros(0, np.int32), np.zeros([0, num_classes], np.float32)
    prefixes = np.zeros([0, len(PREFIX_SHARES), num_classes], np.float32)
    return PrefixBatch(numbers, probabilities > 0.5, numbers, probabilities, prefixes)


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
