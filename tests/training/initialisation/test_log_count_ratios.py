"""Log-count ratios against a slow count with Counter."""

import math
from collections import Counter
from pathlib import Path
from statistics import median

import numpy as np
import pytest

from rnn_textclf.config import TrainConfig
from rnn_textclf.config.model import PAIR_BUCKETS
from rnn_textclf.models.layers.wide import WideTables
from rnn_textclf.preprocessing.bigrams import hashed_bigram
from rnn_textclf.preprocessing.encoded.prepared_data import PreparedData
from rnn_textclf.preprocessing.entities.swapping import EntityGroups
from rnn_textclf.training.initialisation import log_count_ratios as module
from rnn_textclf.training.initialisation.log_count_ratios import add_ratios, log_count_ratios
from tests import graphs
from tests.preprocessing.encoded.test_prepared_data import Rows, Run

WORDS = ["good", "bad", "dazzled", "dazzling", "dazzles", "story", "stories", "it", "is"]


def random_rows(labels: list[str], count: int) -> Rows:
    draw = np.random.default_rng(len(labels))
    return [(" ".join(draw.choice(WORDS, draw.integers(1, 8))), labels[i % len(labels)]) for i in range(count)]


def slow(prepared: PreparedData, rows: Rows, words: bool) -> dict[int, list[float]]:
    """Feature -> its ratios, by the formula of naive Bayes, row by row and class by class."""
    vocabulary = prepared.vocabulary
    known = set(vocabulary.words[: vocabulary.num_words])
    number = {word: i for i, word in enumerate(vocabulary.words)}
    counts = {label: Counter[int]() for label in prepared.labels}
    totals = Counter[str]()
    for row in prepared.train.indices:
        text, labels = rows[row]
        tokens, features = text.split(), set()
        for i, token in enumerate(tokens):
            if words:
                entries = [token if token in known else None, token[:5] + "…" if len(token) >= 5 else None]
                found = [number[entry] for entry in entries if entry in number]
                features.update(found or [number["<unk>"]])
            elif i and token in known and tokens[i - 1] in known:
                features.add(hashed_bigram(number[tokens[i - 1]], number[token]))
        for label in labels.split("|"):
            counts[label].update(features)
            totals[label] += 1
    smoothing = median(1 / totals[label] for label in prepared.labels)
    pseudo_counts = {label: totals[label] * smoothing for label in prepared.labels}
    result = {}
    for feature in set().union(*counts.values()):
        logs = [
            math.log((counts[label][feature] + pseudo_counts[label]) / (totals[label] + pseudo_counts[label]))
            for label in prepared.labels
        ]
        result[feature] = [log - sum(logs) / len(logs) for log in logs]
    return result


def check(found: WideTables, prepared: PreparedData, rows: Rows) -> None:
    for table, size, words in (
        (found.words, len(prepared.vocabulary), True),
        (found.pairs, PAIR_BUCKETS + 1, False),
    ):
        assert table.shape == (size, len(prepared.labels))
        assert table.dtype == np.float32
        expected = np.zeros(table.shape)
        for feature, ratios in slow(prepared, rows, words).items():
            expected[feature] = ratios
        np.testing.assert_allclose(table, expected, atol=1e-6)
        assert np.abs(expected).max() > 0.2


@pytest.mark.parametrize(
    ("labels", "options"),
    [
        (["a", "b"], {}),
        (["a", "b", "b", "c"], {"vocab_size": 6}),
        (["a", "b", "a|b", "c|a"], {"several_labels": True, "vocab_size": 8}),
        (["a", "b"], {"stems": False}),
    ],
)
def test_ratios_equal_a_slow_count(tmp_path: Path, labels: list[str], options: dict) -> None:
    rows = random_rows(labels, 60)
    prepared = Run(tmp_path, train_file=rows, **options).draw()
    check(log_count_ratios(prepared.train, prepared.vocabulary), prepared, rows)


def test_blocks_of_rows_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = random_rows(["a", "b", "c"], 50)
    prepared = Run(tmp_path, train_file=rows).draw()
    monkeypatch.setattr(module, "_BLOCK", 7)
    check(log_count_ratios(prepared.train, prepared.vocabulary), prepared, rows)


