"""Training of a language model: the `lm` stage of a pretraining."""

import functools
import logging
import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from rnn_textclf.config import CorpusFacts
from rnn_textclf.console import Column, LiveTable
from rnn_textclf.errors import UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.models.language_model import LanguageModel
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.preprocessing.corpora.selection import language_text
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.encoded.dataset import Dataset, build_vocabulary, pieces
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.splits import Split, split
from rnn_textclf.preprocessing.entities.aliases import entity_aliases
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.checkpoints import Checkpoints
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.folder.run_lock import RunLock
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training.capacity.model_size import check_language_model
from rnn_textclf.training.concurrency.interrupts import StopRequest, graceful_stop
from rnn_textclf.training.concurrency.save_schedule import SaveSchedule
from rnn_textclf.training.run_setup import RunSetup, open_run
from rnn_textclf.training.steps.replica import Progress
from rnn_textclf.training.steps.step_loop import StepLoop

logger = logging.getLogger(__name__)

_COLUMNS = [
    Column("epoch", "d"),
    Column("train loss", ".4f"),
    Column("valid perplexity", ".1f"),
    Column("seconds", ".1f"),
]
_MOST_VALID_EXAMPLES = 2_000


def train_language_model(job: TrainingJob, sessions: Sessions) -> None:
    """Trains the language model of a job into its folder, or resumes its training.

    Raises:
      Interrupted: the user stopped it; the state is saved.
      UserError: the text cannot be read, has no two words in a row, or the loss is not finite.
    """
    with RunLock(job.ckpt_dir) as lock:
        run = open_run(job)
        corpus = language_text(job.data)
        logger.info(f"Text: {corpus.source}")
        encoded = encode_corpus(
            corpus, Tokenizer.from_config(job.data), job.data.max_length, run.folder.encoded / "main"
        )
        split = _draw_split(encoded, job, corpus)
        vocabulary = _vocabulary(run, encoded, split.train)
        longest = int(encoded.word_ids.lengths[split.train].max())
        check_language_model(job.model, job.train, len(vocabulary), longest)
        facts = CorpusFacts(source=corpus.source, num_rows=len(encoded), sha256=corpus.fingerprint)
        if run.stored is None:
            run.folder.write_vocabulary(vocabulary)
        run.save(run.config(facts))
        with sessions.new_graph() as session, graceful_stop() as stop:
            trainer = _Trainer(run.folder, job, Dataset(encoded, vocabulary), split, vocabulary, lock)
            trainer.restore(session)
            session.graph.finalize()
            trainer.fit(session, stop)


def _draw_split(encoded: EncodedCorpus, job: TrainingJob, corpus: Corpus) -> Split:
    """Training and validation examples of two words or more, the same at each call."""
    drawn = split(encoded.keys, np.zeros(len(encoded), int), job.data.valid_fraction, 0.0, job.train.seed)
    lengths = encoded.word_ids.lengths
    train, valid, test = (indices[lengths[indices] > 1] for indices in drawn)
    if not len(train) or not len(valid):
        raise UserError(f"{corpus.paths[0]}: too few rows of two words or more to pretrain on; give more text")
    return Split(train, valid[:_MOST_VALID_EXAMPLES], test)


def _vocabulary(run: RunSetup, encoded: EncodedCorpus, indices: np.ndarray) -> Vocabulary:
    """The vocabulary with its aliases: the stored one, or that of the training examples of a run that begins."""
    if run.stored:
        return run.folder.read_vocabulary()
    options, aliases = run.job.data, entity_aliases(run.job.data)
    return build_vocabulary(
        encoded,
        indices,
        options.vocab_size,
        options.min_count,
        options.stems,
        aliases=aliases,
        correct_typos=options.correct_typos,
    )


class _Trainer:
    """The training of a language model; its graph is built in the default graph."""

    def __init__(
        self,
        folder: RunFolder,
        job: TrainingJob,
        dataset: Dataset,
        split: Split,
        vocabulary: Vocabulary,
        lock: RunLock,
    ) -> None:
        self._folder, self._options, self._num_words = folder, job.train, len(vocabulary)
        self._train, self._valid = (
            Batches(dataset, indices, job.train.batch_size, job.train.seed) for indices in (split.train, split.valid)
        )
        self._model = LanguageModel(job.model, vocabulary, job.train, self._train.steps_per_epoch)
        checkpoints = Checkpoints(folder.path, tf.global_variables(), optional=[self._model.epoch_totals])
        schedule = SaveSchedule(job.checkpoint_steps, job.checkpoint_minutes)
        self._loop = StepLoop(
            folder.path, self._model, job.train, self._train.num_examples, checkpoints, schedule, lock.check
        )
        self._best = Checkpoints(folder.best, self._model.weights)
        self._epochs: list[dict[str, Any]] = []

    def restore(self, session: Any) -> None:
        """Initializes the weights and restores the last checkpoint, if there is one."""
        if self._loop.restore(session):
            self._epochs = [row for row in self._folder.read_metrics() if row["step"] <= self._loop.step]

    def fit(self, session: Any, stop: StopRequest) -> None:
        """Trains the epochs that are left; the last weights are the best ones."""
        table = LiveTable(_COLUMNS, [self._options.num_epochs, 99.0, 99999.9, 9999.9])
        table.header()
        while len(self._epochs) < self._options.num_epochs:
            began, number = time.monotonic(), len(self._epochs)
            self._loop.finish_epoch(session, number, functools.partial(self._steps, session), stop)
            self._close_epoch(session, number, began)
            table.row(list(self._epochs[-1].values())[: len(_COLUMNS)])

    def _steps(self, session: Any, first: int, last: int) -> Iterator[Progress]:
        """Takes the global steps from `first` to before `last`."""
        for step in range(first, last):
            batch = self._train.step(step)
            yield Progress(step + 1, len(batch.lengths), self._model.step(session, batch), batch)

    def _close_epoch(self, session: Any, number: int, began: float) -> None:
        """Validates the epoch and saves its weights."""
        total, steps = session.run(self._model.epoch_totals)
        valid_loss = self._valid_loss(session)
        self._loop.check_finite(session, number, valid_loss)
        row = {
            "epoch": number + 1,
            "train_loss": float(total / steps),
            "valid_perplexity": math.exp(min(valid_loss, 99.0)),
            "seconds": time.monotonic() - began,
            "step": self._loop.step,
        }
        self._loop.save(session)
        self._best.save(session, self._loop.step)
        self._epochs.append(row)
        self._folder.write_metrics(self._epochs)

    def _valid_loss(self, session: Any) -> float:
        """Cross entropy of a known next word, in nats."""
        losses, words = [], []
        for whole in self._valid.by_length():
            for batch in pieces(whole, self._num_words):
                losses.append(self._model.losses(session, batch) * (batch.lengths - 1))
                words.append(batch.lengths - 1)
        return float(np.concatenate(losses).sum() / np.concatenate(words).sum())
