"""The state after each prefix of recent sentences, so that one more word costs one step of the recurrence."""

import itertools
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

CAPACITY = 64 << 20  # Bytes.
_ENTRY = 512  # Bytes that an entry takes beside its arrays, about.
_ARRAY = 128


class Prefix(NamedTuple):
    """The first t words of a sentence: a number of its own, the probabilities `[C]` and the state after them."""

    number: int
    probabilities: np.ndarray
    state: Any


class PrefixCache:
    """Reads sentences word by word and remembers their prefixes, those used last. One thread at a time.

    An entry is found by the number of the prefix before it and its last word. Numbers are never used twice, so
    that what followed a forgotten prefix is not found again, grows old and is forgotten in its turn.

    Args:
      read_on: see `Predictor.read_on`.
      capacity: bytes that are kept, about.
    """

    def __init__(self, read_on: Callable[[str, Any], tuple[np.ndarray, Any, bool]], capacity: int = CAPACITY) -> None:
        self._read_on, self._capacity = read_on, capacity
        self._after: OrderedDict[tuple[int, str], Prefix] = OrderedDict()
        self._numbers = itertools.count(1)
        self.num_bytes = 0
        self.steps = 0  # Words that had to be read.

    def __len__(self) -> int:
        """Prefixes that are kept."""
        return len(self._after)

    def read(self, words: Sequence[str]) -> list[np.ndarray]:
        """Probabilities `[C]` after each word."""
        result = []
        number, state = 0, None
        for word in words:
            number, probabilities, state = self._read(number, state, word)
            result.append(probabilities)
        return result

    def _read(self, before: int, state: Any, word: str) -> Prefix:
        key = before, word
        if (found := self._after.get(key)) is not None:
            self._after.move_to_end(key)
            return found
        probabilities, after, _ = self._read_on(word, state)
        self.steps += 1
        prefix = self._after[key] = Prefix(next(self._numbers), probabilities, after)
        self.num_bytes += _size(key, prefix)
        while self.num_bytes > self._capacity and len(self._after) > 1:
            self.num_bytes -= _size(*self._after.popitem(last=False))
        return prefix


def _size(key: tuple[int, str], prefix: Prefix) -> int:
    """Bytes of an entry, about."""
    return _ENTRY + 4 * len(key[1]) + _size_of_state(prefix.state)


def _size_of_state(state: Any) -> int:
    """Bytes of arrays, or of lists of arrays or numbers, however nested."""
    if isinstance(state, np.ndarray):
        return state.nbytes + _ARRAY
    if isinstance(state, Sequence):
        return _ARRAY + sum(map(_size_of_state, state))
    return 32
