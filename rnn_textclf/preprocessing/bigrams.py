"""Hashed bigrams (Weinberger et al. 2009): buckets for pairs of neighbouring words, without a list of pairs."""

from typing import Any

_PRIME = 262_147  # The first above 2^18.
_FACTOR = 162_016  # The prime over the golden ratio, which spreads small ids best (Knuth 1973, section 6.4).
NUM_BUCKETS = _PRIME + 1


def hashed_bigram(previous: Any, current: Any) -> Any:
    """The bucket in [1, NUM_BUCKETS) of a pair of words; pairs may share one, and 0 means no pair.

    Args:
      previous: ids of words: an integer, a NumPy array or a tensor, of 64 bits.
      current: ids of the words after them.
    """
    return (previous * _FACTOR + current) % _PRIME + 1
