"""Distillation: a student learns what teachers say of its training rows, beside their labels.

Hinton et al. (2015, "Distilling the Knowledge in a Neural Network"). With weight w the loss is
(1 - w) * H(labels) + w * H(teachers), H the cross entropy of the student's probabilities under either. It is
linear in what it is asked for, so that this is the cross entropy under (1 - w) * labels + w * teachers, and the loss
after each word of a sentence asks for the same as that after the last.

Teachers can also be asked about text that nobody has labelled, of which there is more: the student then learns what
they decide of it as if it were the label.
"""

import logging
from pathlib import Path

import numpy as np

from rnn_textclf.config import DataConfig, TrainConfig
from rnn_textclf.errors import UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.encoded.dataset import Dataset
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.splits import Split
from rnn_textclf.runs import sessions
from rnn_textclf.runs.evaluation import evaluate
from rnn_textclf.runs.prepared_data import EncodedCorpora
from rnn_textclf.runs.restoring import restore_best, single_models
from rnn_textclf.runs.row_hashes import read_row_hashes, trained_on
from rnn_textclf.runs.run_folder import RunFolder
from rnn_textclf.training.distillation.soft_targets import SoftTargets
from rnn_textclf.training.unlabelled_data import rows_not_held_out

logger = logging.getLogger(__name__)

_BATCH_SIZE = 256


def teacher_soft_targets(
    job: TrainingJob, sources: EncodedCorpora, rows: Split, text: EncodedCorpus | None
) -> SoftTargets | None:
    """What the teachers of a job say of its training rows, and of sentences of other text.

    Args:
      job: names the teachers in `distil_from`, and in `distil_sentences` how many sentences are learned.
      sources: the student's corpora.
      rows: its split.
      text: the other text; None for no sentences.

    Returns:
      The mean of the teachers' probabilities; None without teachers.

    Raises:
      UserError: a teacher cannot be read, has other classes or another loss, or was trained on rows that
        validate or test the student.
    """
    if job.train.distil_from is None:
        return None
    teachers = [RunFolder(Path(name)) for name in job.train.distil_from.split(",")]
    models = [single_models(teacher) for teacher in teachers]
    for model in (model for of_teacher in models for model in of_teacher):
        _check(model, sources, rows, job.model.loss, job.data)
    sentences = np.zeros(0, np.int32) if text is None else _chosen(text, sources, rows, job.train)
    more = f", also on {len(sentences):,} sentences of other text" if len(sentences) else ""
    logger.info(f"Distilling {', '.join(str(teacher.path) for teacher in teachers)}{more}")

    def answers(encoded: EncodedCorpus, asked: np.ndarray) -> np.ndarray:
        # A teacher that is an ensemble counts as one.
        by_teacher = [[_probabilities(model, encoded, asked, job.threads) for model in group] for group in models]
        return np.mean([np.mean(by_model, 0) for by_model in by_teacher], 0)

    of_rows = np.full([len(sources.main), len(sources.main.labels)], np.nan, np.float32)
    of_rows[rows.train] = answers(sources.main, rows.train)
    if text is None or not len(sentences):
        return SoftTargets(of_rows, sentences, np.zeros(0, np.uint64), np.zeros([0, of_rows.shape[1]], np.float32))
    return SoftTargets(of_rows, sentences, text.keys[sentences], answers(text, sentences))


def _chosen(text: EncodedCorpus, sources: EncodedCorpora, rows: Split, train: TrainConfig) -> np.ndarray:
    """As many sentences as are asked for, ascending, or all there are; none is a held-out row of the student."""
    apart = rows_not_held_out(text, sources, rows)
    random = np.random.default_rng(train.seed)
    return np.sort(random.choice(apart, min(train.distil_sentences, len(apart)), replace=False))


def _check(teacher: RunFolder, sources: EncodedCorpora, rows: Split, loss: str, data: DataConfig) -> None:
    """Raises UserError for a teacher that the student must not, or cannot, learn from."""
    main, labels = sources.main, teacher.read_labels()
    if labels != main.labels:
        raise UserError(
            f"{teacher.path}: has the classes {', '.join(labels)}, but the rows have {', '.join(main.labels)}; "
            "a teacher must have the same"
        )
    if (its := teacher.read_config().model.loss) != loss:
        raise UserError(f"{teacher.path}: was trained with --loss={its}; a teacher must have the student's {loss}")
    its_data = teacher.read_config().data
    for name in ("symbolize", "tokenizer_version"):
        if (value := getattr(its_data, name)) != getattr(data, name):
            raise UserError(f"{teacher.path}: reads other words in the same text; share its --{name}={value}")
    keys = read_row_hashes(teacher)
    if keys is None:
        raise UserError(f"{teacher.row_hashes_path}: is missing, so that nobody can tell which rows this teacher knows")
    held_out = [main.keys[rows.valid], main.keys[rows.test]]
    held_out += [own.keys for own in (sources.valid, sources.test) if own is not None]
    if seen := int(trained_on(keys, np.concatenate(held_out)).sum()):
        raise UserError(
            f"{teacher.path}: was trained on {seen:,} of the rows that validate or test here, which would leak; "
            "a teacher needs the student's split: the same corpus, --seed and --folds"
        )


def _probabilities(model: RunFolder, encoded: EncodedCorpus, rows: np.ndarray, threads: int) -> np.ndarray:
    """What one model says of rows, ascending, of a corpus: `[n, C]`."""
    batches = Batches(Dataset(encoded, model.read_vocabulary()), rows, _BATCH_SIZE)
    with sessions.Sessions(threads).new_graph() as session:
        classifier = restore_best(model, session)
        session.graph.finalize()
        unlabelled = np.zeros([_BATCH_SIZE, classifier.targets.shape[1]], np.float32)
        asked = (batch._replace(targets=unlabelled[: len(batch.indices)]) for batch in batches.by_length())
        return evaluate(session, classifier, asked).probabilities
