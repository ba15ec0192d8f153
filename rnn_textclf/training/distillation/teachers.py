"""Teachers: trained runs whose class probabilities a student learns for its training examples, beside their labels.

Hinton et al. (2015, "Distilling the Knowledge in a Neural Network"). With weight w the loss is
(1 - w) * H(labels) + w * H(teachers), H the cross entropy of the student's probabilities under either. It is linear
in the targets, so that this is the cross entropy under (1 - w) * labels + w * teachers; the loss after each word of a
sentence has the same targets as that after the last.

Teachers can also score unlabelled text, of which there is more: the student then learns their decisions as labels.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.encoded.dataset import Dataset
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.runs.evaluation import evaluate
from rnn_textclf.runs.folder.row_hashes import count_seen
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.folder.single_models import single_models
from rnn_textclf.runs.restoring import restore_best
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training.distillation.soft_targets import SoftTargets
from rnn_textclf.training.run_setup import SharedData
from rnn_textclf.training.unlabelled_data import not_held_out

logger = logging.getLogger(__name__)

_BATCH_SIZE = 256


def ask_teachers(
    names: str, job: TrainingJob, data: SharedData, text: EncodedCorpus | None, sessions: Sessions
) -> SoftTargets:
    """The mean of the teachers' probabilities for the training examples, and for sentences of other text.

    Args:
      names: the teachers' run folders, separated by commas; an ensemble counts as one teacher.
      job: of the student; names how many sentences are learned.
      data: the student's corpora and split.
      text: the other text; None for no sentences.
      sessions: opens the teachers' sessions.

    Raises:
      UserError: a teacher cannot be read, has other classes or another loss, or was trained on examples that
        validate or test the student.
    """
    folders = [RunFolder(Path(name)) for name in names.split(",")]
    teachers = [single_models(folder) for folder in folders]
    for model in (model for teacher in teachers for model in teacher):
        _check(model, data, job)
    sentences = np.zeros(0, np.int32) if text is None else _chosen_sentences(text, data, job)
    also = f", also on {len(sentences):,} sentences of other text" if len(sentences) else ""
    logger.info(f"Distilling {', '.join(str(folder.path) for folder in folders)}{also}")
    main, train = data.corpora.main, data.split.train
    of_rows = np.full([len(main), len(main.labels)], np.nan, np.float32)
    of_rows[train] = _mean_probabilities(teachers, main, train, sessions)
    if text is None or not len(sentences):
        return SoftTargets(of_rows, sentences, np.zeros(0, np.uint64), np.zeros([0, of_rows.shape[1]], np.float32))
    of_sentences = _mean_probabilities(teachers, text, sentences, sessions)
    return SoftTargets(of_rows, sentences, text.keys[sentences], of_sentences)


def _chosen_sentences(text: EncodedCorpus, data: SharedData, job: TrainingJob) -> np.ndarray:
    """Indices of as many sentences as are asked for, or of all, ascending; none is a held-out example."""
    candidates = not_held_out(text, *data)
    random = np.random.default_rng(job.train.seed)
    return np.sort(random.choice(candidates, min(job.train.distil_sentences, len(candidates)), replace=False))


def _check(teacher: RunFolder, data: SharedData, job: TrainingJob) -> None:
    """Raises UserError for a teacher that the student must not, or cannot, learn from."""
    config, labels, own = teacher.read_config(), teacher.read_labels(), data.corpora.main.labels
    if labels != own:
        raise UserError(
            f"{teacher.path}: has the classes {', '.join(labels)}, but the rows have {', '.join(own)}; "
            "a teacher must have the same"
        )
    if (loss := config.model.loss) != job.model.loss:
        raise UserError(
            f"{teacher.path}: was trained with --loss={loss}; a teacher must have the student's {job.model.loss}"
        )
    for name in ("symbolize", "tokenizer_version", "mask_entities", "correct_typos"):
        if (value := getattr(config.data, name)) != getattr(job.data, name):
            raise UserError(f"{teacher.path}: reads other words in the same text; share its --{name}={value}")
    seen = count_seen(teacher, data.corpora.held_out_keys(data.split))
    if seen is None:
        raise UserError(f"{teacher.row_hashes_path}: is missing, so that nobody can tell which rows this teacher knows")
    if seen:
        raise UserError(
            f"{teacher.path}: was trained on {seen:,} of the rows that validate or test here, which would leak; "
            "a teacher needs the student's split: the same corpus, --seed and --folds"
        )


def _mean_probabilities(
    teachers: Sequence[Sequence[RunFolder]], encoded: EncodedCorpus, indices: np.ndarray, sessions: Sessions
) -> np.ndarray:
    """The teachers' mean probabilities `[n, C]` for examples `[n]`, ascending; a teacher's are those of its models."""
    by_teacher = [
        np.mean([_probabilities(model, encoded, indices, sessions) for model in teacher], 0) for teacher in teachers
    ]
    return np.mean(by_teacher, 0)


def _probabilities(model: RunFolder, encoded: EncodedCorpus, indices: np.ndarray, sessions: Sessions) -> np.ndarray:
    """One model's probabilities `[n, C]` for examples `[n]`, ascending, of a corpus."""
    batches = Batches(Dataset(encoded, model.read_vocabulary()), indices, _BATCH_SIZE)
    with sessions.new_graph() as session:
        classifier = restore_best(model, session)
        session.graph.finalize()
        unlabelled = np.zeros([_BATCH_SIZE, classifier.targets.shape[1]], np.float32)
        asked = (batch._replace(targets=unlabelled[: len(batch.lengths)]) for batch in batches.by_length())
        return evaluate(session, classifier, asked).probabilities
