"""Measures of a classifier, as scikit-learn defines them, for one class a row and for several alike.

Everything takes indicator matrices, bool `[N, C]`: one True a row where classes exclude each other, any
number of them where a row may have several classes. What would divide by zero is 0.
"""

from typing import NamedTuple

import numpy as np

# Equal widths of the confidence in [0, 1], as in Guo et al. (2017); bin i holds (i / 15, (i + 1) / 15].
CALIBRATION_BINS = 15


class ClassScores(NamedTuple):
    """Precision, recall and F1 of each class, in [0, 1], and its rows: four arrays `[C]`."""

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
    """Decisions sorted by confidence into `CALIBRATION_BINS` bins, three arrays; zeros where a bin is empty.

    number: decisions; confidence: their mean; accuracy: the share of them that are right.
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
    """The plain mean: every class counts the same."""
    return Mean(*(float(column.mean()) for column in scores[:3]))


def weighted_mean(scores: ClassScores) -> Mean:
    """The mean by support: every row counts the same."""
    total = max(int(scores.support.sum()), 1)
    return Mean(*(float((column * scores.support).sum() / total) for column in scores[:3]))


def micro_mean(targets: np.ndarray, predicted: np.ndarray) -> Mean:
    """Scores of all decisions put together, whatever their class."""
    hits = np.array([(targets & predicted).sum()])
    columns = _scores(hits, np.array([predicted.sum()]), np.array([targets.sum()]))
    return Mean(*(float(column[0]) for column in columns))


def subset_accuracy(targets: np.ndarray, predicted: np.ndarray) -> float:
    """Share of rows all of whose classes are right; plain accuracy where each row has one class."""
    return float((targets == predicted).all(1).mean())


def confusion_matrix(targets: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Int `[C, C]`: rows of the class of a line taken for the class of a column; one class a row."""
    classes = targets.shape[1]
    pairs = targets.argmax(1) * classes + predicted.argmax(1)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def roc_auc(positive: np.ndarray, scores: np.ndarray) -> float | None:
    """Area under the receiver operating characteristic: how often a positive row scores above a negative one.

    Ties count half (the Mann-Whitney statistic, Hanley and McNeil 1982).

    Args:
      positive: bool `[N]`.
      scores: `[N]`, larger for rows more likely positive.

    Returns:
      In [0, 1]; None where rows of one kind are missing.
    """
    positives = int(positive.sum())
    negatives = len(positive) - positives
    if not positives or not negatives:
        return None
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    surplus = mean_rank[place][positive].sum() - positives * (positives + 1) / 2
    return float(surplus / (positives * negatives))


def calibration_bins(confidence: np.ndarray, right: np.ndarray) -> Bins:
    """Sorts decisions by their confidence, `[n]` in [0, 1]; `right`, bool `[n]`, says which are right."""
    place = np.clip(np.ceil(confidence.astype(np.float64) * CALIBRATION_BINS).astype(int) - 1, 0, CALIBRATION_BINS - 1)
    count = np.bincount(place, minlength=CALIBRATION_BINS)
    sums = (np.bincount(place, values, CALIBRATION_BINS) for values in (confidence, right))
    return Bins(count, *(total / np.maximum(count, 1) for total in sums))


def expected_calibration_error(bins: Bins) -> float:
    """Mean distance between a bin's confidence and its accuracy, weighted by its count, in [0, 1]."""
    return float((bins.number * np.abs(bins.confidence - bins.accuracy)).sum() / bins.number.sum())


def confidences(probabilities: np.ndarray, targets: np.ndarray, multi_label: bool) -> tuple[np.ndarray, np.ndarray]:
    """How sure each decision is, in [0, 1], and whether it is right, for `calibration_bins`.

    A row is one decision, as sure as its most probable class; with `multi_label` each class of each row
    is one, at 0.5, and `[N * C]` come back rather than `[N]`.
    """
    if not multi_label:
        best = probabilities.argmax(1)
        rows = np.arange(len(best))
        return probabilities[rows, best], targets[rows, best]
    right = (probabilities >= 0.5) == targets
    return np.maximum(probabilities, 1 - probabilities).ravel(), right.ravel()


def _scores(hits: np.ndarray, predicted: np.ndarray, support: np.ndarray) -> tuple[np.ndarray, ...]:
    return (
        hits / np.maximum(predicted, 1),
        hits / np.maximum(support, 1),
        2 * hits / np.maximum(predicted + support, 1),
    )
