"""Encoded corpora read through a vocabulary: the arrays that a training step takes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.ragged import pad_flat
from rnn_textclf.preprocessing.encoded.share import Part
from rnn_textclf.preprocessing.vocabulary import NO_WORDS, PAD_ID, Vocabulary

_BLOCK = 1 << 14  # Examples counted at a time.
MOST_SCORES = 1 << 24  # Computed at a time outside training: 64 MB, some of them several times.


class Batch(NamedTuple):
    """The input of one training or evaluation step.

    Attributes:
      ids: int32 [B, T], padded with PAD_ID; T is the longest length.
      lengths: int32 [B], each >= 1.
      targets: float32 [B, C], 1 for the classes of each example: one, or any number where texts have several labels.
      indices: int32 [B], the examples' places in the corpus.
      soft_targets: float32 [B, C], class probabilities that replace the targets in training; None for the targets.
      part: a worker's part of the batch, which alone is given here; None for the whole batch.
    """

    ids: np.ndarray
    lengths: np.ndarray
    targets: np.ndarray
    indices: np.ndarray
    soft_targets: np.ndarray | None = None
    part: Part | None = None

    @property
    def whole_size(self) -> int:
        """Examples of the whole batch."""
        return self.part.size if self.part else len(self.lengths)

    def own(self, rows: np.ndarray) -> np.ndarray:
        """The rows that are given here of an array with a row for each example of the whole batch."""
        return self.part.of(rows) if self.part else rows


class Dataset:
    """An encoded corpus read through a vocabulary.

    Attributes:
      labels: class names.
      lengths: int32 [N], words of each example, >= 1 (see `NO_WORDS`).
    """

    def __init__(self, encoded: EncodedCorpus, vocabulary: Vocabulary) -> None:
        """Holds an int32 for each distinct word and each example; the ids stay in their files."""
        self._encoded = encoded
        self._id_of_word = np.array(vocabulary.encode(encoded.words), np.int32)
        self.labels = encoded.labels
        self.lengths = np.maximum(encoded.word_ids.lengths, len(NO_WORDS))

    def __len__(self) -> int:
        return len(self._encoded)

    @property
    def num_classes(self) -> int:
        """C."""
        return len(self.labels)

    def num_distinct(self, indices: np.ndarray) -> int:
        """The number of distinct texts, by their words, among the examples at some indices."""
        return len(np.unique(self._encoded.keys[indices]))

    def gather(self, indices: np.ndarray) -> Batch:
        """The examples at some indices, int [B] with B >= 1, as one batch in that order."""
        indices = np.asarray(indices, np.int32)
        words, counts = self._encoded.word_ids.flat(indices)
        return Batch(*pad_ids(self._id_of_word[words], counts), self.targets(indices), indices)

    def targets(self, indices: np.ndarray) -> np.ndarray:
        """Float32 [B, C], 1 for the classes of each example."""
        labels, counts = self._encoded.label_ids.flat(indices)
        targets = np.zeros((len(indices), self.num_classes), np.float32)
        targets[np.repeat(np.arange(len(indices)), counts), labels] = 1
        return targets


class ConcatenatedDataset:
    """A dataset followed by examples of another one that is read through the same vocabulary.

    Attributes:
      lengths: int32 [N + n], words of each example.
    """

    def __init__(self, first: Dataset, second: Dataset, indices: np.ndarray, targets: np.ndarray) -> None:
        """Takes the indices of the second's examples, int [n], and the targets that they get, float32 [n, C]."""
        self._first, self._second, self._indices, self._targets = first, second, indices, targets
        self.lengths = np.concatenate([first.lengths, second.lengths[indices]])

    def __len__(self) -> int:
        return len(self.lengths)

    def gather(self, indices: np.ndarray) -> Batch:
        """The examples at some indices, int [B] with B >= 1, as one batch in that order."""
        indices = np.asarray(indices, np.int32)
        places = indices - len(self._first)
        later = places >= 0
        lengths = self.lengths[indices]
        ids = np.full([len(indices), lengths.max(initial=0)], PAD_ID, np.int32)
        targets = np.empty([len(indices), self._targets.shape[1]], np.float32)
        if not later.all():
            batch = self._first.gather(indices[~later])
            ids[~later, : batch.ids.shape[1]], targets[~later] = batch.ids, batch.targets
        if later.any():
            batch = self._second.gather(self._indices[places[later]])
            ids[later, : batch.ids.shape[1]], targets[later] = batch.ids, self._targets[places[later]]
        return Batch(ids, lengths, targets, indices)


def pieces(batch: Batch, scores_a_word: int) -> Iterator[Batch]:
    """Parts of a batch, each of which has `MOST_SCORES` scores at most, or one example.

    Args:
      batch: without soft targets.
      scores_a_word: numbers computed after each word, such as one a class.
    """
    size = max(1, MOST_SCORES // (batch.ids.shape[1] * scores_a_word))
    for begin in range(0, len(batch.indices), size):
        rows = slice(begin, begin + size)
        yield Batch(batch.ids[rows], batch.lengths[rows], batch.targets[rows], batch.indices[rows])


def pad_ids(values: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ids of some texts, end to end, as a padded array; texts without words become `NO_WORDS`.

    Args:
      values: int, all ids in order.
      counts: int32 [B], how many of them each text has.

    Returns:
      Ids, int32 [B, T] padded with PAD_ID, and lengths, int32 [B], each >= 1; T is the longest.
    """
    lengths = np.maximum(counts, len(NO_WORDS))
    ids = pad_flat(values, counts, int(lengths.max(initial=0)))
    ids[counts == 0, : len(NO_WORDS)] = NO_WORDS
    return ids, lengths


def count_words(encoded: EncodedCorpus, indices: np.ndarray) -> np.ndarray:
    """Int64 [distinct words], occurrences of each provisional word in some examples; memory stays flat."""
    counts = np.zeros(encoded.num_words, np.int64)
    for start in range(0, len(indices), _BLOCK):
        values, _ = encoded.word_ids.flat(indices[start : start + _BLOCK])
        counts += np.bincount(values, minlength=len(counts))
    return counts


def build_vocabulary(
    encoded: EncodedCorpus,
    indices: np.ndarray,
    max_size: int,
    min_count: int = 1,
    stems: bool = False,
    more_words: Sequence[str] = (),
    aliases: Mapping[str, str] | None = None,
    correct_typos: bool = False,
) -> Vocabulary:
    """The most frequent words of some examples (the training examples), ties in the order of their characters.

    Args:
      encoded: the corpus.
      indices: int [n], the examples counted.
      max_size: most words, `<pad>` and `<unk>` included (>= 2).
      min_count: occurrences that a word needs to be known.
      stems: whether words that begin alike share an entry, see `vocabulary.py`.
      more_words: further words to know, such as those of pretrained vectors.
      aliases: words that are counted and read as others, see `vocabulary.py`.
      correct_typos: whether unknown words are read as known ones that are a slip away.
    """
    counts = count_words(encoded, indices)
    return Vocabulary.from_counts(encoded.words, counts, max_size, min_count, stems, more_words, aliases, correct_typos)
