"""What teachers say of the rows that a student learns from, stored with it so that going on needs no teacher."""

from typing import NamedTuple

import numpy as np

from rnn_textclf.atomic import replacing
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.encoded.dataset import Batch, ConcatenatedDataset, Dataset
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.runs.evaluation import predicted_classes
from rnn_textclf.runs.prepared_data import PreparedData
from rnn_textclf.runs.run_folder import RunFolder

_MISSING = "restore the file or start anew with --overwrite"


class SoftTargets(NamedTuple):
    """What teachers say of the training rows, and of sentences of a text without labels.

    of_rows: float32 `[N, C]` by row number of the corpus; not a number for rows that are not trained on, so that
      none is learned from unseen.
    sentences: int32 `[n]`, rows of the other text; there may be none.
    keys: uint64 `[n]`, the keys of their words.
    of_sentences: float32 `[n, C]`.
    """

    of_rows: np.ndarray
    sentences: np.ndarray
    keys: np.ndarray
    of_sentences: np.ndarray


class DistillationData:
    """The rows of a run's training epochs, each with what is asked for.

    Args:
      prepared: the run's own rows.
      lessons: what teachers say.
      text: the other text; None where the lessons have no sentences of it.
      weight: of the teachers against the labels, in [0, 1]. A sentence's label is what the teachers decide.
      multi_label: whether that may be several classes, or none.

    Attributes:
      dataset: the run's rows by their numbers, then the sentences.
      rows: int32, those of it that are trained on.
    """

    def __init__(
        self, prepared: PreparedData, lessons: SoftTargets, text: EncodedCorpus | None, weight: float, multi_label: bool
    ) -> None:
        self.dataset: Dataset | ConcatenatedDataset = prepared.train.dataset
        self.rows, self._soft_targets, self._weight = prepared.train.rows, lessons.of_rows, weight
        if text is not None:
            decided = predicted_classes(lessons.of_sentences, multi_label).astype(np.float32)
            others = Dataset(text, prepared.vocabulary)
            self.dataset = ConcatenatedDataset(prepared.train.dataset, others, lessons.sentences, decided)
            more = np.arange(len(prepared.train.dataset), len(self.dataset), dtype=np.int32)
            self.rows = np.concatenate([self.rows, more])
            self._soft_targets = np.concatenate([lessons.of_rows, lessons.of_sentences])

    def mix(self, batch: Batch) -> Batch:
        """The batch with what its rows are asked for: labels, and with `weight` what teachers say."""
        mixed = (1.0 - self._weight) * batch.targets + self._weight * self._soft_targets[batch.indices]
        return batch._replace(soft_targets=mixed.astype(np.float32))


def write_soft_targets(folder: RunFolder, lessons: SoftTargets) -> None:
    """Stores them in `soft_targets.npz`."""
    with replacing(folder.soft_targets_path, "wb") as file:
        np.savez(file, **lessons._asdict())


def read_soft_targets(folder: RunFolder, shape: tuple[int, int], text: EncodedCorpus | None) -> SoftTargets:
    """What `write_soft_targets` stored.

    Args:
      folder: of the run.
      shape: N and C.
      text: the text that the sentences come from.

    Raises:
      UserError: the file is missing or damaged, or is of another corpus or text.
    """
    path = folder.soft_targets_path
    try:
        with np.load(folder.checked(path), allow_pickle=False) as stored:
            lessons = SoftTargets(**stored)
    except (OSError, ValueError, EOFError, TypeError) as error:
        raise UserError(f"{path}: cannot be read ({error}); {_MISSING}") from None
    if lessons.of_rows.shape != shape or lessons.of_sentences.shape != (len(lessons.keys), shape[1]):
        raise UserError(f"{path}: does not fit the corpus; {_MISSING}")
    if len(lessons.sentences):
        known = text is not None and lessons.sentences.max() < len(text)
        if text is None or not known or (text.keys[lessons.sentences] != lessons.keys).any():
            raise UserError(f"{path}: is about another unlabelled text than this; restore that text or start anew")
    return lessons
