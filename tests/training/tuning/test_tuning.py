"""Tuning with a training whose loss is known: what is kept, what is counted, when it ends."""

import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from absl import flags

from rnn_textclf.errors import UserError
from rnn_textclf.flags import training_command_line, training_job
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.runs.evaluation import ScoredExamples
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training.concurrency.interrupts import Interrupted
from rnn_textclf.training.run_setup import SharedData
from rnn_textclf.training.tuning import tuning
from tests.tiny_runs import script


class Trainings:
    """Trainings that leave a run folder, and are the better the nearer dropout is to 0.5."""

    def __init__(self, fails: dict[int, UserError] | None = None) -> None:
        self.jobs: list[TrainingJob] = []
        self._fails = fails or {}

    def __call__(self, job: TrainingJob, sessions: Sessions, shared: SharedData) -> Any:
        self.jobs.append(job)
        job.ckpt_dir.mkdir(parents=True, exist_ok=True)
        if error := self._fails.get(len(self.jobs)):
            raise error
        right = 0.9 - abs(job.train.dropout - 0.5)
        valid = ScoredExamples(np.arange(1), np.array([[True, False]]), np.array([[right, 1 - right]]), False)
        return SimpleNamespace(valid=valid, config=job, dropout=job.train.dropout)


def job(folder: Path, data: Path, *more: str, tune: int = 8) -> TrainingJob:
    given = [f"--tune={tune}", f"--ckpt_dir={folder}", f"--data_dir={data}", "--batch_size=32", "--valid_fraction=0.2"]
    return training_job(["train.py", *given, *more], training_command_line(flags.FlagValues()))


def tune(asked: TrainingJob, trainings: Trainings) -> Any:
    return tuning.tune(asked, Sessions(1), trainings)


def test_the_best_is_kept_shown_and_trained_by_its_flag_file(
    tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trainings, folder = Trainings(), tmp_path / "run"
    result = tune(job(folder, data), trainings)
    *tried, last = trainings.jobs
    best = min(tried, key=lambda each: abs(each.train.dropout - 0.5))
    assert len(tried) == 8
    assert result.dropout == best.train.dropout
    assert last == best.replace(overwrite=False)  # resumed for its report, not begun again
    assert sorted(path.name for path in folder.iterdir()) == ["best.flags", "encoded", "study.jsonl", "trials"]
    assert list((folder / "trials").iterdir()) == [best.ckpt_dir]
    shown = capsys.readouterr()
    assert shown.out == (folder / "best.flags").read_text()
    assert "Setting 3/8, about " in shown.err
    again = training_job(["train.py", f"--flagfile={folder}/best.flags"], training_command_line(flags.FlagValues()))
    assert (again.model, again.train, again.data) == (best.model, best.train, best.data)
    assert all(each.train.batch_size == 32 for each in tried)  # given, so not tuned
    assert "--batch_size=32" in shlex.split(shown.out, comments=True)


def test_settings_are_counted_across_calls(tmp_path: Path, data: Path) -> None:
    first, more, none = Trainings(), Trainings(), Trainings()
    tune(job(tmp_path / "run", data, tune=2), first)
    tune(job(tmp_path / "run", data, tune=5), more)
    tune(job(tmp_path / "run", data, tune=5), none)
    assert [len(trainings.jobs) for trainings in (first, more, none)] == [2 + 1, 3 + 1, 1]
    anew = Trainings()
    tune(job(tmp_path / "run", data, "--overwrite", tune=1), anew)
    assert len(anew.jobs) == 2
    assert [path.name for path in (tmp_path / "run" / "trials").iterdir()] == ["0"]


def test_the_time_ends_it_after_the_first(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, messages: list[str]
) -> None:
    clock = iter(range(0, 10_000, 20))  # Each look at the clock is 20 seconds later.
    monkeypatch.setattr(tuning, "time", SimpleNamespace(monotonic=lambda: float(next(clock))))
    trainings = Trainings()
    tune(job(tmp_path / "run", data, "--tune_minutes=1"), trainings)
    assert len(trainings.jobs) == 1 + 1
    assert "Tried 1 of 8 settings in 1 minutes; run the same command to go on" in messages


def test_a_setting_that_cannot_be_trained_is_left_out(tmp_path: Path, data: Path, messages: list[str]) -> None:
    trainings = Trainings({2: UserError("The loss is not finite")})
    tune(job(tmp_path / "run", data, tune=3), trainings)
    assert len(trainings.jobs) == 3 + 1
    assert "Warning: setting 2 cannot be trained: The loss is not finite" in messages
    with pytest.raises(UserError, match="no such file"):  # no setting can be, then
        tune(job(tmp_path / "other", data), Trainings({1: UserError("no such file")}))


def test_an_interruption_keeps_what_was_tried(tmp_path: Path, data: Path) -> None:
    with pytest.raises(Interrupted, match="Stopped after 1 settings; run the same command to go on"):
        tune(job(tmp_path / "run", data), Trainings({2: Interrupted("Stopped after step 7")}))
    assert [path.name for path in (tmp_path / "run" / "trials").iterdir()] == ["0"]
    again = Trainings()
    tune(job(tmp_path / "run", data), again)
    assert len(again.jobs) == 7 + 1


@pytest.mark.parametrize(("loss", "expected"), [("softmax", -np.log(0.7)), ("sigmoid", -np.log(0.7 * 0.8))])
def test_the_loss_of_probabilities(loss: str, expected: float) -> None:
    scored = ScoredExamples(np.arange(1), np.array([[True, False]]), np.array([[0.7, 0.2]], np.float32), False)
    assert tuning.calibrated_loss(scored, loss) == pytest.approx(expected, rel=1e-6)


@pytest.mark.slow
def test_the_script_tunes_and_resumes(tmp_path: Path, data: Path) -> None:
    given = [f"--ckpt_dir={tmp_path}/run", f"--data_dir={data}", "--num_epochs=1", "--embeddings=skipgram"]
    for count in (1, 2):
        done = script("train.py", *given, "--valid_fraction=0.2", "--test_fraction=0.2", f"--tune={count}")
        assert done.returncode == 0, done.stderr
        assert f"# The best of {count} settings: validation loss " in done.stdout
        assert "\nTest accuracy " in done.stdout
    (run,) = (tmp_path / "run" / "trials").iterdir()
    assert script("infer.py", f"--ckpt_dir={run}").returncode == 0
