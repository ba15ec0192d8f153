"""Players that take turns, and the rows that their medians make."""

import contextlib
import sys
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import NamedTuple, Protocol

from tests.benchmarks.table import SHOWN, Reach, Row, shown

Answer = Mapping[str, float]


class Player(Protocol):
    """A program that can be measured again and again."""

    def measure(self) -> Answer:
        """Runs once; what was measured by name."""

    def close(self) -> None:
        """Ends the program."""


class Found(NamedTuple):
    """Where a number comes from: a player, and the name in its answers."""

    player: str
    name: str


class Entry(NamedTuple):
    """A row to be: its words, where its two numbers come from, what they have to show.

    on_request: whether the row takes so long that it is measured only when its words are asked for.
    """

    measure: str
    peer: str
    ours: Found
    theirs: Found
    reach: Reach = SHOWN
    on_request: bool = False

    def named(self, only: str) -> bool:
        """Whether `only` occurs in the row's words, in capitals or not; without it, all but those on request."""
        if not only:
            return not self.on_request
        return only.lower() in f"{self.measure} {self.peer}".lower()


class Contest(NamedTuple):
    """Entries that share players.

    Attributes:
      entries: the rows to be.
      players: name -> what starts it; it returns when the player is warm.
      least_rounds: rounds that the measurement needs, however few are asked for.
    """

    entries: Sequence[Entry]
    players: Mapping[str, Callable[[], Player]]
    least_rounds: int = 1


def play(contest: Contest, rounds: int, only: str = "") -> list[Row]:
    """Measures what the entries called `only` need: in each round every player once, in turn."""
    entries = [entry for entry in contest.entries if entry.named(only)]
    needed = {found.player for entry in entries for found in (entry.ours, entry.theirs)}
    names = [name for name in contest.players if name in needed]
    answers: dict[str, list[Answer]] = {name: [] for name in names}
    with contextlib.ExitStack() as stack:
        players = {}
        for name in names:
            _tell(f"starting {name}")
            players[name] = contest.players[name]()
            stack.callback(players[name].close)
        number = max(rounds, contest.least_rounds)
        for round_ in range(number):
            for name, player in players.items():
                answers[name].append(player.measure())
                values = ", ".join(f"{key} {shown(value)}" for key, value in answers[name][-1].items())
                _tell(f"round {round_ + 1}/{number}  {name}: {values}")
    return [_row(entry, answers) for entry in entries]


def _row(entry: Entry, answers: Mapping[str, Sequence[Answer]]) -> Row:
    ours, theirs = ([answer[found.name] for answer in answers[found.player]] for found in (entry.ours, entry.theirs))
    return Row(entry.measure, entry.peer, median(ours), median(theirs), entry.reach, _spread(ours), _spread(theirs))


def _spread(values: Sequence[float]) -> float:
    """The largest value less the smallest, as a share of the median."""
    return (max(values) - min(values)) / median(values) if median(values) else 0.0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
