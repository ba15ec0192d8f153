"""Rows of an encoded corpus as the arrays that a training step takes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.ragged import pad_flat
from rnn_textclf.preprocessing.vocabulary import UNK_ID, Vocabulary

_BLOCK = 1 << 14  # Rows counted at a time.


class Batch(NamedTuple):
    """What a step is fed.

    Attributes:
      ids: int32 [B, T], padded with PAD_ID; T is the longest length.
      lengths: int32 [B], each >= 1.
      targets: float32 [B, C], 1 where a row has the class: one a row, or several for rows with several
        labels.
      rows: int32 [B], row numbers in the corpus.
      soft_targets: float32 [B, C], what training asks for in place of the targets, see `runs/distilling.py`;
        None for the targets themselves.
    """

    ids: np.ndarray
    lengths: np.ndarray
    targets: np.ndarray
    rows: np.ndarray
    soft_targets: np.ndarray | None = None


class Dataset:
    """An encoded corpus read through a vocabulary.

    Attributes:
      labels: class names.
      lengths: int32 [N], words a row, 1 for rows without words: they are one unknown word.
    """

    def __init__(self, encoded: EncodedCorpus, vocabulary: Vocabulary) -> None:
        """Keeps one int32 a distinct word and one a row; the ids stay in their files."""
        self._encoded = encoded
        self._id_of_word = np.array(vocabulary.encode(encoded.words), np.int32)
        self.labels = encoded.labels
        self.lengths = np.maximum(encoded.word_ids.lengths, 1)

    def __len__(self) -> int:
        return len(self._encoded)

    @property
    def num_classes(self) -> int:
        """C."""
        return len(self.labels)

    def gather(self, rows: np.ndarray) -> Batch:
        """The given rows, int [B] with B >= 1, as one batch in that order."""
        rows = np.asarray(rows, np.int32)
        words, true_lengths = self._encoded.word_ids.flat(rows)
        lengths = np.maximum(true_lengths, 1)
        ids = pad_flat(self._id_of_word[words], true_lengths)
        if ids.shape[1] == 0:
            ids = np.zeros((len(rows), 1), np.int32)
        ids[true_lengths == 0, 0] = UNK_ID
        return Batch(ids, lengths, self.targets(rows), rows)

    def targets(self, rows: np.ndarray) -> np.ndarray:
        """Float32 [B, C], 1 for the classes of each row."""
        labels, counts = self._encoded.label_ids.flat(rows)
        targets = np.zeros((len(rows), self.num_classes), np.float32)
        targets[np.repeat(np.arange(len(rows)), counts), labels] = 1
        return targets


def count_words(encoded: EncodedCorpus, rows: np.ndarray) -> np.ndarray:
    """Int64 [distinct words], how often each provisional word occurs in the given rows; memory stays flat."""
    counts = np.zeros(encoded.num_words, np.int64)
    for start in range(0, len(rows), _BLOCK):
        values, _ = encoded.word_ids.flat(rows[start : start + _BLOCK])
        counts += np.bincount(values, minlength=len(counts))
    return counts


def build_vocabulary(
    encoded: EncodedCorpus,
    rows: np.ndarray,
    max_size: int,
    min_count: int = 1,
    stems: bool = False,
    more_words: Sequence[str] = (),
) -> Vocabulary:
    """The most frequent words of the given rows (the training rows), ties in the order of their characters.

    Args:
      encoded: the corpus.
      rows: int [n], row numbers.
      max_size: most words, `<pad>` and `<unk>` included (>= 2).
      min_count: how often a word must occur in the rows.
      stems: whether words that begin alike share an entry, see `vocabulary.py`.
      more_words: words that are known beside these, such as those of pretrained vectors.
    """
    return Vocabulary.from_counts(encoded.words, count_words(encoded, rows), max_size, min_count, stems, more_words)
