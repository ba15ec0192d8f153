"""History of epochs: a line each in `metrics.jsonl`, and in the table on stdout."""

from typing import Any, NamedTuple

from rnn_textclf.console import Column
from rnn_textclf.errors import UserError
from rnn_textclf.runs.folder.run_folder import RunFolder


class EpochMetrics(NamedTuple):
    """One line of `metrics.jsonl`; losses in nats, accuracies and F1 in [0, 1]; step: after the epoch.

    `valid_macro_f1` is None where an earlier version wrote the line.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    valid_loss: float
    valid_accuracy: float
    learning_rate: float
    seconds: float
    step: int
    valid_macro_f1: float | None = None


COLUMNS = {
    "epoch": Column("epoch", "d"),
    "train_loss": Column("train loss", ".4f"),
    "train_accuracy": Column("train acc", ".2%"),
    "valid_loss": Column("valid loss", ".4f"),
    "valid_accuracy": Column("valid acc", ".2%"),
    "learning_rate": Column("learning rate", ".3g"),
    "seconds": Column("seconds", ".1f"),
}


def read_history(folder: RunFolder, step: int, steps_per_epoch: int) -> list[EpochMetrics]:
    """The epochs up to a step; later ones lost their checkpoint and are trained again.

    Raises:
      UserError: the lines are not those of the epochs 1, 2, … that lead to the step.
    """
    history = []
    for number, values in enumerate(folder.read_metrics(), start=1):
        if not _is_epoch(values, number, number * steps_per_epoch):
            raise UserError(
                f"{folder.history_path}:{number}: not the line of epoch {number}; restore the file, "
                "or start anew with --overwrite"
            )
        history.append(EpochMetrics(**values))
    history = [epoch for epoch in history if epoch.step <= step]
    if step > (len(history) + 1) * steps_per_epoch:
        raise UserError(
            f"{folder.history_path}: ends with epoch {len(history)}, but model.ckpt-{step} is past "
            "the next one; restore the file, or start anew with --overwrite"
        )
    return history


def write_history(folder: RunFolder, history: list[EpochMetrics]) -> None:
    """Replaces `metrics.jsonl`, all at once, so that no line is ever cut off."""
    folder.write_metrics([epoch._asdict() for epoch in history])


def _is_epoch(values: Any, epoch: int, step: int) -> bool:
    fields, optional = set(EpochMetrics._fields), set(EpochMetrics._field_defaults)
    if not isinstance(values, dict) or not fields - optional <= set(values) <= fields:
        return False
    numbers = all(isinstance(value, int | float) for name, value in values.items() if name not in optional)
    return numbers and values["epoch"] == epoch and values["step"] == step
