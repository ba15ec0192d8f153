"""The loop: epochs of steps, each closed by an evaluation and a checkpoint."""

import contextlib
import logging
import math
import time
from typing import Any

from rnn_textclf import console
from rnn_textclf.errors import UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.runs import sessions
from rnn_textclf.runs.calibration import fit_temperature, write_calibration
from rnn_textclf.runs.checkpoints import Checkpoints, checkpoint_steps
from rnn_textclf.runs.evaluation import evaluate, evaluate_prefixes
from rnn_textclf.runs.history import COLUMNS, EpochMetrics, read_history, write_events, write_history
from rnn_textclf.runs.run_lock import RunLock
from rnn_textclf.runs.training_result import TrainingResult
from rnn_textclf.training.data_summary import data_summary
from rnn_textclf.training.embedding_initialisation import initial_vectors
from rnn_textclf.training.interrupts import Interrupted, StopRequest, graceful_stop
from rnn_textclf.training.log_count_ratios import add_ratios, log_count_ratios
from rnn_textclf.training.pretraining.pretrained_weights import load_pretrained
from rnn_textclf.training.run_setup import RunSetup, SharedData, start

logger = logging.getLogger(__name__)


def train(job: TrainingJob, shared: SharedData | None = None) -> TrainingResult:
    """Trains, or goes on training, and returns how the best checkpoint does on validation and test rows.

    Args:
      job: what to train.
      shared: of the run that this one is part of; its table of epochs is not shown then.
    """
    with RunLock(job.ckpt_dir):
        started = start(job, shared)
        try:
            return _train(started, job.threads, alone=not shared)
        except tf.errors.ResourceExhaustedError:
            raise _too_large() from None


def _train(started: RunSetup, threads: int, alone: bool) -> TrainingResult:
    with sessions.Sessions(threads).new_graph() as session:
        trainer = Trainer(started)
        if alone:
            trainer.describe()
        trainer.restore(session)
        session.graph.finalize()
        trainer.fit(session, show_epochs=alone)
        return trainer.outcome(session)


