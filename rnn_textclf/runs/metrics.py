"""Metrics of a classifier, as scikit-learn defines them, for one class an example and for several alike.

Everything takes indicator matrices, bool `[N, C]`: one True an example where classes exclude each other,
any number of them where an example may have several classes. What would divide by zero is 0.
"""

from typing import NamedTuple

import numpy as np

# Equal widths of the confidence in [0, 1], as in Guo et al. (2017); bin i holds (i / 15, (i + 1) / 15].
CALIBRATION_BINS = 15
_MAX_LENGTH_GROUPS = 6
_MIN_GROUP_SIZE = 20


class ClassScores(NamedTuple):
    """Precision, recall and F1 of each class, in [0, 1], and its number of examples: four arrays `[C]`."""

    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    support: np.ndarray


class Mean(NamedTuple):
    """Precision, recall and F1 over all classes, in [0, 1]."""

    precision: float
    recall: float
    f1: float


class Bins(NamedTuple):
    """Predictions in bins of like confidence, three arrays; zeros where a bin is empty.

    number: predictions; confidence: their mean; accuracy: the share of them that are right.
    """

    number: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray


def class_scores(targets: np.ndarray, predicted: np.ndarray) -> ClassScores:
    """Scores of each class, from its `[N, C]` indicators."""
    hits, support = (targets & predicted).sum(0), targets.sum(0)
    precision, recall, f1 = _scores(hits, predicted.sum(0), support)
    return ClassScores(precision, recall, f1, support)


def macro_mean(scores: ClassScores) -> Mean:
    """The plain mean over the classes that have examples: each counts the same."""
    present = scores.support > 0
    return Mean(*(float(column[present].mean()) if present.any() else 0.0 for column in scores[:3]))


def weighted_mean(scores: ClassScores) -> Mean:
    """The mean by support: every example counts the same."""
    total = max(int(scores.support.sum()), 1)
    return Mean(*(float((column * scores.support).sum() / total) for column in scores[:3]))


def micro_mean(targets: np.ndarray, predicted: np.ndarray) -> Mean:
    """Scores of all predictions together, whatever their class."""
    hits = np.array([(targets & predicted).sum()])
    columns = _scores(hits, np.array([predicted.sum()]), np.array([targets.sum()]))
    return Mean(*(float(column[0]) for column in columns))


def subset_accuracy(targets: np.ndarray, predicted: np.ndarray) -> float:
    """Share of examples all of whose classes are right; plain accuracy where each has one class."""
    return float((targets == predicted).all(1).mean())


