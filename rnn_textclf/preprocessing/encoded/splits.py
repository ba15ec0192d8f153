"""Which rows are learned from, chosen on and tested on; rows with the same words are never parted."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_textclf.atomic import write_text
from rnn_textclf.errors import UserError
from rnn_textclf.strict_json import loads

_VERSION = 1


class Split(NamedTuple):
    """Row numbers, int32 and ascending; together each row once."""

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray


def split(keys: np.ndarray, strata: np.ndarray, valid_fraction: float, test_fraction: float, seed: int) -> Split:
    """Draws validation and test rows at random from each stratum.

    Args:
      keys: [N], equal for rows that must stay together.
      strata: int [N], the class of each row; each is divided alike, to within one group.
      valid_fraction: share of the rows in [0, 1).
      test_fraction: share of the rows in [0, 1); the two add up to less than 1.
      seed: fixes the draw, on every platform.

    Raises:
      UserError: a part that was asked for would be empty, or a class would have no training row.
    """
    parts = _draw(_Groups(keys, strata, np.random.SeedSequence(seed)), valid_fraction, test_fraction)
    return _checked(parts, strata, valid_fraction, test_fraction)


def folds(keys: np.ndarray, strata: np.ndarray, num_folds: int, seed: int, valid_fraction: float = 0.1) -> list[Split]:
    """Cross-validation: each row is a test row once; validation rows are drawn from each training part.

    Args:
      keys: [N], equal for rows that must stay together.
      strata: int [N], the class of each row.
      num_folds: K >= 2.
      seed: fixes the folds, on every platform.
      valid_fraction: share of a fold's training part, in [0, 1).

    Raises:
      UserError: a class has fewer distinct rows than there are folds, or as in `split`.
    """
    groups = _Groups(keys, strata, np.random.SeedSequence(seed))
    fewest = int(groups.per_stratum[groups.per_stratum > 0].min(initial=len(keys)))
    if not 2 <= num_folds <= fewest:
        raise UserError(f"{num_folds} folds: choose from 2 to {fewest}, the distinct rows of the smallest class")
    # Groups lie stratum after stratum in random order, so that dealing them out gives each fold its share.
    fold_of_row = groups.to_rows(np.arange(len(groups.order)) % num_folds)
    result = []
    for fold in range(num_folds):
        test, rest = np.flatnonzero(fold_of_row == fold), np.flatnonzero(fold_of_row != fold)
        inner = _Groups(keys[rest], strata[rest], np.random.SeedSequence([seed, fold]))
        train, valid, _ = _draw(inner, valid_fraction, 0.0)
        parts = Split(rest[train].astype(np.int32), rest[valid].astype(np.int32), test.astype(np.int32))
        result.append(_checked(parts, strata, valid_fraction, 1.0))
    return result


def save_split(split: Split, path: Path | str, fingerprint: str) -> None:
    """Writes the split as JSON; training rows are those in neither list. Raises UserError on a full disk."""
    values = {
        "version": _VERSION,
        "fingerprint": fingerprint,
        "rows": sum(map(len, split)),
        "valid": split.valid.tolist(),
        "test": split.test.tolist(),
    }
    write_text(path, json.dumps(values) + "\n")


def load_split(path: Path | str, num_rows: int, fingerprint: str) -> Split:
    """Reads what `save_split` wrote.

    Args:
      path: the file.
      num_rows: rows of the corpus at hand.
      fingerprint: SHA-256 of the corpus at hand, in hex.

    Raises:
      UserError: the file is missing or damaged, or speaks of another corpus.
    """
    advice = "start a new run in another folder"
    try:
        values = loads(Path(path).read_bytes())
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); {advice}") from error
    except ValueError as error:
        raise UserError(f"{path}: not JSON in UTF-8; {advice}") from error
    expected = {"version", "fingerprint", "rows", "valid", "test"}
    if not isinstance(values, dict) or set(values) != expected or values["version"] != _VERSION:
        raise UserError(f"{path}: not a split of format version {_VERSION}; {advice}")
    if values["fingerprint"] != fingerprint or values["rows"] != num_rows:
        raise UserError(f"{path}: belongs to another corpus; put that corpus back, or {advice}")
    part = np.zeros(num_rows, np.int8)
    for number, name in enumerate(("valid", "test"), start=1):
        rows = values[name]
        if not isinstance(rows, list) or not all(type(row) is int and 0 <= row < num_rows for row in rows):
            raise UserError(f"{path}: {name!r} is not a list of row numbers below {num_rows}; {advice}")
        if len(set(rows)) < len(rows) or part[rows].any():
            raise UserError(f"{path}: {name!r} holds a row twice; {advice}")
        part[rows] = number
    return _by_part(part)


class _Groups:
    """Rows with equal keys, in random order within each stratum (that of a group's first row).

    Attributes:
      order: group numbers, stratum after stratum, shuffled within each.
      strata: the stratum of each group in that order, sorted.
      per_stratum: how many groups each stratum has.
    """

    def __init__(self, keys: np.ndarray, strata: np.ndarray, seed: np.random.SeedSequence) -> None:
        _, first, self._group_of_row = np.unique(keys, return_index=True, return_inverse=True)
        self.sizes = np.bincount(self._group_of_row, minlength=len(first))
        stratum = np.asarray(strata)[first]
        self.order = np.lexsort((np.random.Generator(np.random.PCG64(seed)).random(len(first)), stratum))
        self.strata = stratum[self.order]
        self.per_stratum = np.bincount(self.strata)

    def to_rows(self, values: np.ndarray) -> np.ndarray:
        """Hands a value of each group, in `order`, to its rows."""
        of_group = np.empty_like(values)
        of_group[self.order] = values
        return of_group[self._group_of_row]


def _draw(groups: _Groups, valid_fraction: float, test_fraction: float) -> Split:
    """Gives a stratum's first groups to test, the next to validation, the rest (one at least) to training."""
    sizes = groups.sizes[groups.order]
    rows = np.bincount(groups.strata, weights=sizes, minlength=len(groups.per_stratum))
    # Rounded running sums: each stratum gets its share to within a row, and all together theirs.
    total = np.concatenate([[0.0], np.cumsum(rows)])
    test = np.diff(np.floor(total * test_fraction + 0.5))
    valid = np.diff(np.floor(total * valid_fraction + 0.5))
    # A group goes where its middle lies.
    middle = np.cumsum(sizes) - sizes - total[groups.strata] + (sizes - 1) / 2
    part = np.zeros(len(sizes), np.int8)
    part[middle < (test + valid)[groups.strata]] = 1
    part[middle < test[groups.strata]] = 2
    last = np.flatnonzero(np.diff(groups.strata, append=-1))
    part[last] = 0
    return _by_part(groups.to_rows(part))


def _by_part(part: np.ndarray) -> Split:
    """Row numbers where part is 0, 1 and 2."""
    return Split(*(np.flatnonzero(part == number).astype(np.int32) for number in range(3)))


def _checked(parts: Split, strata: np.ndarray, valid_fraction: float, test_fraction: float) -> Split:
    """Raises UserError where a part or a class came out empty."""
    for name, rows, fraction in (
        ("validation", parts.valid, valid_fraction),
        ("test", parts.test, test_fraction),
    ):
        if fraction > 0 and not len(rows):
            raise UserError(f"{len(strata)} rows leave none for {name}; give more rows or a larger fraction")
    if missing := np.setdiff1d(strata, strata[parts.train])[:1].tolist():
        raise UserError(f"class number {missing[0]} has no training row; give more rows of it")
    return parts
