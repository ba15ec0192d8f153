"""The study: outcomes are kept and learned from, other flags are refused."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.training.tuning.search_space import Choice, Interval
from rnn_textclf.training.tuning.study import Study, Tried, check_installed

SPACE = {
    "pooling": Choice(("last", "max")),
    "dropout": Interval(0.3, 0.8),
    "average_weights": Choice((0.0, 0.98)),
}
FIXED = {"seed": 1, "rows": "abc"}


def study(folder: Path, fixed: dict[str, Any] = FIXED) -> Study:
    return Study(folder, SPACE, fixed, seed=1)


def test_outcomes_are_kept_and_the_lowest_loss_is_the_best(tmp_path: Path) -> None:
    first = study(tmp_path)
    tried = []
    for loss in (0.5, 0.3, None, 0.4):
        number, settings = first.ask()
        tried.append(Tried(number, settings, loss, 0.7, 2.0))
        first.tell(tried[-1])
    again = study(tmp_path)
    assert again.tried == tried
    assert again.best == tried[1]
    assert again.ask()[0] == 4
    assert all(each.settings["dropout"] == float(f"{each.settings['dropout']:.3g}") for each in tried)


def test_what_failed_is_never_the_best(tmp_path: Path) -> None:
    failed = study(tmp_path)
    failed.tell(Tried(*failed.ask()))
    assert failed.best is None


def test_first_settings_are_not_tried_twice_and_one_that_was_cut_off_is_tried_again(tmp_path: Path) -> None:
    first = study(tmp_path)
    done = first.ask()
    first.tell(Tried(*done, 0.5, 0.5, 1.0))
    _, cut_off = first.ask()
    again = study(tmp_path).ask()
    assert again == (1, cut_off)
    assert again[1] != done[1]


def test_it_suggests_what_was_good(tmp_path: Path) -> None:
    """After enough settings nearer ones to the optimum than at random, which are 0.17 from it in the mean."""
    found = study(tmp_path)
    for _ in range(30):
        number, settings = found.ask()
        found.tell(Tried(number, settings, abs(settings["dropout"] - 0.4), 0.5, 1.0))
    distances = [tried.loss for tried in study(tmp_path).tried if tried.loss is not None]
    assert np.mean(distances[-10:]) < 0.12


def test_outcomes_of_another_space_are_kept_and_not_learned_from(tmp_path: Path) -> None:
    other = Study(tmp_path, SPACE | {"word_dropout": Choice((0.0, 0.1))}, FIXED, seed=1)
    number, settings = other.ask()
    other.tell(Tried(number, settings, 0.5, 0.5, 1.0))
    again = study(tmp_path)
    assert again.best == other.best
    again.tell(Tried(*again.ask(), 0.4, 0.5, 1.0))
    assert len(again.tried) == 2


def test_other_flags_and_a_damaged_file_are_named(tmp_path: Path) -> None:
    begun = study(tmp_path)
    begun.tell(Tried(*begun.ask(), 0.5, 0.5, 1.0))
    with pytest.raises(FlagError, match="was tuned with another rows, seed: leave the flags as they were"):
        study(tmp_path, {"seed": 2, "rows": "other"})
    (tmp_path / "study.jsonl").write_text("{")
    with pytest.raises(UserError, match=r"study.jsonl: cannot be read .*--overwrite"):
        study(tmp_path)


def test_without_optuna_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "optuna", raising=False)
    with pytest.raises(UserError, match="--tune needs Optuna, which is not installed: pip install optuna"):
        check_installed()
