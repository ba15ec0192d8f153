"""A bounded cache of a function of strings."""

from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memo(dict[str, Value], Generic[Value]):
    """`memo[key]` is `compute(key)`, computed once while it is cached.

    Words repeat, so that nearly every look-up is one dictionary access. At `capacity` keys the cache is
    cleared, which keeps memory flat on any text; keys longer than `longest` are not cached.
    Safe from several threads: at worst a value is computed twice.
    """

    def __init__(self, compute: Callable[[str], Value], capacity: int = 1 << 16, longest: int = 64) -> None:
        super().__init__()
        self._compute = compute
        self._capacity = capacity
        self._longest = longest

    def __missing__(self, key: str) -> Value:
        """Computes and caches a value."""
        value = self._compute(key)
        if len(key) <= self._longest:
            if len(self) >= self._capacity:
                self.clear()
            self[key] = value
        return value
