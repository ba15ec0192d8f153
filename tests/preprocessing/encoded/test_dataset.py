"""Datasets: examples alone and concatenated, counts of words, empty texts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.encoded.dataset import ConcatenatedDataset, Dataset
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from tests.preprocessing.encoded.test_encoded_corpus import encode, made_up

VOCABULARY = Vocabulary(["<pad>", "<unk>", "good", "n't", ",", "café"])
FIRST, SECOND = [*made_up(20), ("", "x")], made_up(60)[20:]
CHOSEN = np.array([3, 4, 9, 20, 39], np.int32)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoded")
    return tuple(Dataset(encode(rows, folder / name), VOCABULARY) for rows, name in ((FIRST, "a"), (SECOND, "b")))


@pytest.fixture(scope="module")
def targets(both):
    return np.random.default_rng(0).random([len(CHOSEN), both[0].num_classes]).astype(np.float32)


@given(rows=st.lists(st.integers(0, len(FIRST) + len(CHOSEN) - 1), min_size=1, max_size=9))
def test_rows_are_those_of_each_alone(both, targets, rows):
    first, second = both
    joined = ConcatenatedDataset(first, second, CHOSEN, targets)
    assert len(joined) == len(FIRST) + len(CHOSEN)
    batch = joined.gather(np.array(rows))
    assert batch.indices.tolist() == rows
    assert batch.ids.shape == (len(rows), batch.lengths.max())
    for ids, length, target, row in zip(batch.ids, batch.lengths, batch.targets, rows, strict=True):
        place = row - len(FIRST)
        alone = first.gather([row]) if place < 0 else second.gather([CHOSEN[place]])
        assert length == alone.lengths[0] == joined.lengths[row]
        assert ids[:length].tolist() == alone.ids[0].tolist()
        assert not ids[length:].any()
        np.testing.assert_array_equal(target, alone.targets[0] if place < 0 else targets[place])


def test_an_epoch_has_each_row_once(both, targets):
    joined = ConcatenatedDataset(*both, CHOSEN, targets)
    batches = Batches(joined, np.arange(len(joined)), 4, seed=1)
    seen = np.concatenate([batch.indices for batch in batches.epoch(0)])
    assert sorted(seen.tolist()) == list(range(len(joined)))
    assert batches.num_examples == len(joined)
