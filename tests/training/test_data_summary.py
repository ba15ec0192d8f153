"""The first look at a corpus."""

from pathlib import Path

import pytest

from rnn_textclf.training import data_summary as module
from rnn_textclf.training.data_summary import data_summary, unknown_rate
from tests.preprocessing.encoded.test_prepared_data import Run

TRAIN = [("a b c d e", "x")] * 3 + [("a", "y")] * 2
VALID = [("a b new", "x"), ("...", "y"), ("newer e e e", "y")]


def _lines(run: Run) -> list[str]:
    return list(data_summary(run.draw()))


def test_its_lines(tmp_path: Path) -> None:
    prepared = Run(tmp_path, train_file=TRAIN, valid_file=VALID, test_file=VALID[:2], stems=False).draw()
    assert list(data_summary(prepared)) == [
        "Rows: 5 (2 distinct) train, 3 validation, 2 test",
        "Classes of the training rows: x 3, y 2",
        "Words a row: 5 % 1, 25 % 1, 50 % 5, 75 % 5, 95 % 5, 100 % 5",
        "Vocabulary: 7 words; unknown in validation rows: 37.5%",  # 3 of 8; a text without words is an unknown one
    ]


def test_stems_are_told_and_do_not_make_a_word_known(tmp_path: Path) -> None:
    train = [("dazzled", "x"), ("dazzling", "y"), ("films", "y")]
    held_out = [("dazzles dazzled", "x")]
    lines = _lines(Run(tmp_path, train_file=train, valid_file=held_out, test_file=held_out))
    assert lines[-1] == "Vocabulary: 5 words and 1 stems; unknown in validation rows: 50.0%"


def test_of_many_classes_the_first_twenty(tmp_path: Path) -> None:
    train = [(f"word{i}", f"c{i:04}") for i in range(1234)]
    held_out = [("word1", "c0001")]
    lines = _lines(Run(tmp_path, train_file=train, valid_file=held_out, test_file=held_out))
    assert lines[0] == "Rows: 1,234 train, 1 validation, 1 test"
    assert lines[1].startswith("Classes of the training rows: c0000 1, c0001 1, ")
    assert lines[1].endswith(", c0019 1 and 1,214 more")


def test_lengths_are_those_of_the_training_rows(tmp_path: Path) -> None:
    long = [("a " * 100, "x")]
    lines = _lines(Run(tmp_path, train_file=TRAIN, valid_file=long, test_file=long))
    assert lines[2].endswith("100 % 5")


def test_the_unknown_rate_does_not_depend_on_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = Run(tmp_path, train_file=TRAIN, valid_file=VALID, test_file=VALID).draw()
    assert unknown_rate(prepared.valid, prepared.vocabulary) == 3 / 8
    monkeypatch.setattr(module, "_BLOCK", 1)
    assert unknown_rate(prepared.valid, prepared.vocabulary) == 3 / 8
    assert unknown_rate(prepared.train, prepared.vocabulary) == 0
