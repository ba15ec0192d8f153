"""Pairs of neighbouring words as numbers, by hashing (Weinberger et al. 2009): no list of pairs is kept."""

from typing import Any

NUM_BUCKETS = 262_139  # Prime, so that all of an id takes part in the remainder.
_FACTOR = 1_000_003


def bucket(previous: Any, current: Any) -> Any:
    """The number in [1, NUM_BUCKETS) of a pair; different pairs may share one.

    Args:
      previous: ids of words: an integer, a NumPy array or a tensor, of 64 bits.
      current: those of the words after them.
    """
    return (previous * _FACTOR + current) % (NUM_BUCKETS - 1) + 1
