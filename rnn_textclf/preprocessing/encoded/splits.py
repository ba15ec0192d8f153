"""Splits into training, validation and test examples; examples with the same words stay together."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_textclf.atomic import write_text
from rnn_textclf.errors import UserError
from rnn_textclf.strict_json import loads

_VERSION = 1


class Split(NamedTuple):
    """Example indices, int32 and ascending; together each example once."""

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray


def split(keys: np.ndarray, strata: np.ndarray, valid_fraction: float, test_fraction: float, seed: int) -> Split:
    """Draws validation and test examples at random from each stratum.

    Args:
      keys: [N], equal for examples that must stay together.
      strata: int [N], the class of each example; each is divided alike, to within one group.
      valid_fraction: share of the examples in [0, 1).
      test_fraction: share of the examples in [0, 1); the two add up to less than 1.
      seed: fixes the draw, on every platform.

    Raises:
      UserError: a subset that was asked for would be empty, or a class would have no training example.
    """
    parts = _draw(_Groups(keys, strata, np.random.SeedSequence(seed)), valid_fraction, test_fraction)
    return _checked(parts, strata, valid_fraction, test_fraction)


def folds(keys: np.ndarray, strata: np.ndarray, num_folds: int, seed: int, valid_fraction: float = 0.1) -> list[Split]:
    """Cross-validation: each example is tested once; validation examples are drawn from each training part.

    Args:
      keys: [N], equal for examples that must stay together.
      strata: int [N], the class of each example.
      num_folds: K >= 2.
      seed: fixes the folds, on every platform.
      valid_fraction: share of a fold's training part, in [0, 1).

    Raises:
      UserError: a class has fewer distinct examples than there are folds, or as in `split`.
    """
    groups = _Groups(keys, strata, np.random.SeedSequence(seed))
    fewest = int(groups.per_stratum[groups.per_stratum > 0].min(initial=len(keys)))
    if not 2 <= num_folds <= fewest:
        raise UserError(f"{num_folds} folds: choose from 2 to {fewest}, the distinct texts of the smallest class")
    # Groups lie stratum after stratum in random order, so that dealing them out gives each fold its share.
    fold_of_example = groups.to_examples(np.arange(len(groups.order)) % num_folds)
    result = []
    for fold in range(num_folds):
        test, rest = np.flatnonzero(fold_of_example == fold), np.flatnonzero(fold_of_example != fold)
        inner = _Groups(keys[rest], strata[rest], np.random.SeedSequence([seed, fold]))
        train, valid, _ = _draw(inner, valid_fraction, 0.0)
        parts = Split(rest[train].astype(np.int32), rest[valid].astype(np.int32), test.astype(np.int32))
        result.append(_checked(parts, strata, valid_fraction, 1.0))
    return result


def save_split(split: Split, path: Path | str, fingerprint: str) -> None:
    """Writes the split as JSON; training examples are in neither list. Raises UserError on a full disk."""
    values = {
        "version": _VERSION,
        "fingerprint": fingerprint,
        "rows": sum(map(len, split)),
        "valid": split.valid.tolist(),
        "test": split.test.tolist(),
    }
    write_text(path, json.dumps(values) + "\n")


def load_split(path: Path | str, num_examples: int, fingerprint: str) -> Split:
    """Reads what `save_split` wrote.

    Args:
      path: the file.
      num_examples: examples of the corpus at hand.
      fingerprint: SHA-256 of the corpus at hand, in hex.

    Raises:
      UserError: the file is missing or damaged, or belongs to another corpus.
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
    if values["fingerprint"] != fingerprint or values["rows"] != num_examples:
        raise UserError(f"{path}: belongs to another corpus; put that corpus back, or {advice}")
    part = np.zeros(num_examples, np.int8)
    for number, name in enumerate(("valid", "test"), start=1):
        indices = values[name]
        if not isinstance(indices, list) or not all(type(i) is int and 0 <= i < num_examples for i in indices):
            raise UserError(f"{path}: {name!r} is not a list of example indices below {num_examples}; {advice}")
        if len(set(indices)) < len(indices) or part[indices].any():
            raise UserError(f"{path}: {name!r} holds an index twice; {advice}")
        part[indices] = number
    return _by_part(part)


class _Groups:
    """Groups of examples with equal keys, in random order within each stratum (that of a group's first example).

    Attributes:
      order: group numbers, stratum after stratum, shuffled within each.
      strata: the stratum of each group in that order, sorted.
      per_stratum: how many groups each stratum has.
    """

    def __init__(self, keys: np.ndarray, strata: np.ndarray, seed: np.random.SeedSequence) -> None:
        _, first, self._group_of_example = np.unique(keys, return_index=True, return_inverse=True)
        self.sizes = np.bincount(self._group_of_example, minlength=len(first))
        stratum = np.asarray(strata)[first]
        self.order = np.lexsort((np.random.Generator(np.random.PCG64(seed)).random(len(first)), stratum))
        self.strata = stratum[self.order]
        self.per_stratum = np.bincount(self.strata)

    def to_examples(self, values: np.ndarray) -> np.ndarray:
        """The value of each example's group; `values` has the groups in `order`."""
        of_group = np.empty_like(values)
        of_group[self.order] = values
        return of_group[self._group_of_example]


def _draw(groups: _Groups, valid_fraction: float, test_fraction: float) -> Split:
    """Gives a stratum's first groups to test, the next to validation, the rest (one at least) to training."""
    sizes = groups.sizes[groups.order]
    examples = np.bincount(groups.strata, weights=sizes, minlength=len(groups.per_stratum))
    # Rounded running sums: each stratum gets its share to within an example, and all together theirs.
    total = np.concatenate([[0.0], np.cumsum(examples)])
    test = np.diff(np.floor(total * test_fraction + 0.5))
    valid = np.diff(np.floor(total * valid_fraction + 0.5))
    # A group goes where its middle lies.
    middle = np.cumsum(sizes) - sizes - total[groups.strata] + (sizes - 1) / 2
    part = np.zeros(len(sizes), np.int8)
    part[middle < (test + valid)[groups.strata]] = 1
    part[middle < test[groups.strata]] = 2
    last = np.flatnonzero(np.diff(groups.strata, append=-1))
    part[last] = 0
    return _by_part(groups.to_examples(part))


def _by_part(part: np.ndarray) -> Split:
    """Example indices where part is 0, 1 and 2."""
    return Split(*(np.flatnonzero(part == number).astype(np.int32) for number in range(3)))


def _checked(parts: Split, strata: np.ndarray, valid_fraction: float, test_fraction: float) -> Split:
    """Raises UserError where a subset is empty, or a class without a training example."""
    for name, indices, fraction in (
        ("validation", parts.valid, valid_fraction),
        ("test", parts.test, test_fraction),
    ):
        if fraction > 0 and not len(indices):
            raise UserError(f"{len(strata)} examples leave none for {name}; give more of them or a larger fraction")
    if missing := np.setdiff1d(strata, strata[parts.train])[:1].tolist():
        raise UserError(f"class number {missing[0]} has no training example; give more examples of it")
    return parts
