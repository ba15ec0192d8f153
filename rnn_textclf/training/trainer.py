"""Trainer: the graph of a run, its batches and its checkpoints."""

import contextlib
import logging
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.console import progress
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.entities.swapping import EntityGroups
from rnn_textclf.runs.checkpoints import Checkpoints, checkpoint_steps
from rnn_textclf.runs.evaluation import evaluate
from rnn_textclf.runs.folder.history import EpochMetrics
from rnn_textclf.runs.prefix_evaluation import evaluate_prefixes, score_prefixes
from rnn_textclf.runs.sessions import device_description
from rnn_textclf.runs.training_result import TrainingResult, calibrated
from rnn_textclf.training.concurrency.interrupts import Interrupted, StopRequest
from rnn_textclf.training.concurrency.save_schedule import SaveSchedule
from rnn_textclf.training.data_summary import data_summary
from rnn_textclf.training.divergence import DivergedError, all_finite
from rnn_textclf.training.epochs import Epochs
from rnn_textclf.training.initialisation.entity_alignment import align_entities
from rnn_textclf.training.steps.prepared_run import PreparedRun, training_classifier
from rnn_textclf.training.steps.replica import Replica
from rnn_textclf.training.steps.training_batches import TrainingBatches

logger = logging.getLogger(__name__)


