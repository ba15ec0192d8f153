"""The benchmarks' table, JSON and taking of turns, with numbers that nobody measured."""

import json

import numpy as np
import pytest

from tests.benchmarks import machine
from tests.benchmarks.contest import Contest, Entry, Found, play
from tests.benchmarks.peers import like_length, same_net
from tests.benchmarks.table import SHOWN, Reach, Row, aligned, shown, write_json
from tests.benchmarks.workers import Command, WorkerError

FASTER = Row("training, examples/s", "PyTorch", 1500.0, 1000.0, Reach(">=", 1.6), ours_spread=0.1)
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


def test_json_has_the_nine_keys_with_numbers_as_numbers(tmp_path):
    path = tmp_path / "rows.json"
    write_json(path, [FASTER, LATENCY])
    rows = json.loads(path.read_text())
    assert rows[0] == {
        "measure": "training, examples/s",
        "peer": "PyTorch",
        "ours": 1500.0,
        "theirs": 1000.0,
        "ours_spread": 0.1,
        "theirs_spread": 0.0,
        "ratio": 1.5,
        "reach": 1.6,
        "met": False,
    }
    assert rows[1]["met"] is True


def test_the_table_is_aligned():
    title, *lines = aligned([FASTER, LATENCY, GROWTH]).split("\n")
    assert title.split() == ["measure", "peer", "ours", "spread", "theirs", "spread", "ratio", "reach", "met"]
    assert lines[0].split()[-8:] == ["1,500", "10%", "1,000", "0%", "1.50", ">=", "1.6", "no"]
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
    assert (row.ours_spread, row.theirs_spread) == (80 / 30, 10 / 15)


def test_only_what_is_asked_for_is_started(log):
    assert play(_contest(log, [1.0], [1.0]), rounds=1, only="keras") == []
    assert log == []


def test_numbers_without_a_reach_are_shown_beside_each_other():
    row = FASTER._replace(reach=SHOWN)
    assert row.to_json()["reach"] is None
    assert aligned([row]).endswith("1.50  shown")


def test_a_peer_that_computes_another_net_is_refused(tmp_path):
    path = tmp_path / "net.npz"
    weights = {"kernel": np.ones((2, 3), np.float32)}
    probabilities, gradients = np.full((4, 2), 0.5), {"kernel": np.full((2, 3), 0.1)}
    same_net.write(path, weights, probabilities, gradients)
    np.testing.assert_array_equal(same_net.read_weights(path)["kernel"], weights["kernel"])
    same_net.check(path, probabilities + 9e-5, {"kernel": gradients["kernel"] + 9e-5})
    same_net.check(path, probabilities)
    for found in (probabilities + 2e-4, probabilities[:3], np.full((4, 2), np.nan)):
        with pytest.raises(same_net.DifferentNetError, match="probabilities"):
            same_net.check(path, found)
    with pytest.raises(same_net.DifferentNetError, match="gradient of kernel"):
        same_net.check(path, probabilities, {"kernel": gradients["kernel"] + 2e-4})


def test_peers_score_sentences_in_their_order():
    sentences = [[5], [1, 2, 3], [7, 8]]
    found = like_length.scored(lambda ids, lengths: np.stack([ids.sum(0), lengths], 1), sentences, batch_size=2)
    np.testing.assert_array_equal(found, [[5, 1], [6, 3], [15, 2]])


def test_a_command_is_measured_with_what_it_prints_and_its_status():
    answer = Command(["-c", "print('{\"accuracy\": 77}')"], warm=False, prints=True).measure()
    assert answer["accuracy"] == 77
    assert answer["seconds"] > 0
    assert answer["peak MB"] > 1
    with pytest.raises(WorkerError, match="status 3"):
        Command(["-c", "raise SystemExit(3)"], status=2)


def test_a_row_on_request_is_measured_only_when_asked_for():
    entry = Entry("memory, 10,000,000 rows", "itself", Found("a", "x"), Found("b", "x"), on_request=True)
    assert not entry.named("")
    assert entry.named("10,000,000")
    assert entry._replace(on_request=False).named("")


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