class Trainer:
    """A run's graph with its rows and its checkpoints."""

    def __init__(self, started: RunSetup) -> None:
        self._folder, self._config, self._prepared, self._pretrained, self._lesson = started
        train, corpus = self._config.train, self._config.corpus
        learned = (self._lesson.dataset, self._lesson.rows) if self._lesson else self._prepared.train
        self._training_rows, self._valid_rows, self._test_rows = (
            Batches(*part, train.batch_size, train.seed)
            for part in (learned, self._prepared.valid, self._prepared.test)
        )
        weights = corpus.class_weights
        class_weights = [weights[label] for label in self._prepared.labels] if weights else None
        self._classifier = TextClassifier(
            self._config.model,
            self._prepared.vocabulary,
            len(self._prepared.labels),
            train,
            steps_per_epoch=self._training_rows.steps_per_epoch,
            class_weights=class_weights,
            multi_label=corpus.multi_label,
        )
        self._checkpoints = Checkpoints(self._folder.path, tf.global_variables(), train.keep_checkpoints)
        self._best = Checkpoints(self._folder.best, self._classifier.weights)
        self._initialize = tf.global_variables_initializer()
        self._step = 0
        self._rows: list[EpochMetrics] = []

    def describe(self) -> None:
        """Says what will be trained on what."""
        model, words = self._config.model, len(self._prepared.vocabulary)
        weights = sum(variable.shape.num_elements() for variable in self._classifier.weights)
        for line in data_summary(self._prepared):
            logger.info(line)
        logger.info(
            f"Model: {model.rnn_unit}{' both ways' if model.bidirectional else ''}, "
            f"{model.num_layers} x {model.num_hidden_units} units, "
            f"{'' if model.pooling == 'last' else f'{model.pooling} pooling, '}"
            f"word vectors {words:,} x {model.embedding_size}, {weights:,} weights"
        )
        logger.info(f"Device: {sessions.device_description()}")

    def restore(self, session: Any) -> None:
        """Fills the session from the last checkpoint, or with first weights where there is none."""
        try:
            session.run(self._initialize)
        except tf.errors.OpError:
            raise _too_large() from None
        if checkpoint_steps(self._folder.path):
            self._step = self._checkpoints.restore(session)
            logger.info(f"Loading old model from: {self._checkpoints.path(self._step)}")
        else:
            self._load_first_weights(session)
        self._rows = read_history(self._folder, self._step, self._training_rows.steps_per_epoch)

    def _load_first_weights(self, session: Any) -> None:
        """What a run begins with beside random weights."""
        if self._pretrained is not None:
            prepared = self._prepared
            load_pretrained(session, self._classifier, self._pretrained, prepared.vocabulary, prepared.labels)
        if self._prepared.vectors is not None:
            self._classifier.embedding.load(
                session, *initial_vectors(self._prepared.vectors, self._prepared.vocabulary)
            )
        share = self._config.train.log_count_ratio
        if self._classifier.wide and share:
            ratios = log_count_ratios(self._prepared.train, self._prepared.vocabulary)
            add_ratios(session, self._classifier, ratios, share)

    def fit(self, session: Any, show_epochs: bool = True) -> None:
        """Trains until the last epoch, early stopping, or the user, ends it.

        Args:
          session: holds the weights.
          show_epochs: whether each prints its row.

        Raises:
          Interrupted: the user stopped it; the state is saved.
          UserError: the loss is not finite, or a checkpoint cannot be written.
        """
        last_row = EpochMetrics(self._config.train.num_epochs, 99.0, 1.0, 99.0, 1.0, 1.234e-05, 9999.9, 0)
        table = console.LiveTable(list(COLUMNS.values()), [getattr(last_row, name) for name in COLUMNS])
        if show_epochs:
            table.header()
        with tf.summary.FileWriter(str(self._folder.path)) as events, graceful_stop() as stop:
            while not self._finished():
                if stop.asked:
                    raise self._interrupted(session)
                began = time.monotonic()
                self._train_epoch(session, stop)
                row = self._close_epoch(session, began)
                if show_epochs:
                    table.row([getattr(row, name) for name in COLUMNS])
                write_events(events, row)

    def outcome(self, session: Any) -> TrainingResult:
        """Scores validation and test rows with the best checkpoint, calibrated where that is asked for."""
        step = self._best.restore(session)
        multi_label, loss = self._config.corpus.multi_label, self._config.model.loss
        valid, test = (
            evaluate_prefixes(session, self._classifier, rows.by_length(), multi_label)
            for rows in (self._valid_rows, self._test_rows)
        )
        temperature = 1.0
        if self._config.train.calibrate:
            temperature = fit_temperature(valid.probabilities, valid.targets, loss)
        write_calibration(self._folder, temperature, step)
        return TrainingResult(
            folder=self._folder,
            config=self._config,
            labels=self._prepared.labels,
            epochs=self._rows,
            best=self._best_row(),
            temperature=temperature,
            valid=valid.at_temperature(temperature, loss),
            test=test.at_temperature(temperature, loss),
        )

    def _finished(self) -> bool:
        if len(self._rows) >= self._config.train.num_epochs:
            return True
        patience = self._config.train.patience
        return bool(patience and self._rows and len(self._rows) - self._best_row().epoch >= patience)

    def _best_row(self) -> EpochMetrics:
        # By loss: it tells epochs apart by every row, where accuracy sees only those that change sides.
        return min(self._rows, key=lambda row: row.valid_loss)

    def _train_epoch(self, session: Any, stop: StopRequest) -> None:
        """Trains what is left of the epoch: all of it, or the rest after a stop in its midst."""
        epoch = len(self._rows)
        done = self._step - epoch * self._training_rows.steps_per_epoch
        if not done:
            session.run(self._classifier.training.epoch_totals.initializer)
        description = f"epoch {epoch + 1}/{self._config.train.num_epochs}"
        with console.progress(self._training_rows.num_examples, description, "sentences") as progress:
            progress.update(min(done * self._config.train.batch_size, progress.total or 0))
            for batch in self._training_rows.epoch(epoch, done):
                if self._lesson:
                    batch = self._lesson.mix(batch)
                result = self._classifier.step(session, batch, "train")
                if not (math.isfinite(result.loss) and math.isfinite(result.gradient_norm)):
                    raise self._diverged(self._step + 1)
                self._step = int(result.global_step)
                progress.update(len(batch.lengths))
                if stop.asked:
                    raise self._interrupted(session)

    def _close_epoch(self, session: Any, began: float) -> EpochMetrics:
        loss, right, count = session.run(self._classifier.training.epoch_totals)
        with self._averaged(session):
            valid = evaluate(session, self._classifier, self._valid_rows.by_length(), self._config.corpus.multi_label)
        # Not before the weights are known to be good: the last step of an epoch may spoil them.
        if not math.isfinite(valid.loss):
            raise self._diverged(self._step)
        self._checkpoints.save(session, self._step)
        row = EpochMetrics(
            epoch=len(self._rows) + 1,
            train_loss=float(loss / count),
            train_accuracy=float(right / count),
            valid_loss=valid.loss,
            valid_accuracy=valid.accuracy,
            learning_rate=self._learning_rate(len(self._rows)),
            seconds=time.monotonic() - began,
            step=self._step,
        )
        self._rows.append(row)
        if self._best_row() is row:
            with self._averaged(session):
                self._best.save(session, self._step)
        write_history(self._folder, self._rows)
        return row

    def _averaged(self, session: Any) -> contextlib.AbstractContextManager[None]:
        """While it lasts the weights are those to be judged and kept: their running mean, where there is one."""
        average = self._classifier.training.average
        return average.swap_in(session) if average else contextlib.nullcontext()

    def _learning_rate(self, epoch: int) -> float:
        return self._config.train.learning_rate * self._config.train.learning_rate_decay_factor**epoch

    def _interrupted(self, session: Any) -> Interrupted:
        path = self._checkpoints.save(session, self._step)
        return Interrupted(f"Stopped after step {self._step}, saved as {path}; run the same command to go on")

    def _diverged(self, step: int) -> UserError:
        steps = checkpoint_steps(self._folder.path)
        kept = f"{self._checkpoints.path(steps[-1])} is kept" if steps else "nothing was saved yet"
        return UserError(
            f"The loss is not finite at step {step} with learning rate "
            f"{self._learning_rate(len(self._rows)):.3g}: try a lower --learning_rate; {kept}"
        )


def _too_large() -> UserError:
    return UserError("Not enough memory for this model: lower --num_hidden_units, --embedding_size or --batch_size")
