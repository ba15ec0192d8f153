"""What messages about a run folder advise is done here, and works."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.runs.calibration import read_temperature
from rnn_textclf.runs.checkpoints import checkpoint_steps
from rnn_textclf.runs.folder.run_folder import RunFolder
from tests.tiny_runs import job, train

OPTIONS = {"num_epochs": 8, "learning_rate": 0.05, "dropout": 0.0, "valid_fraction": 0.2, "test_fraction": 0.2}


@pytest.fixture
def run(scored_run: Any, tmp_path: Path) -> RunFolder:
    return RunFolder(Path(shutil.copytree(scored_run.folder.path, tmp_path / "run")))


@pytest.mark.parametrize("content", ["{", '{"temperature": 1e300, "step": 32}', None])
def test_training_again_fits_a_temperature_that_is_damaged_or_lost(
    content: str | None, run: RunFolder, scored_run: Any
) -> None:
    (step,) = checkpoint_steps(run.best)
    before = read_temperature(run, step)
    if content is None:
        run.calibration_path.unlink()
    else:
        run.calibration_path.write_text(content)
    with pytest.raises(UserError, match=r"calibration\.json"):
        read_temperature(run, step)
    train(job(run.path, Path(scored_run.config.data.data_dir), **OPTIONS))
    assert read_temperature(run, step) == before


def test_overwriting_ends_a_damaged_history(run: RunFolder, scored_run: Any) -> None:
    run.history_path.write_text("{\n")
    run.checksums.path.unlink()
    data = Path(scored_run.config.data.data_dir)
    with pytest.raises(UserError, match=r"metrics\.jsonl:1: .*start anew with --overwrite"):
        train(job(run.path, data, **OPTIONS))
    train(job(run.path, data, overwrite=True, **OPTIONS | {"num_epochs": 1}))
    assert [epoch["epoch"] for epoch in run.read_metrics()] == [1]


def test_a_lost_checkpoint_folder_is_advised_to_be_restored(run: RunFolder) -> None:
    aside = run.best.rename(run.path / "aside")
    run.best.mkdir()
    from rnn_textclf.inference.predictor import Predictor

    with pytest.raises(UserError, match=r"best: no model\.ckpt-N here; let train\.py finish an epoch, or restore"):
        Predictor.load(run.path, 1)
    run.best.rmdir()
    aside.rename(run.best)
    assert Predictor.load(run.path, 1).predict(["the film shines"])
