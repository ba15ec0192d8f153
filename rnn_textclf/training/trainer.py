"""Trainer: the graph of a run, its batches and its checkpoints."""

import contextlib
import functools
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.entities.swapping import EntityGroups
from rnn_textclf.runs.checkpoints import Checkpoints
from rnn_textclf.runs.evaluation import evaluate
from rnn_textclf.runs.folder.history import EpochMetrics
from rnn_textclf.runs.prefix_evaluation import evaluate_prefixes, score_prefixes
from rnn_textclf.runs.sessions import device_description
from rnn_textclf.runs.training_result import TrainingResult, calibrated
from rnn_textclf.training.concurrency.interrupts import Interrupted, StopRequest
from rnn_textclf.training.concurrency.save_schedule import SaveSchedule
from rnn_textclf.training.data_summary import data_summary
from rnn_textclf.training.epochs import Epochs
from rnn_textclf.training.initialisation.entity_alignment import align_entities
from rnn_textclf.training.steps.prepared_run import PreparedRun, training_classifier
from rnn_textclf.training.steps.replica import Replica
from rnn_textclf.training.steps.step_loop import StepLoop
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
        self._check_folder, self._replica = check_folder, replica
        self.folder, self.config, self._prepared = folder, config, prepared = run.folder, run.config, run.data
        options = config.train
        self._train = TrainingBatches(prepared, run.distillation, options, replica.share)
        self._valid, self._test = (Batches(*subset, options.batch_size) for subset in (prepared.valid, prepared.test))
        self._class_weights = run.class_weights
        self.classifier = training_classifier(run, self._train.steps_per_epoch, replica.exchange)
        checkpoints = Checkpoints(folder.path, tf.global_variables(), options.keep_checkpoints)
        self._loop = StepLoop(
            folder.path, self.classifier, options, self._train.num_examples, checkpoints, schedule, check_folder
        )
        self._best = Checkpoints(folder.best, self.classifier.weights)
        self._entities = EntityGroups(prepared.vocabulary) if options.swap_entities else None
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
        logger.info(f"Training: {epochs:,} epochs of {self._loop.steps_per_epoch:,} steps, up to {rows:,} rows a step")
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
        restored = self._loop.restore(session)
        self.epochs.read(self._loop.step, self._loop.steps_per_epoch)
        return restored

    def train_epoch(self, session: Any, stop: StopRequest) -> EpochMetrics:
        """Trains, or finishes, the next epoch, validates and saves it.

        Raises:
          Interrupted: the user asked to stop; the state is saved.
          UserError: the loss is not finite, or a checkpoint cannot be written.
        """
        began, number = time.monotonic(), len(self.epochs.finished)
        take = functools.partial(self._replica.steps, session, self.classifier, self._train)
        self._loop.finish_epoch(session, number, take, stop)
        return self._close_epoch(session, number, began)

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
        return self._loop.interrupted(session, stop)

    def _close_epoch(self, session: Any, number: int, began: float) -> EpochMetrics:
        """Validates the epoch, and saves its weights if they are finite."""
        loss, right, count = session.run(self.classifier.training.epoch_totals)
        self._align_entities(session)
        with self._averaged(session):
            valid = evaluate(session, self.classifier, self._valid.by_length(), self.config.corpus.multi_label)
        valid_loss = valid.loss(self._class_weights)
        self._loop.check_finite(session, number, valid_loss)
        self._loop.save(session)
        epoch = EpochMetrics(
            epoch=number + 1,
            train_loss=float(loss / count),
            train_accuracy=float(right / count),
            valid_loss=valid_loss,
            valid_accuracy=valid.accuracy,
            valid_macro_f1=valid.macro_f1,
            learning_rate=self.epochs.learning_rate,
            seconds=time.monotonic() - began,
            step=self._loop.step,
        )
        self.epochs.finished.append(epoch)
        if self.epochs.best is epoch:
            self._check_folder()
            with self._averaged(session):
                self._best.save(session, self._loop.step)
        self._check_folder()
        self.epochs.write()
        return epoch

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
