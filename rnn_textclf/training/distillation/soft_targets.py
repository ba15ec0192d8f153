"""Soft targets: class probabilities of teachers, or of a file, stored with the student.

A resume needs no teacher, and takes the probabilities that the run began with.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnn_textclf.atomic import replacing
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.encoded.dataset import Batch, ConcatenatedDataset, Dataset
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.prepared_data import PreparedData
from rnn_textclf.runs.evaluation import predicted_classes
from rnn_textclf.runs.folder.run_folder import RunFolder

_MISSING = "restore the file or start anew with --overwrite"


class SoftTargets(NamedTuple):
    """Class probabilities from teachers, of the training examples and of sentences of unlabelled text.

    of_rows: float32 `[N, C]` by example of the corpus; NaN for examples that are not trained on, so that none is
      used unnoticed.
    sentences: int32 `[n]`, indices in the unlabelled text; n may be 0.
    keys: uint64 `[n]`, the keys of their words.
    of_sentences: float32 `[n, C]`.
    fingerprint: SHA-256 of the file of `--soft_labels`, in hexadecimal; empty for teachers.
    """

    of_rows: np.ndarray
    sentences: np.ndarray
    keys: np.ndarray
    of_sentences: np.ndarray
    fingerprint: str = ""


class DistillationInput(NamedTuple):
    """Soft targets and the text of their sentences; None where there are no sentences.

    words: of the sentences, to be known beside those of the training rows.
    """

    soft_targets: SoftTargets
    text: EncodedCorpus | None
    words: Sequence[str] = ()


class DistillationData:
    """Training examples with soft targets.

    Args:
      prepared: the run's own examples.
      found: the soft targets and their text.
      weight: of the soft targets against the labels, in [0, 1]. A sentence's label is the teachers' decision; the
        probabilities of a file have their full weight there.
      multi_label: whether that may be several classes, or none.

    Attributes:
      dataset: all examples of the corpus, then the sentences.
      indices: int32, those of it that are trained on.
      soft_targets: as given.
    """

    def __init__(
        self,
        prepared: PreparedData,
        found: DistillationInput,
        weight: float,
        multi_label: bool,
    ) -> None:
        soft_targets, text, _ = found
        self.dataset: Dataset | ConcatenatedDataset = prepared.train.dataset
        self.indices, self.soft_targets = prepared.train.indices, soft_targets
        self._num_rows, self._weight = len(soft_targets.of_rows), weight
        self._sentence_weight = 1.0 if soft_targets.fingerprint else weight
        self._probabilities = soft_targets.of_rows
        if text is not None:
            decided = predicted_classes(soft_targets.of_sentences, multi_label).astype(np.float32)
            sentences = Dataset(text, prepared.vocabulary)
            self.dataset = ConcatenatedDataset(prepared.train.dataset, sentences, soft_targets.sentences, decided)
            added = np.arange(len(prepared.train.dataset), len(self.dataset), dtype=np.int32)
            self.indices = np.concatenate([self.indices, added])
            self._probabilities = np.concatenate([soft_targets.of_rows, soft_targets.of_sentences])

    def mix(self, batch: Batch) -> Batch:
        """The batch with the weighted mean of labels and soft targets."""
        is_row = batch.indices[:, None] < self._num_rows
        weight = np.where(is_row, np.float32(self._weight), np.float32(self._sentence_weight))
        mixed = (1 - weight) * batch.targets + weight * self._probabilities[batch.indices]
        return batch._replace(soft_targets=mixed.astype(np.float32))


def write_soft_targets(folder: RunFolder, soft_targets: SoftTargets) -> None:
    """Writes `soft_targets.npz`."""
    with replacing(folder.soft_targets_path, "wb") as file:
        np.savez(file, **soft_targets._asdict())


def read_soft_targets(folder: RunFolder, shape: tuple[int, int], text: EncodedCorpus | None) -> SoftTargets:
    """Reads `soft_targets.npz`.

    Args:
      folder: of the run.
      shape: N and C.
      text: the text of the sentences.

    Raises:
      UserError: the file is missing or damaged, or is of another corpus or text.
    """
    path = folder.soft_targets_path
    try:
        with np.load(folder.checked(path), allow_pickle=False) as stored:
            found = SoftTargets(**dict(stored) | {"fingerprint": str(stored.get("fingerprint", ""))})
    except (OSError, ValueError, EOFError, TypeError) as error:
        raise UserError(f"{path}: cannot be read ({error}); {_MISSING}") from None
    if found.of_rows.shape != shape or found.of_sentences.shape != (len(found.keys), shape[1]):
        raise UserError(f"{path}: does not fit the corpus; {_MISSING}")
    if len(found.sentences):
        known = text is not None and found.sentences.max() < len(text)
        if text is None or not known or (text.keys[found.sentences] != found.keys).any():
            raise UserError(f"{path}: is about another unlabelled text than this; restore that text or start anew")
    return found
