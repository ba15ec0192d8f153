"""Hashed bigrams (Weinberger et al. 2009): buckets for pairs of neighbouring words, without a list of pairs."""

import math
from functools import lru_cache
from typing import Any

from rnn_textclf.config.model import PAIR_BUCKETS

_GOLDEN_RATIO = (1 + 5**0.5) / 2


def hashed_bigram(previous: Any, current: Any, buckets: int = PAIR_BUCKETS) -> Any:
    """The bucket in [1, `buckets`] of a pair of words; pairs may share one, and 0 means no pair.

    Args:
      previous: ids of words: an integer, a NumPy array or a tensor, of 64 bits.
      current: ids of the words after them.
      buckets: their number (>= 1).
    """
    return (previous * _factor(buckets) + current) % buckets + 1


@lru_cache
def _factor(buckets: int) -> int:
    """The number of buckets over the golden ratio, which spreads small ids best (Knuth 1973, section 6.4).

    The next one without a common divisor, so that every first word of a pair counts.
    """
    factor = round(buckets / _GOLDEN_RATIO)
    while math.gcd(factor, buckets) > 1:
        factor += 1
    return factor
