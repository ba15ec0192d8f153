"""Distillation input of a run: soft targets that are stored with it, or else come from a file or from teachers."""

from rnn_textclf.config import RunConfig
from rnn_textclf.errors import UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.preprocessing.encoded.prepared_data import PreparedData
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training.distillation import teachers
from rnn_textclf.training.distillation.soft_labels import FOLD, further_words, match_soft_labels, open_soft_labels
from rnn_textclf.training.distillation.soft_targets import DistillationData, DistillationInput, read_soft_targets
from rnn_textclf.training.run_setup import RunSetup, SharedData
from rnn_textclf.training.unlabelled_data import encode_unlabelled


def find_distillation_input(run: RunSetup, data: SharedData, sessions: Sessions) -> DistillationInput | None:
    """The soft targets of a run and their text; None for one that learns from its labels alone.

    Raises:
      UserError: the stored soft targets do not fit, the file is another one than the run began with, or as
        `match_soft_labels` and `ask_teachers`.
    """
    options = run.job.train
    if options.soft_labels is not None:
        return _of_file(options.soft_labels, run, data)
    if options.distil_from is None:
        return None
    text = encode_unlabelled(run.job.data) if options.distil_sentences else None
    if run.stored:
        return DistillationInput(read_soft_targets(run.folder, _shape(data), text), text)
    return DistillationInput(teachers.ask_teachers(options.distil_from, run.job, data, text, sessions), text)


def distillation_data(
    config: RunConfig, data: SharedData, prepared: PreparedData, found: DistillationInput | None
) -> DistillationData | None:
    """The training examples of a run with its soft targets, where there are some."""
    if found is None:
        return None
    return DistillationData(prepared, found, config.train.distil_weight, data.corpora.multi_label)


def encode_soft_labels(job: TrainingJob, data: SharedData) -> None:
    """Encodes a file of soft labels that all folds read, before processes train them side by side."""
    if job.train.soft_labels is not None and FOLD not in job.train.soft_labels:
        open_soft_labels(job.train.soft_labels, job, data)


def _of_file(path: str, run: RunSetup, data: SharedData) -> DistillationInput:
    file, text = open_soft_labels(path, run.job, data)
    if run.stored:
        soft_targets = read_soft_targets(run.folder, _shape(data), text)
        if soft_targets.fingerprint != file.fingerprint:
            raise UserError(
                f"{path}: is not the file that this run began with (SHA-256 {soft_targets.fingerprint[:16]}…, now "
                f"{file.fingerprint[:16]}…); restore it, or start anew with --overwrite"
            )
        return DistillationInput(soft_targets, text)
    soft_targets = match_soft_labels(file, text, data)
    words = further_words(text, soft_targets, run.job.data.vocab_size, run.job.data.min_count)
    return DistillationInput(soft_targets, text, words)


def _shape(data: SharedData) -> tuple[int, int]:
    """N and C."""
    return len(data.corpora.main), len(data.corpora.main.labels)
