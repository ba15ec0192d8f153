"""The benchmark of injected faults tells a loss from a refusal; no TensorFlow."""

import itertools
import random
import time
from pathlib import Path

import pytest

from rnn_textclf.errors import UserError
from tests.benchmarks.faults import damage
from tests.benchmarks.faults.forks import Child
from tests.benchmarks.faults.mutations import mutated
from tests.benchmarks.faults.same_run import difference
from tests.benchmarks.faults.tally import Tally, aligned


def refuse() -> str | None:
    raise UserError("corpus.tsv:3: no label; check which field is the label")


def fail() -> str | None:
    raise ZeroDivisionError


def hang() -> str | None:
    while True:
        try:
            time.sleep(1)
        except Exception:
            continue


def test_the_right_answer_and_a_refusal_hold_and_all_else_is_a_loss() -> None:
    tally = Tally("kind")
    tally.attempt("a", lambda: None)
    tally.attempt("b", refuse)
    assert (tally.tried, tally.refused, tally.held) == (2, 1, 2)
    tally.attempt("c", lambda: "other answers, in silence")
    tally.attempt("d", fail)
    tally.attempt("e", hang, patience=0.05)
    assert (tally.tried, tally.refused, tally.held) == (5, 1, 2)
    assert [loss.split(": ")[1] for loss in tally.losses] == ["c", "d", "e"]
    assert "ZeroDivisionError" in tally.losses[1]
    assert "hangs" in tally.losses[2]
    assert aligned([tally]).splitlines()[1].split() == ["kind", "5", "1", "2"]


def test_slow_work_is_no_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    used = itertools.count(step=0.002)  # Seconds of the processor, 4 % of the patience between two looks.
    monkeypatch.setattr(time, "process_time", lambda: next(used))
    tally = Tally("kind")
    tally.attempt("waits for its turn", lambda: time.sleep(0.2), patience=0.05)
    assert tally.held == 1
    monkeypatch.setattr(time, "process_time", lambda: 0.0)
    tally.attempt("waits for ever", lambda: time.sleep(60), patience=0.05)
    assert "hangs" in tally.losses[0]


def test_mutations_are_the_same_for_a_seed() -> None:
    assert [mutated([b"text"], random.Random(1)) for _ in range(9)] == [mutated([b"text"], random.Random(1))] * 9


@pytest.mark.parametrize("harm", [damage.flip, damage.truncate, damage.delete])
def test_damage_is_damage(harm: object, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"four")
    harm(path, random.Random(1))  # type: ignore[operator]
    assert not path.exists() or path.read_bytes() != b"four"


def test_runs_differ_in_a_byte_but_not_in_their_seconds(tmp_path: Path) -> None:
    for name, seconds in (("one", 1), ("other", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "metrics.jsonl").write_text(f'{{"epoch": 1, "seconds": {seconds}}}\n')
        (tmp_path / name / "vocab.txt").write_text("a\n")
    assert difference(tmp_path / "one", tmp_path / "other") is None
    (tmp_path / "other" / "vocab.txt").write_text("b\n")
    assert difference(tmp_path / "one", tmp_path / "other") == "vocab.txt differs"


def test_children_are_killed_or_say_what_went_wrong(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert Child(lambda: time.sleep(60), log).killed_after(0.05)
    assert not Child(lambda: None, log).killed_after(30)
    assert Child(lambda: None, log).complaint(30) is None
    assert "ZeroDivisionError" in str(Child(lambda: print(1 / 0), log).complaint(30))
    assert "hangs" in str(Child(lambda: time.sleep(60), log).complaint(0.05))
