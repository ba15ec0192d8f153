"""Trains a language model: the `lm` stage of a pretraining."""

import logging
import math
import time
from typing import Any

import numpy as np

from rnn_textclf import console
from rnn_textclf.config import CorpusFacts, DataConfig, RunConfig
from rnn_textclf.errors import UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.models.language_model import LanguageModel
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.encoded.dataset import Dataset, build_vocabulary
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.splits import Split, split
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs import sessions
from rnn_textclf.runs.checkpoints import Checkpoints, checkpoint_steps
from rnn_textclf.runs.prepared_data import own_corpus
from rnn_textclf.runs.run_folder import RunFolder
from rnn_textclf.runs.run_lock import RunLock
from rnn_textclf.training.interrupts import Interrupted, StopRequest, graceful_stop

logger = logging.getLogger(__name__)

_COLUMNS = [
    console.Column("epoch", "d"),
    console.Column("train loss", ".4f"),
    console.Column("valid perplexity", ".1f"),
    console.Column("seconds", ".1f"),
]
_MOST_VALID_ROWS = 2_000


def language_text(data: DataConfig) -> Corpus:
    """The text of `--unlabelled` and `--unlabelled_file`, else that of the labelled rows of `--pretrain_file`."""
    if data.train_file is not None and data.unlabelled is None and data.unlabelled_file is None:
        return own_corpus(data.train_file, data, several_labels=False, labels=None)
    return unlabelled_texts(data.unlabelled, data.unlabelled_file)


def train_language_model(job: TrainingJob) -> None:
    """Trains, or goes on training, the language model of a job into its folder.

    Raises:
      Interrupted: the user stopped it; the epochs so far are saved.
      UserError: the text cannot be read, has no two words in a row, or the loss is not finite.
    """
    with RunLock(job.ckpt_dir):
        _train(job, RunFolder(job.ckpt_dir))


def _train(job: TrainingJob, folder: RunFolder) -> None:
    corpus = language_text(job.data)
    logger.info(f"Text: {corpus.source}")
    encoded = encode_corpus(corpus, Tokenizer.from_config(job.data), job.data.max_length, folder.encoded / "main")
    rows = _rows(encoded, job, corpus)
    vocabulary = build_vocabulary(encoded, rows.train, job.data.vocab_size, job.data.min_count, job.data.stems)
    vocabulary.save(folder.vocabulary_path)
    facts = CorpusFacts(source=corpus.source, num_rows=len(encoded), sha256=corpus.fingerprint)
    folder.write_config(RunConfig(job.model, job.train, job.data, facts, job.pretrain))
    with sessions.Sessions(job.threads).new_graph() as session:
        trainer = _Trainer(folder, job, Dataset(encoded, vocabulary), rows, vocabulary)
        trainer.restore(session)
        session.graph.finalize()
        with graceful_stop() as stop:
            trainer.fit(session, stop)


def _rows(encoded: EncodedCorpus, job: TrainingJob, corpus: Corpus) -> Split:
    """Rows that predict something, apart for training and for validation."""
    rows = split(encoded.keys, np.zeros(len(encoded), int), job.data.valid_fraction, 0.0, job.train.seed)
    lengths = encoded.word_ids.lengths
    train, valid, test = (part[lengths[part] > 1] for part in rows)
    if not len(train) or not len(valid):
        raise UserError(f"{corpus.paths[0]}: too few rows of two words or more to pretrain on; give more text")
    return Split(train, valid[:_MOST_VALID_ROWS], test)


class _Trainer:
    def __init__(
        self, folder: RunFolder, job: TrainingJob, dataset: Dataset, rows: Split, vocabulary: Vocabulary
    ) -> None:
        self._folder, self._train = folder, job.train
        self._training_rows, self._valid_rows = (
            Batches(dataset, part, job.train.batch_size, job.train.seed) for part in (rows.train, rows.valid)
        )
        self._num_rows = len(rows.train)
        self._model = LanguageModel(job.model, vocabulary, job.train, self._training_rows.steps_per_epoch)
        self._checkpoints = Checkpoints(folder.path, tf.global_variables())
        self._best = Checkpoints(folder.best, self._model.weights)
        self._initialize = tf.global_variables_initializer()
        self._rows: list[dict[str, Any]] = []

    def restore(self, session: Any) -> None:
        """Takes up the last whole epoch, or begins."""
        session.run(self._initialize)
        if checkpoint_steps(self._folder.path):
            step = self._checkpoints.restore(session)
            self._rows = [row for row in self._folder.read_metrics() if row["step"] <= step]

    def fit(self, session: Any, stop: StopRequest) -> None:
        """Trains the epochs that are left, and keeps the weights after the last."""
        table = console.LiveTable(_COLUMNS, [self._train.num_epochs, 99.0, 99999.9, 9999.9])
        table.header()
        while len(self._rows) < self._train.num_epochs:
            began = time.monotonic()
            loss, step = self._epoch(session, stop)
            perplexity = math.exp(min(self._valid_loss(session), 99.0))
            row = {"epoch": len(self._rows) + 1, "train_loss": loss, "valid_perplexity": perplexity}
            row |= {"seconds": time.monotonic() - began, "step": step}
            self._rows.append(row)
            self._best.save(session, step)
            self._checkpoints.save(session, step)
            self._folder.write_metrics(self._rows)
            table.row(list(row.values())[: len(_COLUMNS)])

    def _epoch(self, session: Any, stop: StopRequest) -> tuple[float, int]:
        """The mean loss of an epoch, and the global step after it."""
        epoch, total, steps, step = len(self._rows), 0.0, 0, 0
        with console.progress(self._num_rows, f"language epoch {epoch + 1}", "sentences") as progress:
            for batch in self._training_rows.epoch(epoch):
                result = self._model.step(session, batch)
                total, steps, step = total + float(result.loss), steps + 1, int(result.global_step)
                progress.update(len(batch.lengths))
                if not math.isfinite(total):
                    raise UserError(
                        f"The language model's loss is not finite at step {step}: lower --pretrain_learning_rate"
                    )
                if stop.asked:
                    raise Interrupted(f"Stopped in pretraining epoch {epoch + 1}; run the same command to go on")
        return total / steps, step

    def _valid_loss(self, session: Any) -> float:
        """Cross entropy of a known next word, in nats."""
        losses, words = [], []
        for batch in self._valid_rows.by_length():
            losses.append(self._model.losses(session, batch) * (batch.lengths - 1))
            words.append(batch.lengths - 1)
        return float(np.concatenate(losses).sum() / np.concatenate(words).sum())