def confusion_matrix(targets: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Int `[C, C]`: examples by true class (row) and predicted class (column); one class an example."""
    classes = targets.shape[1]
    pairs = targets.argmax(1) * classes + predicted.argmax(1)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def roc_auc(positive: np.ndarray, scores: np.ndarray) -> float | None:
    """Area under the receiver operating characteristic: how often a positive example scores above a negative one.

    Ties count half (the Mann-Whitney statistic, Hanley and McNeil 1982).

    Args:
      positive: bool `[N]`.
      scores: `[N]`, larger for examples more likely positive.

    Returns:
      In [0, 1]; None where all examples are of one kind.
    """
    positives = int(positive.sum())
    negatives = len(positive) - positives
    if not positives or not negatives:
        return None
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    surplus = mean_rank[place][positive].sum() - positives * (positives + 1) / 2
    return float(surplus / (positives * negatives))


def roc_curve(positive: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """False and true positive rates over descending thresholds, from (0, 0) to (1, 1); see `roc_auc`."""
    hits, chosen = _over_thresholds(positive, scores)
    false, true = (chosen - hits) / max((~positive).sum(), 1), hits / max(positive.sum(), 1)
    return np.concatenate([[0.0], false]), np.concatenate([[0.0], true])


def precision_recall_curve(positive: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Recall, from 0 on, and precision over descending thresholds; see `roc_auc`."""
    hits, chosen = _over_thresholds(positive, scores)
    precision = hits / chosen
    return np.concatenate([[0.0], hits / max(positive.sum(), 1)]), np.concatenate([precision[:1], precision])


def average_precision(positive: np.ndarray, scores: np.ndarray) -> float | None:
    """Precision at each threshold weighted by the recall that it adds, in [0, 1]; None without positive examples."""
    if not positive.any():
        return None
    recall, precision = precision_recall_curve(positive, scores)
    return float((np.diff(recall) * precision[1:]).sum())


def calibration_bins(confidence: np.ndarray, right: np.ndarray) -> Bins:
    """Sorts predictions by their confidence, `[n]` in [0, 1]; `right`, bool `[n]`, says which are right."""
    place = np.clip(np.ceil(confidence.astype(np.float64) * CALIBRATION_BINS).astype(int) - 1, 0, CALIBRATION_BINS - 1)
    return _binned(place, CALIBRATION_BINS, confidence, right)


def quantile_bins(confidence: np.ndarray, right: np.ndarray) -> Bins:
    """Like `calibration_bins`, in bins of equal counts: 3 to 15, of 20 predictions or more where there are 60.

    Equal confidences share a bin.
    """
    number = int(np.clip(len(confidence) // _MIN_GROUP_SIZE, 3, CALIBRATION_BINS))
    ends = np.unique(np.quantile(confidence, np.arange(1, number + 1) / number, method="higher"))
    return _binned(np.searchsorted(ends, confidence), len(ends), confidence, right)


def expected_calibration_error(bins: Bins) -> float:
    """Mean distance between a bin's confidence and its accuracy, weighted by its count, in [0, 1]."""
    return float((bins.number * np.abs(bins.confidence - bins.accuracy)).sum() / bins.number.sum())


def confidences(probabilities: np.ndarray, targets: np.ndarray, multi_label: bool) -> tuple[np.ndarray, np.ndarray]:
    """Confidence of each prediction, in [0, 1], and whether it is right, for `calibration_bins`.

    An example has one prediction, its most probable class; with `multi_label` each class of each example
    has one, from 0.5 on, and `[N * C]` come back rather than `[N]`.
    """
    if not multi_label:
        best = probabilities.argmax(1)
        rows = np.arange(len(best))
        return probabilities[rows, best], targets[rows, best]
    right = (probabilities >= 0.5) == targets
    return np.maximum(probabilities, 1 - probabilities).ravel(), right.ravel()


class LengthGroup(NamedTuple):
    """Examples with `first` to `last` words: how many, and how many of them are right."""

    first: int
    last: int
    size: int
    right: int

    @property
    def name(self) -> str:
        """The range, for people."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"

    def to_json(self) -> dict[str, int]:
        """The group under the keys of `metrics.json`."""
        return {"first": self.first, "last": self.last, "rows": self.size, "right": self.right}


def length_groups(lengths: np.ndarray, right: np.ndarray) -> list[LengthGroup]:
    """Up to six groups of examples by sentence length, ascending and disjoint, cut at quantiles of the lengths.

    Args:
      lengths: int `[N]`, words.
      right: bool `[N]`.
    """
    number = int(np.clip(len(lengths) // _MIN_GROUP_SIZE, 1, _MAX_LENGTH_GROUPS))
    ends = np.unique(np.quantile(lengths, np.arange(1, number + 1) / number, method="higher"))
    place = np.searchsorted(ends, lengths)
    groups = []
    for group in range(len(ends)):
        inside = place == group
        words = lengths[inside]
        groups.append(LengthGroup(int(words.min()), int(words.max()), int(inside.sum()), int(right[inside].sum())))
    return groups


def _over_thresholds(positive: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many examples reach each distinct score, from the highest down, and how many of them are positive."""
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.diff(scores[order], append=np.nan))
    return np.cumsum(positive[order])[last], last + 1


def _binned(place: np.ndarray, size: int, confidence: np.ndarray, right: np.ndarray) -> Bins:
    count = np.bincount(place, minlength=size)
    sums = (np.bincount(place, values, size) for values in (confidence, right))
    return Bins(count, *(total / np.maximum(count, 1) for total in sums))


def _scores(hits: np.ndarray, predicted: np.ndarray, support: np.ndarray) -> tuple[np.ndarray, ...]:
    return (
        hits / np.maximum(predicted, 1),
        hits / np.maximum(support, 1),
        2 * hits / np.maximum(predicted + support, 1),
    )
