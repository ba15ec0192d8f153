"""The loop over the steps of an epoch, of a classifier or a language model: taken, checked, saved when it is time."""

import logging
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rnn_textclf.config import TrainConfig
from rnn_textclf.console import progress
from rnn_textclf.models.tf1 import Variable, tf
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.runs.checkpoints import Checkpoints, checkpoint_steps
from rnn_textclf.training.concurrency.interrupts import Interrupted, StopRequest
from rnn_textclf.training.concurrency.save_schedule import SaveSchedule
from rnn_textclf.training.divergence import DivergedError, all_finite
from rnn_textclf.training.steps.replica import Progress

logger = logging.getLogger(__name__)


class Model(Protocol):
    """A graph under training.

    weights: what is trained.
    epoch_totals: sums over the steps of an epoch, until their initializer runs.
    """

    weights: list[Variable]
    epoch_totals: Variable

    def losses(self, session: Any, batch: Batch) -> np.ndarray:
        """Loss of each example without dropout, `[B]`."""


class StepLoop:
    """The steps of a run, and its checkpoints to resume from. The graph is complete when it is made.

    Args:
      folder: of the run.
      model: the graph.
      options: how it is trained.
      num_examples: examples an epoch (>= 1).
      checkpoints: of all variables, in the folder.
      schedule: when to save within an epoch.
      check_folder: called before each save; raises UserError where the folder is no longer the one that was locked.

    Attributes:
      step: the global step.
      steps_per_epoch: steps an epoch.
    """

    def __init__(
        self,
        folder: Path,
        model: Model,
        options: TrainConfig,
        num_examples: int,
        checkpoints: Checkpoints,
        schedule: SaveSchedule,
        check_folder: Callable[[], None],
    ) -> None:
        self._folder, self._model, self._options, self._num_examples = folder, model, options, num_examples
        self._checkpoints, self._schedule, self._check_folder = checkpoints, schedule, check_folder
        self._initialize = tf.global_variables_initializer()
        self._is_finite = all_finite(model.weights)
        self.steps_per_epoch = -(-num_examples // options.batch_size)
        self.step, self._gradient_norm = 0, 0.0

    def restore(self, session: Any) -> bool:
        """Initializes the variables and restores the last checkpoint; whether there was one.

        Raises:
          UserError: the checkpoint is damaged.
        """
        session.run(self._initialize)
        if not checkpoint_steps(self._folder):
            return False
        self.step = self._checkpoints.restore(session)
        logger.info(f"Loading old model from: {self._checkpoints.path(self.step)}")
        return True

    def finish_epoch(
        self, session: Any, epoch: int, take: Callable[[int, int], Iterator[Progress]], stop: StopRequest
    ) -> None:
        """Takes the steps left in an epoch: all of them, or the rest after an interruption.

        Args:
          session: holds the variables.
          epoch: its number, from 0.
          take: takes the global steps from its first argument to before its second.
          stop: the user's request to stop.

        Raises:
          Interrupted: the user asked to stop; the state is saved.
          UserError: the numbers are not finite, or a checkpoint cannot be written.
        """
        done = self.step - epoch * self.steps_per_epoch
        if not done:
            session.run(self._model.epoch_totals.initializer)
        self._schedule.begin(self.step)
        with progress(self._num_examples, f"epoch {epoch + 1}/{self._options.num_epochs}", "sentences") as bar:
            bar.update(min(done * self._options.batch_size, self._num_examples))
            for made in take(self.step, (epoch + 1) * self.steps_per_epoch):
                self.step, self._gradient_norm = made.step, float(made.result.gradient_norm)
                self._check(epoch, math.isfinite(made.result.loss) and math.isfinite(self._gradient_norm))
                bar.update(made.num_examples)
                if stop.asked or self._schedule.is_due(self.step):
                    # The last step may have spoiled the weights, or what they make of its batch.
                    losses = self._model.losses(session, made.batch) if len(made.batch.lengths) else 0.0
                    self.check_finite(session, epoch, losses)
                    if stop.asked:
                        raise self.interrupted(session, stop)
                    self.save(session)

    def check_finite(self, session: Any, epoch: int, losses: np.ndarray | float) -> None:
        """Raises DivergedError where losses or the weights are not finite, in an epoch counted from 0."""
        self._check(epoch, bool(np.isfinite(losses).all() and session.run(self._is_finite)))

    def save(self, session: Any) -> Path:
        """Saves a checkpoint to resume from; its path."""
        self._check_folder()
        began = time.monotonic()
        path = self._checkpoints.save(session, self.step)
        self._schedule.saved(self.step, time.monotonic() - began)
        return path

    def interrupted(self, session: Any, stop: StopRequest) -> Interrupted:
        """Saves a checkpoint; the error that says so."""
        path = self.save(session)
        return stop.interrupted(f"Stopped after step {self.step}, saved as {path}; run the same command to go on")

    def _check(self, epoch: int, is_finite: bool) -> None:
        if not is_finite:
            rate = self._options.learning_rate * self._options.learning_rate_decay_factor**epoch
            raise DivergedError(self._folder, self.step, rate, self._gradient_norm)