def test_two_classes_by_hand(tmp_path: Path) -> None:
    rows = [("fine fine", "a"), ("fine", "a"), ("dull", "b"), ("so dull", "b"), ("so fine", "b")]
    held_out = [("fine", "a")]
    prepared = Run(tmp_path, train_file=rows, valid_file=held_out, test_file=held_out).draw()
    words, pairs = log_count_ratios(prepared.train, prepared.vocabulary)
    fine, so = (prepared.vocabulary.id(word) for word in ("fine", "so"))
    # "fine" is in 2 of 2 rows of a and in 1 of 3 of b; twice in a row counts once. The median of 1/2 and 1/3
    # is 5/12, so that a has pseudo-counts of 2 * 5/12 = 5/6 and b of 3 * 5/12 = 5/4.
    assert words[fine, 0] - words[fine, 1] == pytest.approx(
        math.log(((2 + 5 / 6) / (2 + 5 / 6)) / ((1 + 5 / 4) / (3 + 5 / 4)))
    )
    assert pairs[hashed_bigram(so, fine), 0] - pairs[hashed_bigram(so, fine), 1] == pytest.approx(
        math.log((5 / 6) / (2 + 5 / 6) / ((1 + 5 / 4) / (3 + 5 / 4)))
    )
    assert not pairs[hashed_bigram(fine, so)].any()
    assert not words[0].any()
    assert not pairs[0].any()


def test_entities_share_the_count_of_their_group_and_have_no_pairs(tmp_path: Path) -> None:
    rows = [("michelle fine", "a"), ("michelle so", "a"), ("laura fine", "b"), ("so fine", "b")]
    prepared = Run(tmp_path, train_file=rows, valid_file=rows[:1], test_file=rows[:1]).draw()
    vocabulary = prepared.vocabulary
    words, pairs = log_count_ratios(prepared.train, vocabulary, entities=EntityGroups(vocabulary))
    plain = log_count_ratios(prepared.train, vocabulary)
    michelle, laura, fine, so = (vocabulary.id(word) for word in ("michelle", "laura", "fine", "so"))
    # In 2 of 2 rows of a and 1 of 2 rows of b one of the two names: 1 and 0.5 rows a name.
    for name in (michelle, laura):
        assert words[name, 0] - words[name, 1] == pytest.approx(math.log((1 + 1) / (0.5 + 1)))
    assert (words[[fine, so]] == plain.words[[fine, so]]).all()
    assert not pairs[hashed_bigram(michelle, fine)].any()
    assert (pairs[hashed_bigram(so, fine)] == plain.pairs[hashed_bigram(so, fine)]).all()


def ratios_of(counts: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """The ratios of features `[F, C]`, in a copy."""
    found = counts.copy()
    module._counts_to_ratios(found, totals)
    return found


def test_equal_classes_are_smoothed_by_one() -> None:
    found = ratios_of(np.array([[3.0, 0.0], [1.0, 1.0]]), np.array([4, 4]))
    difference = math.log((3 + 1) / (4 + 1)) - math.log(1 / (4 + 1))
    np.testing.assert_allclose(found[:, 0] - found[:, 1], [difference, 0], atol=1e-6)


@pytest.mark.parametrize("rare", [0, 1, 3])
def test_words_that_a_rare_class_has_not_seen_do_not_argue_for_it(rare: int) -> None:
    """In 1 of 100 rows of the frequent class: with pseudo-counts of 1 for both, it would be evidence for the rare."""
    found = ratios_of(np.array([[1.0, 0.0], [50.0, 0.0]]), np.array([100, rare]))
    assert (found[:, 0] > found[:, 1]).all()


def test_a_class_of_one_row_does_not_blur_the_others() -> None:
    of_two = ratios_of(np.array([[100.0, 10.0]]), np.array([1000, 1000]))
    of_three = ratios_of(np.array([[100.0, 10.0, 0.0]]), np.array([1000, 1000, 1]))
    assert of_three[0, 0] - of_three[0, 1] == pytest.approx(of_two[0, 0] - of_two[0, 1])


def test_a_share_is_added_and_each_feature_learns_as_fast_as_its_ratio_is_large() -> None:
    draw = np.random.default_rng(4)
    with graphs.classifier(TrainConfig(learning_rate=0.01), stems=True, direct_scores=True) as (classifier, session):
        tables = classifier.wide.tables
        ratios = WideTables(*(draw.normal(size=table.shape).astype("f") for table in tables))
        ratios.words[2] = 0
        for table in tables:
            table.load(np.full(table.shape, 2, "f"), session)  # As after a pretraining.
        add_ratios(session, classifier, ratios, 0.5)
        before = session.run(tables)
        classifier.step(session, graphs.batch([[3, 2, 4]], [1]), "train")
        after = session.run(tables)
    for old, new, values, rows in zip(
        before, after, ratios, ([2, 3, 4, 13], [hashed_bigram(3, 2), hashed_bigram(2, 4)]), strict=True
    ):
        np.testing.assert_allclose(old, 2 + 0.5 * values, rtol=1e-6)
        # Adam's first step is as long as the learning rate, whatever the gradient.
        expected = np.zeros(len(old))
        expected[rows] = 0.01 * np.abs(values[rows]).max(axis=1)
        np.testing.assert_allclose(np.abs(new - old), np.tile(expected[:, None], 2), atol=1e-6)
    assert len(set(expected[expected > 0])) == 2
