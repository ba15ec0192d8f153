"""The benchmarks' table, JSON and taking of turns, with numbers that nobody measured."""

import json

import pytest

from tests.benchmarks import machine
from tests.benchmarks.contest import Contest, Entry, Found, play
from tests.benchmarks.table import Reach, Row, aligned, shown, write_json

FASTER = Row("training, examples/s", "PyTorch", 1500.0, 1000.0, Reach(">=", 1.6))
LATENCY = Row("one more word, ms", "the whole prefix", 0.25, 5.0, Reach("<=", 0.3, "ours"))
GROWTH = Row("peak memory, MB", "itself, smaller", 950.0, 900.0, Reach("<=", 100, "difference"))


class FakePlayer:
    """Answers with the numbers it is given, and notes when it was asked."""

    def __init__(self, name: str, answers: list[float], log: list[str]) -> None:
        log.append(f"start {name}")
        self._name, self._answers, self._log = name, iter(answers), log

    def measure(self) -> dict[str, float]:
        self._log.append(self._name)
        return {"rate": next(self._answers)}

    def close(self) -> None:
        self._log.append(f"close {self._name}")


@pytest.fixture
def log() -> list[str]:
    return []


def test_a_reach_bounds_the_ratio_or_ours_or_the_difference():
    assert not FASTER.met
    assert FASTER._replace(ours=1600.0).met
    assert LATENCY.met
    assert not LATENCY._replace(ours=0.31).met
    assert GROWTH.met
    assert not GROWTH._replace(ours=1001.0).met
    assert not FASTER._replace(theirs=0.0).met


def test_json_has_the_seven_keys_with_numbers_as_numbers(tmp_path):
    path = tmp_path / "rows.json"
    write_json(path, [FASTER, LATENCY])
    rows = json.loads(path.read_text())
    assert rows[0] == {
        "measure": "training, examples/s",
        "peer": "PyTorch",
        "ours": 1500.0,
        "theirs": 1000.0,
        "ratio": 1.5,
        "reach": 1.6,
        "met": False,
    }
    assert rows[1]["met"] is True


def test_the_table_is_aligned():
    title, *lines = aligned([FASTER, LATENCY, GROWTH]).split("\n")
    assert title.split() == ["measure", "peer", "ours", "theirs", "ratio", "reach", "met"]
    assert lines[0].split()[-6:] == ["1,500", "1,000", "1.50", ">=", "1.6", "no"]
    assert "ours <= 0.3" in lines[1]
    assert "ours - theirs <= 100" in lines[2]
    assert len({line.index(row.peer) for line, row in zip(lines, (FASTER, LATENCY, GROWTH), strict=True)}) == 1
    assert len({len(line) for line in lines[1:]} | {len(title)}) == 1


@pytest.mark.parametrize(
    ("number", "text"),
    [(1405.4, "1,405"), (27.31, "27.3"), (1.604, "1.60"), (0.1234, "0.123"), (float("nan"), "?")],
)
def test_numbers_are_shown_with_three_digits(number, text):
    assert shown(number) == text


def test_players_take_turns_and_medians_are_compared(log):
    contest = _contest(log, ours=[10.0, 90.0, 30.0], theirs=[10.0, 20.0, 15.0])
    [row] = play(contest, rounds=3)
    assert log == ["start ours", "start theirs", *["ours", "theirs"] * 3, "close theirs", "close ours"]
    assert (row.ours, row.theirs, row.ratio, row.met) == (30.0, 15.0, 2.0, True)


def test_only_what_is_asked_for_is_started(log):
    assert play(_contest(log, [1.0], [1.0]), rounds=1, only="keras") == []
    assert log == []


def test_a_missing_peer_is_one_line_with_the_command():
    complaint = machine.missing(["numpy", "no-such-peer"])
    assert complaint == "no-such-peer is not installed: pip install -r tests/benchmarks/requirements.txt"
    assert machine.missing(["numpy"]) is None


def _contest(log: list[str], ours: list[float], theirs: list[float]) -> Contest:
    entry = Entry("training, examples/s", "PyTorch", Found("ours", "rate"), Found("theirs", "rate"), Reach(">=", 1.6))
    return Contest(
        [entry],
        {"ours": lambda: FakePlayer("ours", ours, log), "theirs": lambda: FakePlayer("theirs", theirs, log)},
    )
