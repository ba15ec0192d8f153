"""What messages about a run folder advise is done here, and works."""

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.calibration import read_temperature
from rnn_textclf.runs.checkpoints import Checkpoints, checkpoint_steps
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions
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


def test_a_run_on_a_read_only_disk_is_copied_to_a_disk_that_is_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    with Sessions().new_graph() as session:
        variable = tf.get_variable("v", [3])
        session.run(tf.global_variables_initializer())
        Checkpoints(tmp_path / "run", [variable]).save(session, 1)
        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", refuse)
            with pytest.raises(UserError, match=r"cannot be written .*make the folder writable, or copy it to a disk"):
                Checkpoints(tmp_path / "run", [variable]).save(session, 2)
        shutil.copytree(tmp_path / "run", tmp_path / "elsewhere")
        copied = Checkpoints(tmp_path / "elsewhere", [variable])
        assert copied.restore(session) == 1
        copied.save(session, 2)
        assert copied.restore(session) == 2


def test_without_the_files_of_a_damaged_checkpoint_the_one_before_is_used(tmp_path: Path) -> None:
    with Sessions().new_graph() as session:
        variable = tf.get_variable("v", [3])
        session.run(tf.global_variables_initializer())
        checkpoints = Checkpoints(tmp_path, [variable], keep=2)
        for step in (1, 2):
            variable.load(np.full(3, step), session)
            checkpoints.save(session, step)
        [data] = tmp_path.glob("model.ckpt-2.data-*")
        data.write_bytes(bytes(len(data.read_bytes())))
        with pytest.raises(UserError, match=r"remove its files, so that model\.ckpt-1 is used"):
            checkpoints.restore(session)
        for path in tmp_path.glob("model.ckpt-2.*"):
            path.unlink()
        assert checkpoints.restore(session) == 1
        np.testing.assert_array_equal(session.run(variable), [1, 1, 1])
