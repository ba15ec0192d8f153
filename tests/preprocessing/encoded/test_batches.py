from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.preprocessing.encoded import batches as batches_module
from rnn_textclf.preprocessing.encoded.batches import Batches, pad
from rnn_textclf.preprocessing.encoded.dataset import Dataset, build_vocabulary, count_words
from rnn_textclf.preprocessing.tokens import tokenize
from rnn_textclf.preprocessing.vocabulary import UNK_ID, Vocabulary
from tests.preprocessing.encoded.test_encoded_corpus import encode, made_up

ROWS = [*made_up(150), ("", "x"), ("...", "y")]


@pytest.fixture(scope="module")
def encoded(tmp_path_factory):
    return encode(ROWS, tmp_path_factory.mktemp("encoded") / "cache")


@pytest.fixture(scope="module")
def dataset(encoded):
    return Dataset(encoded, Vocabulary(["<pad>", "<unk>", "good", "n't", ",", "café"]))


def expected_ids(dataset, row):
    return Vocabulary(["<pad>", "<unk>", "good", "n't", ",", "café"]).encode(tokenize(ROWS[row][0]))


def check(dataset, batch):
    """A batch equals a slow loop over its rows."""
    longest = max(len(expected_ids(dataset, row)) for row in batch.indices)
    assert batch.ids.shape == (len(batch.indices), longest)
    assert batch.soft_targets is None
    arrays = batch[:4]
    assert [array.dtype for array in arrays] == [np.int32, np.int32, np.float32, np.int32]
    for ids, length, targets, row in zip(*arrays, strict=True):
        expected = expected_ids(dataset, row)
        assert ids[:length].tolist() == expected
        assert not ids[length:].any()
        assert targets.tolist() == [name in ROWS[row][1] for name in dataset.labels]


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_every_row_once_an_epoch_with_its_ids_lengths_and_targets(dataset, size, monkeypatch):
    monkeypatch.setattr(batches_module, "_POOL", 2)
    rows = np.arange(10, len(ROWS))
    batches = Batches(dataset, rows, size, seed=5)
    for made in (list(batches.epoch(0)), list(batches.epoch(1)), list(batches.by_length())):
        assert len(made) == batches.steps_per_epoch == -(-len(rows) // size)
        assert sorted(np.concatenate([batch.indices for batch in made]).tolist()) == rows.tolist()
        assert sum(len(batch.indices) < size for batch in made) <= 1
        for batch in made:
            check(dataset, batch)


def order(batches, epoch, start=0):
    return [batch.indices.tolist() for batch in batches.epoch(epoch, start)]


def test_the_order_depends_on_seed_and_epoch_alone(dataset):
    rows = np.arange(len(ROWS))
    batches = Batches(dataset, rows, 8, seed=5)
    first = order(batches, 3)
    assert order(Batches(dataset, rows, 8, seed=5), 3) == first
    assert order(batches, 4) != first
    assert order(Batches(dataset, rows, 8, seed=6), 3) != first
    assert sorted(map(tuple, order(batches, 4))) != sorted(map(tuple, first))


@given(st.integers(0, 30))
def test_a_resumed_epoch_is_the_tail_of_the_whole(dataset, start):
    batches = Batches(dataset, np.arange(len(ROWS)), 8)
    assert order(batches, 2, start) == order(batches, 2)[start:]


def test_batches_are_of_like_length(dataset):
    batches = Batches(dataset, np.arange(len(ROWS)), 8)
    padded = sum(batch.ids.size for batch in batches.epoch(0))
    assert padded <= 1.1 * dataset.lengths.sum()
    lengths = np.concatenate([batch.lengths for batch in batches.by_length()])
    assert (np.diff(lengths) >= 0).all()


def test_counting_equals_a_counter(encoded):
    rows = np.arange(0, len(ROWS), 2)
    counter = Counter(word for row in rows for word in tokenize(ROWS[row][0]))
    counts = count_words(encoded, rows)
    assert {word: count for word, count in zip(encoded.words, counts, strict=True) if count} == counter
    expected = sorted(counter, key=lambda word: (-counter[word], word))
    assert build_vocabulary(encoded, rows, 5).words == ["<pad>", "<unk>", *expected[:3]]


def test_words_of_other_rows_are_not_learned(tmp_path):
    encoded = encode([("seen", "x"), ("unseen", "y")], tmp_path / "cache")
    vocabulary = build_vocabulary(encoded, np.array([0]), 100)
    assert vocabulary.words == ["<pad>", "<unk>", "seen"]
    assert Dataset(encoded, vocabulary).gather(np.array([0, 1])).ids.tolist() == [[2], [UNK_ID]]


def test_a_batch_of_empty_rows(dataset):
    batch = dataset.gather(np.array([150, 151]))
    assert batch.ids.tolist() == [[UNK_ID], [UNK_ID]]
    assert batch.lengths.tolist() == [1, 1]


@given(st.lists(st.lists(st.integers(1, 99), max_size=5), max_size=6))
def test_padding_lists(lists):
    ids, lengths = pad(lists)
    filled = [values or [UNK_ID] for values in lists]
    assert ids.dtype == lengths.dtype == np.int32
    assert lengths.tolist() == [len(values) for values in filled]
    assert [row[:length].tolist() for row, length in zip(ids, lengths, strict=True)] == filled
    assert (ids.sum(axis=1) == [sum(values) for values in filled]).all()
