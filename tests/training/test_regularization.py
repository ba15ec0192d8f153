"""What regularizes, in whole runs: nothing of it outlasts training, and a resume repeats it bit for bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.config import TrainConfig
from rnn_textclf.models.layers.dropout import Dropout
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.checkpoints import checkpoint_steps
from rnn_textclf.training.concurrency.interrupts import Interrupted
from tests import graphs
from tests.tiny_runs import STEPS_PER_EPOCH, assert_same_run, job, train, variables
from tests.training.test_loop import interfere, press_ctrl_c

LAST = 3 * STEPS_PER_EPOCH
DECAY = 0.8
EACH = {
    "variational_dropout": True,
    "direct_dropout": 0.3,
    "word_dropout": 0.2,
    "weight_decay": 0.5,
    "label_smoothing": 0.1,
    "adversarial": 0.5,
    "average_weights": DECAY,
}


@pytest.fixture(scope="module")
def uninterrupted(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three epochs with all of it, without a stop; every checkpoint is kept."""
    run = tmp_path_factory.mktemp("runs") / "uninterrupted"
    train(job(run, data, keep_checkpoints=3, **EACH))
    return run


def test_a_run_that_was_stopped_goes_on_bit_for_bit(
    data: Path, uninterrupted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"keep_checkpoints": 3, **EACH}
    with monkeypatch.context() as patch:
        interfere(patch, STEPS_PER_EPOCH + 3, press_ctrl_c)
        with pytest.raises(Interrupted):
            train(job(tmp_path, data, **options))
    train(job(tmp_path, data, **options))
    assert_same_run(tmp_path, uninterrupted, LAST)
    (step,) = checkpoint_steps(tmp_path / "best")
    mine, theirs = variables(tmp_path / "best", step), variables(uninterrupted / "best", step)
    assert all((mine[name] == theirs[name]).all() for name in theirs)


def test_the_best_checkpoint_holds_the_mean_and_the_last_ones_the_weights(uninterrupted: Path) -> None:
    (step,) = checkpoint_steps(uninterrupted / "best")
    best, raw = variables(uninterrupted / "best", step), variables(uninterrupted, step)
    assert best.keys() < raw.keys()
    for name, value in best.items():
        late = (step - raw[f"{name}/taken_in"])[:, np.newaxis] if f"{name}/taken_in" in raw else 1
        total = raw[name] + DECAY**late * (raw[f"{name}/average"] - raw[name])
        np.testing.assert_allclose(value, total / (1 - DECAY**step), atol=1e-5)
    assert not np.allclose(best["embedding"], raw["embedding"], atol=1e-4)


@pytest.fixture(scope="module")
def plain_weights() -> list[np.ndarray]:
    """After three steps without any of it."""
    return weights_after_steps()


def weights_after_steps(**options: Any) -> list[np.ndarray]:
    batch = graphs.batch([[2, 3, 4, 5, 3], [6, 7], [8]], [0, 1, 1])
    training = TrainConfig(dropout=0.3, learning_rate=0.01, **options)
    with graphs.classifier(training, stems=True, direct_scores=True) as (model, session):
        for _ in range(3):
            model.step(session, batch, "train")
        return session.run(model.weights)


@pytest.mark.parametrize("name", [name for name in EACH if name != "average_weights"])
def test_each_changes_what_is_learned(name: str, plain_weights: list[np.ndarray]) -> None:
    found = weights_after_steps(**{name: EACH[name]})
    assert any(not np.allclose(*pair, atol=1e-5) for pair in zip(found, plain_weights, strict=True))


def test_averaging_changes_what_is_judged_alone(plain_weights: list[np.ndarray]) -> None:
    graphs.assert_close(weights_after_steps(average_weights=DECAY), plain_weights)


def test_evaluation_and_sampling_know_nothing_of_it() -> None:
    found = []
    batch = graphs.batch([[2, 3, 4, 5, 3], [6, 7], [8]], [0, 1, 1], padding=1)
    for training in (TrainConfig(), TrainConfig(**EACH)):
        with graphs.classifier(training, stems=True, direct_scores=True) as (model, session):
            for _ in range(2):
                scored = (model.step(session, batch, "eval"), model.step(session, batch, "sample"))
                found.append(tf.nest.flatten(scored))
    for values in zip(*found, strict=True):
        for value in values[1:]:
            np.testing.assert_array_equal(values[0], value)


@pytest.mark.parametrize("variational", [True, False])
def test_a_held_mask_is_the_same_after_every_word(variational: bool) -> None:
    """A net without memory says the same of a word each time only where the same is dropped each time."""
    with graphs.classifier(rnn_unit="rnn", num_layers=2, num_hidden_units=40) as (model, session):
        for cell in model.encoder.cells:
            cell.recurrent_kernel.load(np.zeros([40, 40], "f"), session)
        dropout = Dropout(0.5, 1, tf.constant(7), variational)
        ids = tf.constant([[3] * 6, [3] * 6])
        outputs = session.run(model.encoder(ids, tf.constant([6, 6]), model.encoder.zero_state(2), dropout).outputs)
    first = np.broadcast_to(outputs[:1], outputs.shape)
    assert np.allclose(outputs, first, atol=1e-6) == variational
    assert not np.allclose(outputs[:, 0], outputs[:, 1], atol=1e-3)  # each sentence has its own
