"""The best epoch, the learning rate, and when training is over."""

import json
from pathlib import Path

import pytest

from rnn_textclf.config import TrainConfig
from rnn_textclf.errors import UserError
from rnn_textclf.runs.folder.history import EpochMetrics
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.training.epochs import Epochs


def after(losses: list[float], **options: float) -> Epochs:
    """Epochs with these validation losses."""
    epochs = Epochs(RunFolder(Path("nowhere")), TrainConfig(**options))
    for number, loss in enumerate(losses, start=1):
        epochs.finished.append(EpochMetrics(number, 0.5, 0.8, loss, 0.8, 0.01, 1.0, 4 * number))
    return epochs


def test_the_best_epoch_has_the_lowest_loss_and_is_the_first_of_equals() -> None:
    assert after([0.5, 0.3, 0.4, 0.3]).best.epoch == 2


def test_accuracy_or_macro_f1_choose_the_best_epoch_and_the_loss_decides_ties() -> None:
    measured = [(0.5, 0.8, 0.3), (0.4, 0.7, 0.9), (0.6, 0.9, 0.4), (0.3, 0.9, 0.9), (0.3, 0.9, 0.9)]
    for best_by, best in (("loss", 4), ("accuracy", 4), ("macro_f1", 4)):
        epochs = after([loss for loss, *_ in measured], best_by=best_by)
        epochs.finished = [
            epoch._replace(valid_accuracy=accuracy, valid_macro_f1=f1)
            for epoch, (_, accuracy, f1) in zip(epochs.finished, measured, strict=True)
        ]
        assert epochs.best.epoch == best
        epochs.finished = epochs.finished[:3]
        assert epochs.best.epoch == {"loss": 2, "accuracy": 3, "macro_f1": 2}[best_by]


def test_lines_of_earlier_versions_have_no_macro_f1(tmp_path: Path) -> None:
    epochs = after([0.5, 0.4])
    epochs._folder = RunFolder(tmp_path)
    epochs.write()
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    for line in lines:
        del line["valid_macro_f1"]
    RunFolder(tmp_path).write_metrics(lines)
    again = Epochs(RunFolder(tmp_path), TrainConfig())
    again.read(8, 4)
    assert again.finished == epochs.finished
    del lines[1]["valid_loss"]
    RunFolder(tmp_path).write_metrics(lines)
    with pytest.raises(UserError, match=r"metrics\.jsonl:2: not the line of epoch 2"):
        again.read(8, 4)


def test_the_learning_rate_decays_once_an_epoch() -> None:
    options = {"learning_rate": 0.1, "learning_rate_decay_factor": 0.5}
    assert [after([0.5] * count, **options).learning_rate for count in range(3)] == [0.1, 0.05, 0.025]


@pytest.mark.parametrize(
    ("losses", "options", "over"),
    [
        ([], {"num_epochs": 5}, False),
        ([0.5, 0.4], {"num_epochs": 3}, False),
        ([0.5, 0.4, 0.3], {"num_epochs": 3}, True),
        ([0.5, 0.4, 0.3], {"num_epochs": 2}, True),
        ([0.3, 0.4], {"num_epochs": 9, "patience": 2}, False),
        ([0.3, 0.4, 0.5], {"num_epochs": 9, "patience": 2}, True),
        ([0.3, 0.4, 0.2], {"num_epochs": 9, "patience": 2}, False),
        ([0.3, 0.4, 0.5, 0.6], {"num_epochs": 9, "patience": 0}, False),
    ],
)
def test_training_is_over_at_the_last_epoch_or_out_of_patience(
    losses: list[float], options: dict[str, int], over: bool
) -> None:
    assert after(losses, **options).are_over == over


def test_epochs_past_a_step_are_not_read(tmp_path: Path) -> None:
    epochs = after([0.5, 0.4, 0.3])
    epochs._folder = RunFolder(tmp_path)
    epochs.write()
    again = Epochs(RunFolder(tmp_path), TrainConfig())
    again.read(8, 4)
    assert again.finished == epochs.finished[:2]
