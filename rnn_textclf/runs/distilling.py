"""Distillation: a student learns what teachers say of its training rows, beside their labels.

Hinton et al. (2015, "Distilling the Knowledge in a Neural Network"). With weight w the loss is
(1 - w) * H(labels) + w * H(teachers), H the cross entropy of the student's probabilities under either. It is
linear in what it is asked for, so that this is the cross entropy under (1 - w) * labels + w * teachers, and the loss
after each word of a sentence asks for the same as that after the last.
"""

from pathlib import Path

import numpy as np

from rnn_textclf.atomic import replacing
from rnn_textclf.config import DataConfig
from rnn_textclf.console import say
from rnn_textclf.errors import UserError
from rnn_textclf.graph.tf1 import tf
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.runs import sessions
from rnn_textclf.runs.evaluation import evaluate
from rnn_textclf.runs.members import single_models
from rnn_textclf.runs.preparing import Sources
from rnn_textclf.runs.restoring import restore_best
from rnn_textclf.runs.run_folder import RunFolder
from rnn_textclf.runs.train_keys import read_train_keys, trained_on
from rnn_textclf.text.batches import Batches
from rnn_textclf.text.dataset import Batch, Dataset
from rnn_textclf.text.splits import Split

_BATCH_SIZE = 256


def learn_from_teachers(job: TrainingJob, sources: Sources, rows: Split) -> np.ndarray | None:
    """What the teachers of a job say of its training rows.

    Args:
      job: names the teachers in `distil_from`.
      sources: the student's corpora.
      rows: its split.

    Returns:
      Float32 `[N, C]` by row number, the mean of the teachers' probabilities; not a number for rows that are
      not trained on, so that none is learned from unseen. None without teachers.

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
    say(f"Distilling {', '.join(str(teacher.path) for teacher in teachers)}")
    # A teacher that is an ensemble counts as one.
    means = [np.mean([_probabilities(m, sources, rows, job.threads) for m in of_teacher], 0) for of_teacher in models]
    soft_targets = np.full([len(sources.main), len(sources.main.labels)], np.nan, np.float32)
    soft_targets[rows.train] = np.mean(means, 0)
    return soft_targets


def mix(batch: Batch, soft_targets: np.ndarray, weight: float) -> Batch:
    """The batch with what its rows are asked for: labels, and with `weight` in [0, 1] what teachers say."""
    mixed = (1.0 - weight) * batch.targets + weight * soft_targets[batch.rows]
    return batch._replace(soft_targets=mixed.astype(np.float32))


def write_soft_targets(folder: RunFolder, soft_targets: np.ndarray) -> None:
    """Stores what teachers say with the run, so that going on needs no teacher."""
    with replacing(folder.soft_targets_path, "wb") as file:
        np.save(file, soft_targets, allow_pickle=False)


def read_soft_targets(folder: RunFolder, shape: tuple[int, int]) -> np.ndarray:
    """What `write_soft_targets` stored. Raises UserError where it is missing, damaged or of another shape."""
    path = folder.soft_targets_path
    try:
        values = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"{path}: cannot be read ({error}); restore the file or start anew with --overwrite") from None
    if not isinstance(values, np.ndarray) or values.shape != shape or values.dtype != np.float32:
        raise UserError(f"{path}: does not fit the corpus; restore the file or start anew with --overwrite")
    return values


def _check(teacher: RunFolder, sources: Sources, rows: Split, loss: str, data: DataConfig) -> None:
    """Raises UserError for a teacher that the student must not, or cannot, learn from."""
    main, labels = sources.main, teacher.read_labels()
    if labels != main.labels:
        raise UserError(
            f"{teacher.path}: has the classes {', '.join(labels)}, but the rows have {', '.join(main.labels)}; "
            "a teacher must have the same"
        )
    if (its := teacher.read_config().model.loss) != loss:
        raise UserError(f"{teacher.path}: was trained with --loss={its}; a teacher must have the student's {loss}")
    if teacher.read_config().data.symbolize != data.symbolize:
        raise UserError(f"{teacher.path}: reads other words in the same text; a teacher must share --symbolize")
    keys = read_train_keys(teacher)
    if keys is None:
        raise UserError(f"{teacher.train_keys_path}: is missing, so that nobody can tell which rows this teacher knows")
    held_out = [main.keys[rows.valid], main.keys[rows.test]]
    held_out += [own.keys for own in (sources.valid, sources.test) if own is not None]
    if seen := int(trained_on(keys, np.concatenate(held_out)).sum()):
        raise UserError(
            f"{teacher.path}: was trained on {seen:,} of the rows that validate or test here, which would leak; "
            "a teacher needs the student's split: the same corpus, --seed and --folds"
        )


def _probabilities(model: RunFolder, sources: Sources, rows: Split, threads: int) -> np.ndarray:
    """What one model says of the training rows, `[n, C]`."""
    dataset = Dataset(sources.main, model.read_vocabulary())
    with tf.Graph().as_default() as graph, sessions.new_session(graph, threads) as session:
        classifier = restore_best(model, session)
        graph.finalize()
        return evaluate(session, classifier, Batches(dataset, rows.train, _BATCH_SIZE).by_length()).probabilities
