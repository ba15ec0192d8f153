"""Accuracy by sentence length: rows sorted into groups of like size by how many words they have."""

from typing import NamedTuple

import numpy as np

_MOST_GROUPS = 6
_LEAST_ROWS = 20


class LengthGroup(NamedTuple):
    """Rows with `first` to `last` words: how many, and how many of them are right."""

    first: int
    last: int
    rows: int
    right: int

    @property
    def name(self) -> str:
        """The range, for people."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


def length_groups(lengths: np.ndarray, right: np.ndarray) -> list[LengthGroup]:
    """Up to six groups, ascending, cut at quantiles of `lengths` `[N]`; no length is in two of them.

    Args:
      lengths: int `[N]`, words.
      right: bool `[N]`.
    """
    number = int(np.clip(len(lengths) // _LEAST_ROWS, 1, _MOST_GROUPS))
    ends = np.unique(np.quantile(lengths, np.arange(1, number + 1) / number, method="higher"))
    place = np.searchsorted(ends, lengths)
    groups = []
    for group in range(len(ends)):
        inside = place == group
        words = lengths[inside]
        groups.append(LengthGroup(int(words.min()), int(words.max()), int(inside.sum()), int(right[inside].sum())))
    return groups
