"""Evaluation: probabilities after shares of a sentence, predicted classes, and what counts as right."""

import numpy as np
import pytest

from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.runs.evaluation import PREFIX_SHARES, evaluate, evaluate_prefixes, predicted_classes
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
