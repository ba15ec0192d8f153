"""Evaluation of prefixes: batch by batch as from all probabilities at once, but in less memory."""

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest

from rnn_textclf.preprocessing.encoded import dataset
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.runs.calibration import apply_temperature
from rnn_textclf.runs.evaluation import evaluate, predicted_classes
from rnn_textclf.runs.prefix_evaluation import (
    PREFIX_SHARES,
    PrefixBatch,
    average,
    evaluate_prefixes,
    score_prefixes,
)
from tests import graphs

SENTENCES = [[2, 3, 4, 5, 3], [6, 7], [8], [9, 10, 11, 2, 3, 4, 5, 6]]
SHARES = len(PREFIX_SHARES)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("multi_label", [False, True])
def test_running_answers_are_those_of_the_prefix_alone(multi_label: bool, bidirectional: bool) -> None:
    model = {"loss": "sigmoid" if multi_label else "softmax", "bidirectional": bidirectional}
    with graphs.classifier(num_classes=3, **model) as built:
        graphs.load_large_weights(built)
        batch = graphs.batch(SENTENCES, [0, 1, 2, 0], num_classes=3)
        shuffled = Batch(batch.ids, batch.lengths, batch.targets, np.array([3, 1, 0, 2]))
        scored = evaluate_prefixes(score_prefixes(built.session, built.classifier, [shuffled]), 3, multi_label)
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


def made_up(rows: int, classes: int, size: int, seed: int = 0) -> Iterator[PrefixBatch]:
    """Batches of made-up probabilities, their examples in any order."""
    draw = np.random.default_rng(seed)
    order = np.random.default_rng(1).permutation(rows)
    for begin in range(0, rows, size):
        indices = order[begin : begin + size]
        prefixes = draw.dirichlet(np.full(classes, 0.05), [len(indices), SHARES]).astype(np.float32)
        targets = np.eye(classes, dtype=bool)[indices % classes]
        yield PrefixBatch(indices, targets, np.full(len(indices), 4), prefixes[:, -1].copy(), prefixes)


@pytest.mark.parametrize("multi_label", [False, True])
def test_batches_add_up_to_what_all_probabilities_give_at_once(multi_label: bool) -> None:
    """A slow loop over every example, prefix and class."""
    batches = list(made_up(60, 5, 7))
    scored = evaluate_prefixes(batches, 5, multi_label)
    order = np.concatenate([batch.indices for batch in batches]).argsort()
    prefixes = np.concatenate([batch.prefix_probabilities for batch in batches])[order]
    targets = np.concatenate([batch.targets for batch in batches])[order]
    for row in range(60):
        for share in range(SHARES):
            chances = prefixes[row, share].tolist()
            said = [chance >= 0.5 if multi_label else chance == max(chances) for chance in chances]
            assert scored.prefixes_right[row, share] == (said == targets[row].tolist())
    np.testing.assert_array_equal(scored.probabilities, prefixes[:, -1])
    np.testing.assert_array_equal(scored.targets, targets)
    assert scored.prefix_probabilities is None
    assert 0 < scored.prefixes_right.sum() < 60 * SHARES
    warmer = scored.at_temperature(2.0, "sigmoid" if multi_label else "softmax")
    np.testing.assert_array_equal(warmer.predicted, scored.predicted)


def test_the_mean_of_models_is_that_of_their_calibrated_probabilities() -> None:
    each = [evaluate_prefixes(made_up(40, 3, 9, seed), 3, False, keep=True) for seed in (1, 2, 3)]
    each = [one.at_temperature(temperature, "softmax") for one, temperature in zip(each, (0.5, 1.0, 3.0), strict=True)]
    mean = average(each)
    prefixes = np.mean([one.prefix_probabilities for one in each], axis=0)
    right = predicted_classes(prefixes, False) == each[0].targets[:, np.newaxis]
    np.testing.assert_array_equal(mean.prefixes_right, right.all(-1))
    np.testing.assert_allclose(mean.probabilities, np.mean([one.probabilities for one in each], axis=0), rtol=1e-6)
    assert mean.prefix_probabilities is None
    assert not np.array_equal(mean.prefixes_right, each[0].prefixes_right)


def test_memory_does_not_grow_with_the_prefixes_of_many_classes() -> None:
    rows, classes = 1024, 512
    tracemalloc.start()
    try:
        scored = evaluate_prefixes(made_up(rows, classes, 32), classes, False)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        held, _ = tracemalloc.get_traced_memory()
        apply_temperature(scored.probabilities, 2.0, "softmax")
        _, again = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    result = rows * classes * 5  # A float and a bool.
    assert most < 2 * result + 4_000_000
    assert again - held < rows * classes * 4 + 40_000_000


def test_a_batch_of_long_sentences_is_scored_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    with graphs.classifier(num_classes=3) as built:
        graphs.load_large_weights(built)
        batch = graphs.batch(SENTENCES, [0, 1, 2, 0], num_classes=3)
        whole = evaluate_prefixes(score_prefixes(built.session, built.classifier, [batch]), 3, False, keep=True)
        monkeypatch.setattr(dataset, "MOST_SCORES", 8 * 3 * 2)
        pieces = list(score_prefixes(built.session, built.classifier, [batch]))
    assert [len(piece.indices) for piece in pieces] == [2, 2]
    cut = evaluate_prefixes(pieces, 3, False, keep=True)
    np.testing.assert_allclose(cut.prefix_probabilities, whole.prefix_probabilities, rtol=1e-5)
    np.testing.assert_array_equal(cut.indices, whole.indices)
