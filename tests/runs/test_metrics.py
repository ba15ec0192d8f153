"""The measures against scikit-learn's, on small and on random cases."""

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
    options = {"labels": range(classes), "zero_division": 0}
    expected = sklearn.precision_recall_fscore_support(true, predicted, **options)
    for found, wanted in zip(scores, expected, strict=True):
        np.testing.assert_allclose(found, wanted)
    for mean, average in ((metrics.macro_mean(scores), "macro"), (metrics.weighted_mean(scores), "weighted")):
        wanted = sklearn.precision_recall_fscore_support(true, predicted, average=average, **options)[:3]
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
        wanted = sklearn.precision_recall_fscore_support(targets, chosen, average=average, zero_division=0)[:3]
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
