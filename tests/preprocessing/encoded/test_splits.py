import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.encoded.splits import Split, folds, load_split, save_split, split

PINNED = ([7, 14, 17, 18], [2, 9, 16, 19])
CORPORA = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2)), min_size=30, max_size=120)


def arrays(rows):
    keys, strata = np.array(rows).T
    return keys.astype(np.uint64), strata.astype(np.int32)


def check(parts: Split, keys, strata):
    """Each row once, and no key in two parts."""
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(keys)))
    seen = [set(keys[part].tolist()) for part in parts]
    assert not seen[0] & seen[1]
    assert not (seen[0] | seen[1]) & seen[2]
    assert set(strata[parts.train].tolist()) == set(strata.tolist())
    for part in parts:
        assert part.dtype == np.int32
        assert (np.diff(part) > 0).all()


@given(CORPORA, st.integers(0, 5))
def test_parts_are_disjoint_complete_and_keep_duplicates_together(rows, seed):
    keys, strata = arrays(rows)
    try:
        parts = split(keys, strata, 0.2, 0.2, seed)
    except UserError:
        assume(False)
    check(parts, keys, strata)
    again = split(keys, strata, 0.2, 0.2, seed)
    assert all(np.array_equal(one, other) for one, other in zip(parts, again, strict=True))


@given(st.lists(st.integers(5, 60), min_size=1, max_size=6), st.integers(0, 5))
def test_each_class_gives_its_share_to_within_a_row(sizes, seed):
    strata = np.repeat(np.arange(len(sizes)), sizes)
    parts = split(np.arange(len(strata), dtype=np.uint64), strata, 0.2, 0.1, seed)
    for part, fraction in ((parts.valid, 0.2), (parts.test, 0.1)):
        assert abs(len(part) - fraction * len(strata)) <= 0.5 + 1e-9
        counts = np.bincount(strata[part], minlength=len(sizes))
        assert (np.abs(counts - fraction * np.array(sizes)) <= 1 + 1e-9).all()


def test_the_seed_fixes_the_rows_on_every_platform():
    parts = split(np.arange(20, dtype=np.uint64), np.arange(20) % 2, 0.2, 0.2, seed=1)
    assert (parts.valid.tolist(), parts.test.tolist()) == PINNED
    other = split(np.arange(20, dtype=np.uint64), np.arange(20) % 2, 0.2, 0.2, seed=2)
    assert other.test.tolist() != parts.test.tolist()


def test_parts_not_asked_for_are_empty():
    parts = split(np.arange(10, dtype=np.uint64), np.zeros(10, int), 0.0, 0.0, 1)
    assert len(parts.train) == 10


def test_a_class_of_one_row_is_trained_on():
    parts = split(np.arange(21, dtype=np.uint64), np.array([0] * 20 + [1]), 0.3, 0.3, 1)
    assert 20 in parts.train


@pytest.mark.parametrize(("rows", "word"), [(2, "validation"), (1, "validation")])
def test_a_part_that_would_be_empty_is_refused(rows, word):
    with pytest.raises(UserError, match=word):
        split(np.arange(rows, dtype=np.uint64), np.zeros(rows, int), 0.1, 0.1, 1)


def test_a_class_whose_rows_all_stand_in_another_class_is_refused():
    keys = np.array([*range(40), *range(40)], np.uint64)
    strata = np.array([0] * 40 + [1] * 40)
    assert len(split(keys, strata, 0.1, 0.1, 1).train) > 0
    with pytest.raises(UserError, match="none for"):
        split(np.zeros(80, np.uint64), strata, 0.1, 0.1, 1)


@given(CORPORA, st.integers(2, 4))
def test_each_row_is_tested_in_one_fold(rows, num_folds):
    keys, strata = arrays(rows)
    try:
        result = folds(keys, strata, num_folds, seed=3)
    except UserError:
        assume(False)
    assert len(result) == num_folds
    assert sorted(np.concatenate([parts.test for parts in result]).tolist()) == list(range(len(keys)))
    for parts in result:
        check(parts, keys, strata)


def test_folds_are_even_and_a_tenth_of_the_rest_is_for_validation():
    strata = np.arange(1000) % 2
    for parts in folds(np.arange(1000, dtype=np.uint64), strata, 10, seed=1):
        assert [len(part) for part in parts] == [810, 90, 100]
        assert np.bincount(strata[parts.test]).tolist() == [50, 50]


@pytest.mark.parametrize("num_folds", [1, 6])
def test_more_folds_than_rows_of_a_class_are_refused(num_folds):
    with pytest.raises(UserError, match="folds"):
        folds(np.arange(25, dtype=np.uint64), np.array([0] * 20 + [1] * 5), num_folds, 1)


def test_a_saved_split_comes_back(tmp_path):
    path = tmp_path / "split.json"
    parts = split(np.arange(50, dtype=np.uint64), np.arange(50) % 2, 0.2, 0.2, 1)
    save_split(parts, path, "abc")
    loaded = load_split(path, 50, "abc")
    assert all(np.array_equal(one, other) for one, other in zip(parts, loaded, strict=True))


@pytest.mark.parametrize(
    "change",
    [
        {"rows": 9},
        {"fingerprint": "other"},
        {"version": 2},
        {"valid": [50]},
        {"valid": [-1]},
        {"valid": [True]},
        {"valid": [1, 1]},
        {"valid": [2], "test": [2]},
        {"valid": None},
        {"extra": 1},
    ],
)
def test_a_wrong_split_is_refused(tmp_path, change):
    path = tmp_path / "split.json"
    good = {"version": 1, "rows": 50, "fingerprint": "abc", "valid": [1], "test": [2]}
    path.write_text(json.dumps({**good, **change}))
    with pytest.raises(UserError, match=r"split\.json"):
        load_split(path, 50, "abc")


@pytest.mark.parametrize("data", [b"{", b"\xff", b"[]", None])
def test_a_damaged_split_is_refused(tmp_path, data):
    path = tmp_path / "split.json"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UserError, match=r"split\.json"):
        load_split(path, 50, "abc")
