"""The loop: it learns, it stops and goes on as if it had not, and what goes wrong harms nothing."""

import json
import math
import os
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.checkpoints import checkpoint_steps
from rnn_textclf.runs.training_result import TrainingResult
from rnn_textclf.training.concurrency.interrupts import Interrupted
from tests.runs.test_checkpoints import disk_full_after
from tests.tiny_runs import STEPS_PER_EPOCH, assert_same_run, job, rows, train, variables

LAST = 3 * STEPS_PER_EPOCH


@pytest.fixture(scope="module")
def uninterrupted(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three epochs with dropout and decay, without a stop."""
    run = tmp_path_factory.mktemp("runs") / "uninterrupted"
    train(job(run, data))
    return run


@pytest.fixture
def finished(uninterrupted: Path, tmp_path: Path) -> Path:
    """A copy of it, to be harmed."""
    return shutil.copytree(uninterrupted, tmp_path / "finished")


def interfere(monkeypatch: pytest.MonkeyPatch, at: int, act: Callable[[Any], Any]) -> None:
    """Calls `act` on the result of the `at`-th training step, counted from 1; its result takes the place."""
    step, calls = TextClassifier.step, []

    def watched(self: TextClassifier, session: Any, batch: Any, mode: Any) -> Any:
        result = step(self, session, batch, mode)
        if mode == "train":
            calls.append(mode)
            if len(calls) == at:
                return act(result)
        return result

    monkeypatch.setattr(TextClassifier, "step", watched)


def press_ctrl_c(result: Any) -> Any:
    os.kill(os.getpid(), signal.SIGINT)
    return result


def kill(result: Any) -> Any:
    raise SystemError("killed")


def test_forty_sentences_are_learned_to_the_last(data: Path, tmp_path: Path) -> None:
    options = {"num_epochs": 12, "learning_rate": 0.05, "dropout": 0.0}
    outcome = train(job(tmp_path, data, **options))
    assert rows(tmp_path)[-1]["train_accuracy"] == 1.0
    right = outcome.test.probabilities.argmax(1) == outcome.test.targets.argmax(1)
    assert right.mean() > outcome.test.targets.mean(0).max()


def test_epochs_are_recorded(uninterrupted: Path) -> None:
    epochs = rows(uninterrupted)
    assert [row["epoch"] for row in epochs] == [1, 2, 3]
    assert [row["step"] for row in epochs] == [4, 8, 12]
    np.testing.assert_allclose([row["learning_rate"] for row in epochs], [0.01, 0.009, 0.0081])
    assert all(0 <= row[name] <= 1 for row in epochs for name in ("train_accuracy", "valid_accuracy"))


def test_the_last_checkpoints_and_the_best_are_kept_apart(uninterrupted: Path) -> None:
    assert checkpoint_steps(uninterrupted) == [8, 12]
    best = min(rows(uninterrupted), key=lambda row: row["valid_loss"])
    assert checkpoint_steps(uninterrupted / "best") == [best["step"]]


def test_the_best_checkpoint_holds_weights_alone(uninterrupted: Path) -> None:
    (step,) = checkpoint_steps(uninterrupted / "best")
    best = variables(uninterrupted / "best", step)
    assert not [name for name in best if "Adam" in name or name in ("global_step", "epoch_totals")]
    assert best.keys() < variables(uninterrupted, LAST).keys()
    assert variables(uninterrupted, LAST)["global_step"] == LAST


def test_the_table_is_on_stdout_and_talk_on_stderr(
    data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    train(job(tmp_path / "run", data, num_epochs=1))
    shown = capfd.readouterr()
    header, first = shown.out.splitlines()[:2]
    assert header.split("  ")[0] == "epoch"
    assert first.split()[0] == "1"
    assert len(header) == len(first)
    for word in (tf.__version__, "CPU", "Corpus: rt-polarity", "weights"):
        assert word in shown.err
    assert "\r" not in shown.err
    assert "sentences/s" not in shown.err


def test_a_run_that_stopped_after_an_epoch_goes_on_as_if_it_had_not(
    data: Path, uninterrupted: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    train(job(tmp_path / "run", data, num_epochs=1))
    split = (tmp_path / "run" / "split.json").read_bytes()
    capfd.readouterr()
    train(job(tmp_path / "run", data, num_epochs=3))
    assert f"Loading old model from: {tmp_path}/run/model.ckpt-{STEPS_PER_EPOCH}\n" in capfd.readouterr().err
    assert (tmp_path / "run" / "split.json").read_bytes() == split
    assert_same_run(tmp_path / "run", uninterrupted, LAST)


@pytest.mark.parametrize("at", [pytest.param(STEPS_PER_EPOCH, marks=pytest.mark.slow), STEPS_PER_EPOCH + 3])
def test_ctrl_c_finishes_the_step_saves_and_goes_on_as_if_nothing_had_been(
    at: int, data: Path, uninterrupted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    with monkeypatch.context() as patch:
        interfere(patch, at, press_ctrl_c)
        with pytest.raises(Interrupted) as stopped:
            train(job(run, data))
    assert stopped.value.exit_status == 130
    saved = f"Stopped after step {at}, saved as {run}/model.ckpt-{at}"
    assert str(stopped.value) == f"{saved}; run the same command to go on"
    assert checkpoint_steps(run)[-1] == at
    train(job(run, data))
    assert_same_run(run, uninterrupted, LAST)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_other_signals_save_as_ctrl_c_does(
    number: signal.Signals, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interfere(monkeypatch, 2, lambda result: os.kill(os.getpid(), number) or result)
    with pytest.raises(Interrupted) as stopped:
        train(job(tmp_path, data))
    assert stopped.value.exit_status == 128 + number
    assert checkpoint_steps(tmp_path) == [2]


def test_a_kill_in_mid_epoch_goes_on_from_the_last_checkpoint(
    data: Path, uninterrupted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"checkpoint_steps": 2, "checkpoint_minutes": 0.0}
    with monkeypatch.context() as patch:
        interfere(patch, STEPS_PER_EPOCH + 3, kill)
        with pytest.raises(SystemError):
            train(job(tmp_path, data).replace(**options))
    assert checkpoint_steps(tmp_path) == [STEPS_PER_EPOCH, STEPS_PER_EPOCH + 2]
    train(job(tmp_path, data).replace(**options))
    assert_same_run(tmp_path, uninterrupted, LAST)


@pytest.mark.parametrize("replaced", [False, True])
def test_a_run_folder_that_is_removed_or_replaced_ends_training_with_one_line(
    replaced: bool, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"

    def remove(result: Any) -> Any:
        shutil.rmtree(run)
        if replaced:
            run.mkdir()
            (run / "mine").write_text("")
        return result

    interfere(monkeypatch, STEPS_PER_EPOCH + 2, remove)
    with pytest.raises(UserError, match="run: was removed or replaced while this process trained in it"):
        train(job(run, data))
    assert sorted(path.name for path in tmp_path.rglob("*")) == (["mine", "run"] if replaced else [])


def test_a_kill_in_mid_epoch_goes_on_from_the_last_epoch(
    data: Path, uninterrupted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        interfere(patch, STEPS_PER_EPOCH + 2, kill)
        with pytest.raises(SystemError):
            train(job(tmp_path, data))
    assert checkpoint_steps(tmp_path) == [STEPS_PER_EPOCH]
    train(job(tmp_path, data))
    assert_same_run(tmp_path, uninterrupted, LAST)


def test_a_kill_before_the_first_checkpoint_begins_again(
    data: Path, uninterrupted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        interfere(patch, 2, kill)
        with pytest.raises(SystemError):
            train(job(tmp_path, data))
    train(job(tmp_path, data))
    assert_same_run(tmp_path, uninterrupted, LAST)


def lose_last_checkpoint(run: Path) -> None:
    for path in run.glob(f"model.ckpt-{LAST}.*"):
        path.unlink()


def lose_last_row(run: Path) -> None:
    lines = (run / "metrics.jsonl").read_text().splitlines(keepends=True)
    (run / "metrics.jsonl").write_text("".join(lines[:-1]))


def cut_last_row(run: Path) -> None:
    text = (run / "metrics.jsonl").read_text()
    (run / "metrics.jsonl").write_text(text[:-20])


def lose_index_of_last_checkpoint(run: Path) -> None:
    (run / f"model.ckpt-{LAST}.index").unlink()


def lose_encoded_corpus(run: Path) -> None:
    shutil.rmtree(run / "encoded")


@pytest.mark.parametrize(
    "harm",
    [lose_last_checkpoint, lose_last_row, cut_last_row, lose_index_of_last_checkpoint, lose_encoded_corpus],
)
def test_a_kill_between_two_writes_is_made_good(
    harm: Callable[[Path], None], data: Path, uninterrupted: Path, finished: Path
) -> None:
    harm(finished)
    train(job(finished, data))
    assert_same_run(finished, uninterrupted, LAST)
    best = checkpoint_steps(finished / "best")
    assert best == checkpoint_steps(uninterrupted / "best")
    mine, theirs = variables(finished / "best", best[0]), variables(uninterrupted / "best", best[0])
    assert all((mine[name] == theirs[name]).all() for name in theirs)


def lose_metrics(run: Path) -> None:
    (run / "metrics.jsonl").unlink()


def swap_rows(run: Path) -> None:
    lines = (run / "metrics.jsonl").read_text().splitlines(keepends=True)
    (run / "metrics.jsonl").write_text("".join(reversed(lines)))


def add_a_key(run: Path) -> None:
    text = (run / "metrics.jsonl").read_text()
    (run / "metrics.jsonl").write_text(text.replace('{"epoch"', '{"more": 1, "epoch"'))


def cut_checkpoint(run: Path) -> None:
    path = run / f"model.ckpt-{LAST}.data-00000-of-00001"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lose_metrics, "metrics.jsonl: ends with epoch 0, but model.ckpt-12 is past the next one"),
        (swap_rows, "metrics.jsonl:1: not the line of epoch 1"),
        (add_a_key, "metrics.jsonl:1: not the line of epoch 1"),
        (cut_checkpoint, "model.ckpt-12: the checkpoint is damaged"),
    ],
)
def test_what_cannot_be_made_good_is_one_line(
    harm: Callable[[Path], None], message: str, data: Path, finished: Path
) -> None:
    (finished / "checksums.json").unlink()
    harm(finished)
    with pytest.raises(UserError) as error:
        train(job(finished, data))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_finished_run_is_only_tested_again(data: Path, finished: Path) -> None:
    before = rows(finished)
    outcome = train(job(finished, data))
    assert isinstance(outcome, TrainingResult)
    assert rows(finished) == before


@pytest.mark.slow
def test_keep_checkpoints_is_honoured(data: Path, tmp_path: Path) -> None:
    train(job(tmp_path, data, keep_checkpoints=1, num_epochs=2))
    assert checkpoint_steps(tmp_path) == [8]
    train(job(tmp_path, data, keep_checkpoints=3, num_epochs=5))
    assert checkpoint_steps(tmp_path) == [12, 16, 20]


def test_patience_stops_early_and_a_resume_stays_stopped(data: Path, tmp_path: Path) -> None:
    options = {"patience": 1, "num_epochs": 40, "learning_rate": 0.05, "dropout": 0.0, "keep_checkpoints": 1}
    train(job(tmp_path, data, **options))
    epochs = rows(tmp_path)
    assert len(epochs) < 40
    best = min(epochs, key=lambda row: row["valid_loss"])
    assert len(epochs) - best["epoch"] == 1
    train(job(tmp_path, data, **options))
    assert rows(tmp_path) == epochs


def test_a_loss_that_is_not_finite_stops_with_step_and_learning_rate(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interfere(monkeypatch, 6, lambda result: result._replace(loss=math.nan))
    with pytest.raises(UserError) as error:
        train(job(tmp_path, data))
    message = str(error.value)
    assert re.search(r"not finite at step 6 with learning rate 0\.009 and gradient norm \d+", message)
    assert message.endswith(f"{tmp_path}/model.ckpt-4 is kept")
    assert checkpoint_steps(tmp_path) == [4]
    assert all(np.isfinite(value).all() for value in variables(tmp_path, 4).values())


def test_a_learning_rate_that_spoils_the_weights_saves_none_of_them(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"not finite at step \d+ .* rate 1e\+38.*nothing was saved yet"):
        train(job(tmp_path, data, learning_rate=1e38, batch_size=64).replace(checkpoint_steps=1))
    assert checkpoint_steps(tmp_path) == []


def test_a_full_disk_stops_with_one_line_and_the_run_goes_on_when_there_is_room(
    data: Path, uninterrupted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = (uninterrupted / f"model.ckpt-{LAST}.data-00000-of-00001").stat().st_size
    train(job(tmp_path, data, num_epochs=1))
    with (
        disk_full_after(size - 1),
        pytest.raises(UserError, match=r"ckpt-8: cannot be written \(.*free some"),
    ):
        train(job(tmp_path, data, num_epochs=3))
    assert checkpoint_steps(tmp_path) == [4]
    train(job(tmp_path, data, num_epochs=3))
    assert_same_run(tmp_path, uninterrupted, LAST)


def test_a_model_larger_than_memory_is_one_line(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(result: Any) -> Any:
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor\nwith shape")

    interfere(monkeypatch, 2, out_of_memory)
    with pytest.raises(UserError, match="Not enough memory for this model: lower --num_hidden_units"):
        train(job(tmp_path, data))


def test_an_error_while_weights_are_made_is_told_as_what_it_is(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing() -> Any:
        return tf.gather(tf.zeros([2]), tf.placeholder_with_default([5], [1]))

    monkeypatch.setattr(tf, "global_variables_initializer", failing)
    with pytest.raises(UserError, match=r"InvalidArgumentError: indices\[0\] = 5 is not in"):
        train(job(tmp_path, data))


def test_nothing_is_added_to_the_graph_while_it_trains(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def finalized(result: Any) -> Any:
        with pytest.raises(RuntimeError, match="finalized"):
            tf.constant(1)
        return result

    interfere(monkeypatch, 2, finalized)
    train(job(tmp_path, data, num_epochs=1))


def test_config_of_a_run_is_whole_json(uninterrupted: Path) -> None:
    values = json.loads((uninterrupted / "config.json").read_text())
    assert values["train"]["num_epochs"] == 3


def test_a_run_that_has_all_its_epochs_says_so(data: Path, tmp_path: Path, messages: list[str]) -> None:
    once = job(tmp_path / "run", data, num_epochs=1)
    train(once)
    train(once)
    assert messages[-1] == "Already at 1 epoch; a larger --num_epochs trains up to that"