class Trainer:
    """The training of one classifier, in the default graph.

    Args:
      run: what is trained.
      schedule: when to save within an epoch.
      check_folder: called before each save; raises UserError where the folder is no longer the one that was locked.
      replica: takes the steps.

    Attributes:
      classifier: the graph.
      epochs: those finished.
    """

    def __init__(
        self, run: PreparedRun, schedule: SaveSchedule, check_folder: Callable[[], None], replica: Replica
    ) -> None:
        self._schedule, self._check_folder, self._replica = schedule, check_folder, replica
        self.folder, self.config, self._prepared = folder, config, prepared = run.folder, run.config, run.data
        options = config.train
        self._train = TrainingBatches(prepared, run.distillation, options, replica.share)
        self._valid, self._test = (Batches(*subset, options.batch_size) for subset in (prepared.valid, prepared.test))
        self._class_weights = run.class_weights
        self.classifier = training_classifier(run, self._train.steps_per_epoch, replica.exchange)
        self._checkpoints = Checkpoints(folder.path, tf.global_variables(), options.keep_checkpoints)
        self._best = Checkpoints(folder.best, self.classifier.weights)
        self._initialize = tf.global_variables_initializer()
        self._entities = EntityGroups(prepared.vocabulary) if options.swap_entities else None
        self._is_finite = all_finite(self.classifier.weights)
        self._step, self._gradient_norm = 0, 0.0
        self.epochs = Epochs(folder, options)

    def describe(self) -> None:
        """Logs the data, the network and the device."""
        model, words = self.config.model, len(self._prepared.vocabulary)
        weights = sum(variable.shape.num_elements() for variable in self.classifier.weights)
        for line in data_summary(self._prepared):
            logger.info(line)
        logger.info(
            f"Model: {model.rnn_unit}{' both ways' if model.bidirectional else ''}, "
            f"{model.num_layers} x {model.num_hidden_units} units, "
            f"{'' if model.pooling == 'last' else f'{model.pooling} pooling, '}"
            f"word vectors {words:,} x {model.embedding_size}, {weights:,} weights"
        )
        epochs, rows = self.config.train.num_epochs, self.config.train.batch_size
        logger.info(f"Training: {epochs:,} epochs of {self._train.steps_per_epoch:,} steps, up to {rows:,} rows a step")
        if self.classifier.wide and self.config.train.log_count_ratio:
            logger.info(
                "Train acc is high from the first epoch on: direct scores begin with the log-count ratios of the "
                "training rows (--log_count_ratio), which know these rows' classes; valid acc tells what is learned"
            )
        logger.info(f"Device: {device_description()}")

    def restore(self, session: Any) -> bool:
        """Initializes the weights and restores the last checkpoint; whether there was one.

        Raises:
          UserError: a checkpoint or `metrics.jsonl` is damaged.
        """
        session.run(self._initialize)
        restored = bool(checkpoint_steps(self.folder.path))
        if restored:
            self._step = self._checkpoints.restore(session)
            logger.info(f"Loading old model from: {self._checkpoints.path(self._step)}")
        self.epochs.read(self._step, self._train.steps_per_epoch)
        return restored

    def train_epoch(self, session: Any, stop: StopRequest) -> EpochMetrics:
        """Trains, or finishes, the next epoch, validates and saves it.

        Raises:
          Interrupted: the user asked to stop; the state is saved.
          UserError: the loss is not finite, or a checkpoint cannot be written.
        """
        began = time.monotonic()
        self._train_steps(session, stop)
        return self._close_epoch(session, began)

    def score_best(self, session: Any, keep_prefixes: bool = False) -> TrainingResult:
        """The result of the training: the best checkpoint on validation and test examples, calibrated if asked for.

        `keep_prefixes` is for results that are averaged; see `evaluate_prefixes`.
        """
        step = self._best.restore(session)
        num_classes, several = len(self._prepared.labels), self.config.corpus.multi_label
        valid, test = (
            evaluate_prefixes(
                score_prefixes(session, self.classifier, batches.by_length()), num_classes, several, keep_prefixes
            )
            for batches in (self._valid, self._test)
        )
        self._check_folder()
        temperature, valid, test = calibrated(self.folder, self.config, step, valid, test, self._class_weights)
        return TrainingResult(
            folder=self.folder,
            config=self.config,
            labels=self._prepared.labels,
            epochs=self.epochs.finished,
            best=self.epochs.best,
            temperature=temperature,
            valid=valid,
            test=test,
        )

    def interrupted(self, session: Any, stop: StopRequest) -> Interrupted:
        """Saves a checkpoint; the error that says so."""
        path = self._save(session)
        return stop.interrupted(f"Stopped after step {self._step}, saved as {path}; run the same command to go on")

    def _train_steps(self, session: Any, stop: StopRequest) -> None:
        """Takes the steps left in the epoch: all of them, or the rest after an interruption."""
        epoch, batch_size, count = len(self.epochs.finished), self.config.train.batch_size, self._train.steps_per_epoch
        done = self._step - epoch * count
        if not done:
            session.run(self.classifier.training.epoch_totals.initializer)
        self._schedule.begin(self._step)
        description = f"epoch {epoch + 1}/{self.config.train.num_epochs}"
        with progress(self._train.num_examples, description, "sentences") as bar:
            bar.update(min(done * batch_size, self._train.num_examples))
            steps = self._replica.steps(session, self.classifier, self._train, self._step, (epoch + 1) * count)
            for progress_made in steps:
                self._step, result = progress_made.step, progress_made.result
                self._gradient_norm = float(result.gradient_norm)
                if not (math.isfinite(result.loss) and math.isfinite(self._gradient_norm)):
                    raise self._diverged()
                bar.update(progress_made.num_examples)
                if stop.asked or self._schedule.is_due(self._step):
                    self._check_finite(session, progress_made.batch)
                    if stop.asked:
                        raise self.interrupted(session, stop)
                    self._save(session)

    def _close_epoch(self, session: Any, began: float) -> EpochMetrics:
        """Validates the epoch, and saves its weights if they are finite."""
        loss, right, count = session.run(self.classifier.training.epoch_totals)
        self._align_entities(session)
        with self._averaged(session):
            valid = evaluate(session, self.classifier, self._valid.by_length(), self.config.corpus.multi_label)
        valid_loss = valid.loss(self._class_weights)
        if not (math.isfinite(valid_loss) and session.run(self._is_finite)):
            raise self._diverged()
        self._save(session)
        epoch = EpochMetrics(
            epoch=len(self.epochs.finished) + 1,
            train_loss=float(loss / count),
            train_accuracy=float(right / count),
            valid_loss=valid_loss,
            valid_accuracy=valid.accuracy,
            valid_macro_f1=valid.macro_f1,
            learning_rate=self.epochs.learning_rate,
            seconds=time.monotonic() - began,
            step=self._step,
        )
        self.epochs.finished.append(epoch)
        if self.epochs.best is epoch:
            self._check_folder()
            with self._averaged(session):
                self._best.save(session, self._step)
        self._check_folder()
        self.epochs.write()
        return epoch

    def _check_finite(self, session: Any, batch: Batch) -> None:
        """Checks the weights, and what they make of the last batch: its step may have spoiled them."""
        losses = self.classifier.step(session, batch, "eval").losses if len(batch.lengths) else np.zeros(0)
        if not (np.isfinite(losses).all() and session.run(self._is_finite)):
            raise self._diverged()

    def _save(self, session: Any) -> Path:
        """Saves a checkpoint to resume from."""
        self._check_folder()
        began = time.monotonic()
        path = self._checkpoints.save(session, self._step)
        self._schedule.saved(self._step, time.monotonic() - began)
        return path

    @contextlib.contextmanager
    def _averaged(self, session: Any) -> Iterator[None]:
        """Swaps in the moving average of the weights, where there is one."""
        average = self.classifier.training.average
        with average.swap_in(session) if average else contextlib.nullcontext():
            if average:
                self._align_entities(session)
            yield

    def _align_entities(self, session: Any) -> None:
        if self._entities is not None:
            align_entities(session, self.classifier, self._prepared.vocabulary, self._entities)

    def _diverged(self) -> DivergedError:
        return DivergedError(self.folder.path, self._step, self.epochs.learning_rate, self._gradient_norm)
