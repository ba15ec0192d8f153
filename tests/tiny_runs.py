"""Runs on forty sentences, trained in a second or two, that several test modules share."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.config import DataConfig, ModelConfig, PretrainConfig, TrainConfig
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.models.tf1 import tf
from rnn_textclf.options import Config
from rnn_textclf.runs.folder.fold_results import CrossValidationResult
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training import pipeline
from rnn_textclf.training.steps.prepared_run import PreparedRun

ROOT = Path(__file__).parents[1]
STEPS_PER_EPOCH = 4  # 32 training rows by 8

_SUBJECTS = ("the film", "this story", "the cast", "its plot", "the music")
_PRAISE = ("is wonderful", "feels fresh and moving", "shines", "won my heart")
_BLAME = ("is dreadful", "feels stale and clumsy", "bores", "lost my patience")

MODEL = {"rnn_unit": "gru", "num_hidden_units": 8, "embedding_size": 8}
TRAIN = {
    "learning_rate": 0.01,
    "learning_rate_decay_factor": 0.9,
    "batch_size": 8,
    "num_epochs": 3,
    "dropout": 0.5,
    "seed": 1,
}


def write_corpus(folder: Path) -> Path:
    """Twenty sentences of praise and twenty of blame, as the Cornell corpus has them."""
    folder.mkdir(parents=True, exist_ok=True)
    for ending, verdicts in (("pos", _PRAISE), ("neg", _BLAME)):
        lines = [f"{subject} {verdict} .\n" for subject in _SUBJECTS for verdict in verdicts]
        (folder / f"rt-polarity.{ending}").write_text("".join(lines))
    return folder


def job(run: Path, data: Path, *, overwrite: bool = False, **options: Any) -> TrainingJob:
    """A job for a small network; `options` are what the user sets beside the network's size."""

    def values(kind: type[Config], base: dict[str, Any]) -> dict[str, Any]:
        names = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
        return {**base, **{name: value for name, value in options.items() if name in names}}

    groups = (ModelConfig, TrainConfig, DataConfig, PretrainConfig)
    unknown = options.keys() - {field.name for group in groups for field in dataclasses.fields(group)}
    assert not unknown, f"no options: {unknown}"
    return TrainingJob(
        run,
        ModelConfig(**values(ModelConfig, MODEL)),
        TrainConfig(**values(TrainConfig, TRAIN)),
        DataConfig(**values(DataConfig, {"data_dir": str(data)})),
        frozenset(options) | {"pretrain"},  # None unless the options name one.
        overwrite=overwrite,
        threads=1,
        pretrain=PretrainConfig(**values(PretrainConfig, {})),
    )


def train(asked: TrainingJob) -> Any:
    """Trains the model, or the ensemble, of a job; returns its result."""
    return pipeline.train_models(asked, Sessions(asked.threads))


def cross_validate(asked: TrainingJob) -> CrossValidationResult:
    """Trains and tests all folds of a job."""
    return pipeline.cross_validate(asked, Sessions(asked.threads))


def prepare(asked: TrainingJob) -> PreparedRun:
    """Takes all steps of a job before the first epoch."""
    return pipeline.prepare_run(asked, Sessions(asked.threads))


def variables(run: Path, step: int) -> dict[str, np.ndarray]:
    """All that the checkpoint of a step holds, by name."""
    reader = tf.train.load_checkpoint(str(run / f"model.ckpt-{step}"))
    return {name: np.array(reader.get_tensor(name)) for name in reader.get_variable_to_shape_map()}


def rows(run: Path) -> list[dict[str, Any]]:
    """The epochs, but for the seconds that they took."""
    lines = (run / "metrics.jsonl").read_text().splitlines()
    return [{name: value for name, value in json.loads(line).items() if name != "seconds"} for line in lines]


def assert_same_run(one: Path, other: Path, step: int) -> None:
    """Weights, optimizer, counters, epochs, split and words are equal to the last bit."""
    mine, theirs = variables(one, step), variables(other, step)
    assert mine.keys() == theirs.keys()
    assert any("Adam" in name for name in mine)
    for name, value in mine.items():
        np.testing.assert_array_equal(value, theirs[name], err_msg=name)
    assert rows(one) == rows(other)
    for name in ("split.json", "vocab.txt", "labels.txt"):
        assert (one / name).read_bytes() == (other / name).read_bytes()


def script(name: str, *arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs train.py or infer.py and takes down what it says."""
    command = [sys.executable, str(ROOT / name), *map(str, arguments)]
    options = {"capture_output": True, "text": True, "timeout": 120, **options}
    if "input" not in options:
        options["stdin"] = subprocess.DEVNULL
    return subprocess.run(command, check=False, **options)
