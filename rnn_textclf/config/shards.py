"""Shard: one of several equal, consecutive parts of an input, each of which a process of its own may score."""

import re
from typing import NamedTuple, Self


class Shard(NamedTuple):
    """Part `number` of `parts` (1 <= number <= parts)."""

    number: int = 1
    parts: int = 1

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """The shard that `i/n` names; the whole for None. Raises ValueError."""
        if text is None:
            return cls()
        found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
        if found is None or not 1 <= int(found[1]) <= int(found[2]):
            raise ValueError("expected i/n with 1 <= i <= n, such as 1/4")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.number}/{self.parts}"

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the input."""
        return self.parts == 1

    def of(self, total: int) -> range:
        """The places of its items among `total`; those of all shards follow each other and are each item once."""
        return range(total * (self.number - 1) // self.parts, total * self.number // self.parts)

    def named(self, name: str) -> str:
        """The input's name for messages; lines are counted from the shard's first."""
        return name if self.is_whole else f"{name} (shard {self})"


WHOLE = Shard()
