"""What is known of each epoch: a line of `metrics.jsonl`, a row of the table, a point in TensorBoard."""

from typing import Any, NamedTuple

from rnn_textclf import console
from rnn_textclf.errors import UserError
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.run_folder import RunFolder


class EpochMetrics(NamedTuple):
    """One line of `metrics.jsonl`; losses in nats, accuracies in [0, 1]; step: after the epoch."""

    epoch: int
    train_loss: float
    train_accuracy: float
    valid_loss: float
    valid_accuracy: float
    learning_rate: float
    seconds: float
    step: int


COLUMNS = {
    "epoch": console.Column("epoch", "d"),
    "train_loss": console.Column("train loss", ".4f"),
    "train_accuracy": console.Column("train acc", ".2%"),
    "valid_loss": console.Column("valid loss", ".4f"),
    "valid_accuracy": console.Column("valid acc", ".2%"),
    "learning_rate": console.Column("learning rate", ".3g"),
    "seconds": console.Column("seconds", ".1f"),
}


def read_epochs(folder: RunFolder, step: int, steps_per_epoch: int) -> list[EpochMetrics]:
    """The epochs up to `step`; one whose row is there but whose checkpoint was lost is to be trained again.

    Raises:
      UserError: the rows are not those of the epochs 1, 2, … that lead to `step`.
    """
    rows = []
    for number, values in enumerate(folder.read_metrics(), start=1):
        if not _is_epoch(values, number, number * steps_per_epoch):
            raise UserError(
                f"{folder.metrics_path}:{number}: not the row of epoch {number}; restore the file, "
                "or start anew with --overwrite"
            )
        rows.append(EpochMetrics(**values))
    rows = [row for row in rows if row.step <= step]
    if step > (len(rows) + 1) * steps_per_epoch:
        raise UserError(
            f"{folder.metrics_path}: ends with epoch {len(rows)}, but model.ckpt-{step} is past "
            "the next one; restore the file, or start anew with --overwrite"
        )
    return rows


def write_epochs(folder: RunFolder, rows: list[EpochMetrics]) -> None:
    """Puts `rows` into `metrics.jsonl`."""
    folder.write_metrics([row._asdict() for row in rows])


def write_events(events: Any, row: EpochMetrics) -> None:
    """Shows the row to TensorBoard, at its step."""
    values = [
        tf.Summary.Value(tag=name, simple_value=value)
        for name, value in row._asdict().items()
        if name not in ("epoch", "step")
    ]
    events.add_summary(tf.Summary(value=values), row.step)
    events.flush()


def _is_epoch(values: Any, epoch: int, step: int) -> bool:
    if not isinstance(values, dict) or set(values) != set(EpochMetrics._fields):
        return False
    numbers = all(isinstance(value, int | float) for value in values.values())
    return numbers and values["epoch"] == epoch and values["step"] == step
