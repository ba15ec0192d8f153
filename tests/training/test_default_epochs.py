"""The default number of epochs: more for few rows, stored with the run, and what thirty rows gain by them."""

from pathlib import Path

import pytest

from rnn_textclf.config import DataConfig, TrainConfig
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.training import epochs
from rnn_textclf.training.epochs import with_epochs
from tests.tiny_runs import ROOT, cross_validate, job, prepare, train

TOPICS = ROOT / "tests" / "testdata" / "topics.tsv"


@pytest.mark.parametrize(
    ("examples", "expected"), [(1, 40), (24, 40), (250, 40), (500, 20), (2_000, 5), (2_500, 5), (10**6, 5)]
)
def test_fewer_examples_are_read_more_often(examples: int, expected: int) -> None:
    assert with_epochs(TrainConfig(seed=3), examples) == TrainConfig(seed=3, num_epochs=expected)


def test_a_number_of_epochs_that_is_set_stays() -> None:
    options = TrainConfig(num_epochs=2)
    assert with_epochs(options, 24) is options


def test_a_run_stores_the_number_and_a_resumed_one_keeps_it(data: Path, tmp_path: Path) -> None:
    prepare(job(tmp_path / "run", data, num_epochs=0))
    assert RunFolder(tmp_path / "run").read_config().train.num_epochs == 40
    assert prepare(job(tmp_path / "run", data)).config.train.num_epochs == 40
    assert prepare(job(tmp_path / "run", data, num_epochs=0)).config.train.num_epochs == 40
    assert prepare(job(tmp_path / "run", data, num_epochs=50)).config.train.num_epochs == 50


def test_each_fold_has_the_number_of_its_own_rows(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epochs, "MOST_EPOCHS", 2)
    cross_validate(job(tmp_path / "run", data, num_epochs=0, folds=2))
    folder = RunFolder(tmp_path / "run")
    assert folder.read_config().train.num_epochs == 0
    assert [folder.fold(number).read_config().train.num_epochs for number in (1, 2)] == [2, 2]


@pytest.mark.slow
def test_default_options_learn_from_thirty_rows(tmp_path: Path) -> None:
    header, *rows = TOPICS.read_text().splitlines(keepends=True)
    few, others = tmp_path / "few.tsv", tmp_path / "others.tsv"
    few.write_text("".join([header, *rows[:30]]))
    others.write_text("".join([header, *rows[30:]]))
    data = DataConfig(train_file=str(few), test_file=str(others), label_field="topic")
    test = train(TrainingJob(tmp_path / "run", data=data, threads=1)).test
    assert test.accuracy > 0.4  # That of tf-idf and logistic regression, trained on all thirty; guessing has a third.
    assert test.predicted.any(axis=0).all()
