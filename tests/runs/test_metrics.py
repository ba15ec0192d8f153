"""The measures against scikit-learn's, on small and on random cases."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn

from rnn_textclf.runs import metrics

seeds = st.integers(0, 10_000)
relaxed = settings(max_examples=60)


def exclusive(seed: int, rows: int, classes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """True and predicted classes of random rows, and both as indicators."""
    draw = np.random.default_rng(seed)
    true, predicted = draw.integers(0, classes, rows), draw.integers(0, classes, rows)
    eye = np.eye(classes, dtype=bool)
    return true, predicted, eye[true], eye[predicted]


@relaxed
@given(seed=seeds, rows=st.integers(1, 60), classes=st.integers(2, 7))
def test_one_class_a_row(seed: int, rows: int, classes: int) -> None:
    true, predicted, targets, chosen = exclusive(seed, rows, classes)
    scores = metrics.class_scores(targets, chosen)
    options: dict[str, Any] = {"labels": range(classes), "zero_division": 0}
    present = {"labels": np.unique(true), "zero_division": 0}
    expected = sklearn.precision_recall_fscore_support(true, predicted, **options)
    for found, wanted in zip(scores, expected, strict=True):
        np.testing.assert_allclose(found, wanted)
    for mean, average in ((metrics.macro_mean(scores), "macro"), (metrics.weighted_mean(scores), "weighted")):
        wanted = sklearn.precision_recall_fscore_support(true, predicted, average=average, **present)[:3]
        np.testing.assert_allclose(mean, wanted)
    assert metrics.subset_accuracy(targets, chosen) == pytest.approx(sklearn.accuracy_score(true, predicted))
    found_matrix = metrics.confusion_matrix(targets, chosen)
    np.testing.assert_array_equal(found_matrix, sklearn.confusion_matrix(true, predicted, labels=range(classes)))


@relaxed
@given(seed=seeds, rows=st.integers(1, 60), classes=st.integers(2, 7))
def test_several_classes_a_row(seed: int, rows: int, classes: int) -> None:
    draw = np.random.default_rng(seed)
    targets, probabilities = draw.random((rows, classes)) < 0.4, draw.random((rows, classes))
    chosen = probabilities >= 0.5
    scores = metrics.class_scores(targets, chosen)
    for mean, average in (
        (metrics.micro_mean(targets, chosen), "micro"),
        (metrics.macro_mean(scores), "macro"),
        (metrics.weighted_mean(scores), "weighted"),
    ):
        kept = targets.any(0) if average == "macro" else np.ones(classes, bool)
        if not kept.any():
            continue
        wanted = sklearn.precision_recall_fscore_support(
            targets, chosen, labels=np.flatnonzero(kept), average=average, zero_division=0
        )[:3]
        np.testing.assert_allclose(mean, wanted)
    assert metrics.subset_accuracy(targets, chosen) == pytest.approx(sklearn.accuracy_score(targets, chosen))


@relaxed
@given(seed=seeds, rows=st.integers(2, 80), levels=st.integers(1, 50))
def test_roc_auc_with_and_without_ties(seed: int, rows: int, levels: int) -> None:
    draw = np.random.default_rng(seed)
    positive = draw.random(rows) < 0.5
    scores = draw.integers(0, levels, rows) / levels
    if positive.all() or not positive.any():
        assert metrics.roc_auc(positive, scores) is None
    else:
        assert metrics.roc_auc(positive, scores) == pytest.approx(sklearn.roc_auc_score(positive, scores))


@relaxed
@given(seed=seeds, rows=st.integers(2, 80), levels=st.integers(1, 50))
def test_curves_over_thresholds(seed: int, rows: int, levels: int) -> None:
    draw = np.random.default_rng(seed)
    positive = draw.random(rows) < 0.5
    scores = draw.integers(0, levels, rows) / levels
    if positive.all() or not positive.any():
        return
    false, true = metrics.roc_curve(positive, scores)
    wanted_false, wanted_true, _ = sklearn.roc_curve(positive, scores, drop_intermediate=False)
    np.testing.assert_allclose(false, wanted_false)
    np.testing.assert_allclose(true, wanted_true)
    recall, precision = metrics.precision_recall_curve(positive, scores)
    wanted_precision, wanted_recall, _ = sklearn.precision_recall_curve(positive, scores)
    np.testing.assert_allclose(recall[1:], wanted_recall[:-1][::-1])
    np.testing.assert_allclose(precision[1:], wanted_precision[:-1][::-1])
    expected = sklearn.average_precision_score(positive, scores)
    assert metrics.average_precision(positive, scores) == pytest.approx(expected)


def test_average_precision_needs_positive_examples() -> None:
    assert metrics.average_precision(np.zeros(3, bool), np.arange(3)) is None


@given(seed=seeds, number=st.integers(3, 700), levels=st.integers(1, 1000))
def test_bins_of_equal_counts_hold_each_prediction_once(seed: int, number: int, levels: int) -> None:
    draw = np.random.default_rng(seed)
    confidence, right = draw.integers(0, levels + 1, number) / levels, draw.random(number) < 0.5
    bins = metrics.quantile_bins(confidence, right)
    assert bins.number.sum() == number
    assert bins.number.min() >= 1
    assert len(bins.number) <= max(3, min(15, number // 20))
    np.testing.assert_allclose((bins.confidence * bins.number).sum(), confidence.sum())
    np.testing.assert_allclose((bins.accuracy * bins.number).sum(), right.sum())
    assert (np.diff(bins.confidence) > 0).all()


def test_length_groups_hold_each_example_once() -> None:
    draw = np.random.default_rng(1)
    lengths, right = draw.integers(1, 50, 500), draw.random(500) < 0.7
    groups = metrics.length_groups(lengths, right)
    assert 4 <= len(groups) <= 6
    assert sum(group.size for group in groups) == 500
    assert sum(group.right for group in groups) == right.sum()
    assert all(a.last < b.first for a, b in pairwise(groups))
    alike = metrics.length_groups(np.full(100, 7), right[:100])
    assert alike == [metrics.LengthGroup(7, 7, 100, int(right[:100].sum()))]


@relaxed
@given(seed=seeds, rows=st.integers(1, 100))
def test_calibration_error_equals_a_slow_loop(seed: int, rows: int) -> None:
    draw = np.random.default_rng(seed)
    confidence, right = draw.random(rows), draw.random(rows) < 0.5
    expected = 0.0
    for i in range(15):
        inside = [(c, r) for c, r in zip(confidence, right, strict=True) if i / 15 < c <= (i + 1) / 15]
        if inside:
            means = np.mean(inside, axis=0)
            expected += len(inside) / rows * abs(means[0] - means[1])
    bins = metrics.calibration_bins(confidence, right)
    assert bins.number.sum() == rows
    assert metrics.expected_calibration_error(bins) == pytest.approx(expected)


def test_who_is_right_as_often_as_sure_has_no_error() -> None:
    bins = metrics.calibration_bins(np.full(10, 0.7), np.arange(10) < 7)
    assert metrics.expected_calibration_error(bins) == pytest.approx(0)


def test_the_ends_of_the_scale_have_bins() -> None:
    bins = metrics.calibration_bins(np.array([0.0, 1.0]), np.array([False, True]))
    assert (bins.number[0], bins.number[-1]) == (1, 1)


def test_confidence_of_several_labels_is_that_of_each_decision() -> None:
    probabilities, targets = np.array([[0.9, 0.2]]), np.array([[True, True]])
    confidence, right = metrics.confidences(probabilities, targets, multi_label=True)
    np.testing.assert_allclose(confidence, [0.9, 0.8])
    np.testing.assert_array_equal(right, [True, False])
    confidence, right = metrics.confidences(probabilities, targets, multi_label=False)
    assert (confidence.tolist(), right.tolist()) == ([0.9], [True])
