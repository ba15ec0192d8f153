"""Evaluation: predicted classes, losses, and what counts as right."""

import numpy as np
import pytest

from rnn_textclf.models.tf1 import tf
from rnn_textclf.models.training import losses
from rnn_textclf.runs.evaluation import Evaluation, evaluate, example_weights, predicted_classes
from tests import graphs


def test_decisions() -> None:
    chances = np.array([[0.6, 0.5, 0.1], [0.2, 0.3, 0.4]])
    np.testing.assert_array_equal(predicted_classes(chances, False), [[True, False, False], [False, False, True]])
    np.testing.assert_array_equal(predicted_classes(chances, True), [[True, True, False], [False, False, False]])


def test_class_weights_count_in_the_loss_as_in_training() -> None:
    targets = np.array([[1, 0], [0, 1], [1, 1], [0, 0]], bool)
    scored = Evaluation(np.arange(4), targets, targets * 0.9, True, np.array([1.0, 2.0, 4.0, 8.0]))
    np.testing.assert_allclose(example_weights(targets, [0.5, 3.0]), [0.5, 3.0, 1.75, 1.0])
    assert scored.loss([0.5, 3.0]) == pytest.approx((0.5 * 1 + 3 * 2 + 1.75 * 4 + 8) / 4)
    assert scored.loss() == pytest.approx(15 / 4)
    with tf.Session(graph=tf.Graph()) as session, session.graph.as_default():
        expected = session.run(losses.example_weights(tf.constant(targets, tf.float32), [0.5, 3.0]))
    np.testing.assert_allclose(example_weights(targets, [0.5, 3.0]), expected)


def test_examples_come_back_in_the_order_of_the_corpus_whatever_the_batches() -> None:
    with graphs.classifier(num_classes=3) as built:
        graphs.load_large_weights(built)
        batch = graphs.batch([[2, 3, 4], [6, 7], [8], [9, 10], [5]], [0, 1, 2, 0, 1], num_classes=3)
        batch = batch._replace(indices=np.array([30, 10, 4, 20, 7]))
        whole = evaluate(built.session, built.classifier, [batch])
        parts = [type(batch)(*(array[part] for array in batch[:4])) for part in (slice(3, 5), slice(0, 1), slice(1, 3))]
        cut = evaluate(built.session, built.classifier, parts)
    np.testing.assert_array_equal(whole.indices, [4, 7, 10, 20, 30])
    np.testing.assert_array_equal(whole.targets.argmax(1), [2, 1, 1, 0, 0])
    for name in ("indices", "targets"):
        np.testing.assert_array_equal(getattr(cut, name), getattr(whole, name))
    for name in ("probabilities", "losses"):
        np.testing.assert_allclose(getattr(cut, name), getattr(whole, name), rtol=1e-5)
