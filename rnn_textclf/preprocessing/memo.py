"""A bounded memory of what a function said about a string."""

from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memo(dict[str, Value], Generic[Value]):
    """`memo[key]` is `compute(key)`, computed once while it is remembered.

    Words repeat, so that nearly every look-up is one dictionary access. When `capacity` keys are held all are
    forgotten, which keeps memory flat on any text; keys longer than `longest` are not held at all.
    Safe from several threads: at worst a value is computed twice.
    """

    def __init__(self, compute: Callable[[str], Value], capacity: int = 1 << 16, longest: int = 64) -> None:
        super().__init__()
        self._compute = compute
        self._capacity = capacity
        self._longest = longest

    def __missing__(self, key: str) -> Value:
        """Computes the value, and holds it where there is room."""
        value = self._compute(key)
        if len(key) <= self._longest:
            if len(self) >= self._capacity:
                self.clear()
            self[key] = value
        return value
