"""Ragged arrays against lists of lists."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_textclf.preprocessing.encoded import ragged
from rnn_textclf.preprocessing.encoded.ragged import Ragged
from tests.preprocessing.encoded.test_encoded_corpus import encode, made_up


def padded_rows(ids, rows):
    values, lengths = ids.flat(np.array(rows, np.int32))
    return ragged.pad_flat(values, lengths, int(lengths.max(initial=0))), lengths


@settings(max_examples=50)
@given(st.lists(st.lists(st.integers(1, 9), max_size=6), min_size=1, max_size=9), st.data())
def test_gathering_equals_a_slow_loop(lists, data):
    rows = data.draw(st.lists(st.integers(0, len(lists) - 1), max_size=12))
    offsets = np.cumsum([0, *map(len, lists)]).astype(np.uint8)
    ids = Ragged(np.array([value for values in lists for value in values], np.uint16), offsets)
    padded, lengths = padded_rows(ids, rows)
    longest = max((len(lists[row]) for row in rows), default=0)
    assert padded.dtype == lengths.dtype == np.int32
    assert padded.shape == (len(rows), longest)
    assert padded.tolist() == [lists[row] + [0] * (longest - len(lists[row])) for row in rows]
    assert lengths.tolist() == [len(lists[row]) for row in rows]
    assert ids.lengths.tolist() == [len(values) for values in lists]


def test_rows_read_from_files_equal_those_in_memory_when_pages_are_let_go(tmp_path, monkeypatch):
    monkeypatch.setattr(ragged, "_SMALL", 0)
    monkeypatch.setattr(ragged, "_READS_BETWEEN_DROPS", 1)
    encoded = encode(made_up(300), tmp_path / "cache")
    assert encoded.word_ids._map is not None
    held = Ragged(np.array(encoded.word_ids.values), np.array(encoded.word_ids.offsets))
    for seed in range(20):
        rows = np.random.default_rng(seed).integers(0, 300, 17)
        assert np.array_equal(encoded.word_ids.flat(rows)[0], held.flat(rows)[0])
