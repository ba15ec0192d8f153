"""Jobs: their defaults are those of the options, and copies change one thing."""

import dataclasses
import pickle
from pathlib import Path

import pytest
from absl import flags

from rnn_textclf.flags import inference_command_line, inference_job, training_command_line, training_job
from rnn_textclf.jobs import SHIPPED_RUN, InferenceJob, TrainingJob
from rnn_textclf.options import Config, ConfigError, all_options


def test_a_job_without_arguments_is_that_of_no_flags() -> None:
    assert TrainingJob() == training_job(["train.py"], training_command_line(flags.FlagValues()))
    made = inference_job(["infer.py"], inference_command_line(flags.FlagValues()))
    assert InferenceJob(fall_back=True) == made


@pytest.mark.parametrize(
    ("job", "line"), [(TrainingJob(), training_command_line), (InferenceJob(), inference_command_line)]
)
def test_a_job_has_every_flag_once(job: Config, line: object) -> None:
    names = [option.name for option, _ in all_options(job)]
    assert sorted(names) == sorted(line(flags.FlagValues()).state().values)  # type: ignore[operator]


def test_copies_are_checked_and_leave_the_job_as_it_is() -> None:
    job = InferenceJob(Path("run"), "the film")
    assert (job.ckpt_dir, job.text) == (Path("run"), "the film")
    assert job.replace(threads=2) == InferenceJob(Path("run"), "the film", threads=2)
    assert job.threads == 0
    with pytest.raises(ConfigError, match="threads must be >= 0"):
        job.replace(threads=-1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        job.text = "other"  # type: ignore[misc]


def test_a_job_can_be_sent_to_another_process() -> None:
    job = TrainingJob(Path("run"), given=frozenset({"seed"}), parallel_folds=2)
    assert pickle.loads(pickle.dumps(job)) == job


def test_the_shipped_run_is_there() -> None:
    assert (SHIPPED_RUN / "config.json").is_file()
