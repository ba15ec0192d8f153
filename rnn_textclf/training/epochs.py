"""Epochs of a run: their number by default, its history, the best epoch, and when training ends."""

import dataclasses
import math

from rnn_textclf.config import TrainConfig
from rnn_textclf.runs.folder.history import EpochMetrics, read_history, write_history
from rnn_textclf.runs.folder.run_folder import RunFolder

_FEWEST_EPOCHS, MOST_EPOCHS = 5, 40
_EXAMPLES_TO_READ = 10_000  # In all epochs together; from 2,000 training examples on, the fewest epochs read as many.


def with_epochs(options: TrainConfig, num_examples: int) -> TrainConfig:
    """The options with a number of epochs for `num_examples` (>= 1) training examples, unless one is set.

    The fewer examples, the fewer steps an epoch has, so that small corpora are read more often. Validation keeps the
    best epoch.
    """
    if options.num_epochs:
        return options
    epochs = min(max(math.ceil(_EXAMPLES_TO_READ / num_examples), _FEWEST_EPOCHS), MOST_EPOCHS)
    return dataclasses.replace(options, num_epochs=epochs)


class Epochs:
    """The epochs that a run has `finished`, kept in `metrics.jsonl`."""

    def __init__(self, folder: RunFolder, options: TrainConfig) -> None:
        self._folder, self._options = folder, options
        self.finished: list[EpochMetrics] = []

    def read(self, step: int, steps_per_epoch: int) -> None:
        """Reads the epochs up to a global step; see `read_history` for the errors."""
        self.finished = read_history(self._folder, step, steps_per_epoch)

    def write(self) -> None:
        """Stores the epochs."""
        write_history(self._folder, self.finished)

    @property
    def best(self) -> EpochMetrics:
        """The epoch that `best_by` chooses on the validation examples; the loss decides ties, then the first."""
        return max(self.finished, key=lambda epoch: (self._score(epoch), -epoch.valid_loss))

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next epoch."""
        return self._options.learning_rate * self._options.learning_rate_decay_factor ** len(self.finished)

    def _score(self, epoch: EpochMetrics) -> float:
        if self._options.best_by == "macro_f1":
            return epoch.valid_macro_f1 or 0.0
        return epoch.valid_accuracy if self._options.best_by == "accuracy" else -epoch.valid_loss

    @property
    def are_over(self) -> bool:
        """Whether the last epoch, or early stopping, has ended the training."""
        count, patience = len(self.finished), self._options.patience
        return count >= self._options.num_epochs or bool(patience and count and count - self.best.epoch >= patience)
