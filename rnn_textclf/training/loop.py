"""Training loop: epochs until the last one, early stopping, or the user ends it."""

import logging
from typing import Any

from rnn_textclf.console import LiveTable
from rnn_textclf.runs.folder.history import COLUMNS, EpochMetrics
from rnn_textclf.training.concurrency.interrupts import graceful_stop
from rnn_textclf.training.tensorboard.events import TrainingEvents
from rnn_textclf.training.trainer import Trainer

logger = logging.getLogger(__name__)


def fit(trainer: Trainer, session: Any, events: TrainingEvents, show_epochs: bool = True) -> None:
    """Trains the epochs that are left: each is a point in TensorBoard and, if shown, a row of the table.

    Raises:
      Interrupted, UserError: see `Trainer.train_epoch`.
    """
    widest = EpochMetrics(trainer.config.train.num_epochs, 99.0, 1.0, 99.0, 1.0, 1.234e-05, 9999.9, 0)
    table = LiveTable(list(COLUMNS.values()), _cells(widest))
    if show_epochs and trainer.epochs.are_over:
        count = len(trainer.epochs.finished)
        logger.info(f"Already at {count:,} epoch{'s' if count > 1 else ''}; a larger --num_epochs trains up to that")
    elif show_epochs:
        table.header()
    with events, graceful_stop() as stop:
        while not trainer.epochs.are_over:
            if stop.asked:
                raise trainer.interrupted(session, stop)
            epoch = trainer.train_epoch(session, stop)
            if show_epochs:
                table.row(_cells(epoch))
            events.add_epoch(session, epoch)


def _cells(epoch: EpochMetrics) -> list[Any]:
    return [getattr(epoch, name) for name in COLUMNS]
