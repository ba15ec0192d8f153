"""Evaluation: probabilities after shares of a sentence, predicted classes, and what counts as right."""

import numpy as np
import pytest

from rnn_textclf.models.tf1 import tf
from rnn_textclf.models.training import losses
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.runs.evaluation import (
    PREFIX_SHARES,
    Evaluation,
    evaluate,
    evaluate_prefixes,
    example_weights,
    predicted_classes,
)
from tests import graphs

SENTENCES = [[2, 3, 4, 5, 3], [6, 7], [8], [9, 10, 11, 2, 3, 4, 5, 6]]


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("multi_label", [False, True])
def test_running_answers_are_those_of_the_prefix_alone(multi_label: bool, bidirectional: bool) -> None:
    model = {"loss": "sigmoid" if multi_label else "softmax", "bidirectional": bidirectional}
    with graphs.classifier(num_classes=3, **model) as built:
        graphs.load_large_weights(built)
        batch = graphs.batch(SENTENCES, [0, 1, 2, 0], num_classes=3)
        shuffled = Batch(batch.ids, batch.lengths, batch.targets, np.array([3, 1, 0, 2]))
        scored = evaluate_prefixes(built.session, built.classifier, [shuffled], multi_label)
        np.testing.assert_array_equal(scored.indices, [0, 1, 2, 3])
        np.testing.assert_array_equal(scored.lengths, [1, 2, 8, 5])
        for row, place in enumerate([2, 1, 3, 0]):
            for column, share in enumerate(PREFIX_SHARES):
                words = int(np.ceil(share * len(SENTENCES[place])))
                prefix = graphs.batch([SENTENCES[place][:words]], [0])
                chances = built.classifier.step(built.session, prefix, "sample").probabilities
                right = (predicted_classes(chances, multi_label)[0] == scored.targets[row]).all()
                assert scored.prefixes_right[row, column] == right
        np.testing.assert_array_equal(scored.right, scored.prefixes_right[:, -1])
        plain = evaluate(built.session, built.classifier, [batch], multi_label)
        assert scored.accuracy == plain.accuracy


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
