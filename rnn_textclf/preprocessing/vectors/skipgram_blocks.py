"""Blocks of running text for skip-gram: frequent words subsampled, a window drawn for each word kept."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rnn_textclf.preprocessing.encoded.ragged import Ragged

_CHUNK = 1 << 14  # Texts read at a time.
NOT_TAKEN = -1


class TextBlocks(NamedTuple):
    """The input of one training step.

    ids: int32 `[R, T]`, blocks of running text, in [0, V).
    sentences: int32 `[R, T]`, the number of each word's sentence; windows end with it.
    windows: int32 `[R, T]`, the words to both sides of each centre; 0 where there is no word.
    negatives: int32 `[K]`, ids drawn for all pairs.
    """

    ids: np.ndarray
    sentences: np.ndarray
    windows: np.ndarray
    negatives: np.ndarray


class Text(NamedTuple):
    """Texts of an encoded corpus: its `word_ids`, their `indices`, and the id here of each of its words.

    id_of_word: int32, `NOT_TAKEN` for words left out.
    """

    word_ids: Ragged
    indices: np.ndarray
    id_of_word: np.ndarray


class SkipGramBlocks:
    """Blocks `[R, T]` of the words of some texts, in an order and thinning fixed by seed and epoch.

    Args:
      texts: the texts to read.
      counts: int `[V]`, occurrences of each word in them.
      window: the widest window (>= 1); each word's own is drawn from 1 to that.
      subsample: share of all words above which a word is thinned out (> 0), as word2vec does: of a word with the
        share f, (sqrt(f / subsample) + 1) * subsample / f are kept.
      shape: R and T.
      num_negatives: K, drawn in proportion to counts ** 0.75.
      seed: seed of all draws.
    """

    def __init__(
        self,
        texts: Sequence[Text],
        counts: np.ndarray,
        *,
        window: int,
        subsample: float,
        shape: tuple[int, int],
        num_negatives: int,
        seed: int,
    ) -> None:
        self._texts, self._window, self._shape = texts, window, shape
        self._num_negatives, self._seed = num_negatives, seed
        relative = subsample * counts.sum() / np.maximum(counts, 1)
        self._kept = np.minimum(np.sqrt(relative) + relative, 1).astype(np.float32)
        self._expected = float((self._kept * counts).sum())
        noise = np.cumsum(counts**0.75)
        self._noise = noise / noise[-1]

    @property
    def steps_per_epoch(self) -> int:
        """The approximate number of batches an epoch."""
        rows, columns = self._shape
        return max(1, round(self._expected / (rows * columns)))

    def epoch(self, epoch: int) -> Iterator[TextBlocks]:
        """The input of each step. Each sentence comes once; the end of the last blocks may be empty."""
        random = np.random.Generator(np.random.SFC64(np.random.SeedSequence([self._seed, epoch])))
        size = self._shape[0] * self._shape[1]
        ids, sentences = np.zeros(0, np.int32), np.zeros(0, np.int32)
        for more_ids, more_sentences in self._thinned(random):
            ids, sentences = np.concatenate([ids, more_ids]), np.concatenate([sentences, more_sentences])
            whole = len(ids) // size * size
            for begin in range(0, whole, size):
                yield self._blocks(ids[begin : begin + size], sentences[begin : begin + size], random)
            ids, sentences = ids[whole:], sentences[whole:]
        if len(ids):
            yield self._blocks(ids, sentences, random)

    def _thinned(self, random: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Ids and sentence numbers of the words kept, some texts at a time."""
        pieces = [(text, begin) for text in self._texts for begin in range(0, len(text.indices), _CHUNK)]
        orders = {id(text): random.permutation(text.indices) for text in self._texts}
        first = 0
        for number in random.permutation(len(pieces)):
            text, begin = pieces[number]
            words, lengths = text.word_ids.flat(orders[id(text)][begin : begin + _CHUNK])
            ids = text.id_of_word[words]
            kept = (ids != NOT_TAKEN) & (random.random(len(ids), np.float32) < self._kept[ids])
            sentences = np.repeat(np.arange(first, first + len(lengths), dtype=np.int32), lengths)
            first += len(lengths)
            yield ids[kept], sentences[kept]

    def _blocks(self, ids: np.ndarray, sentences: np.ndarray, random: np.random.Generator) -> TextBlocks:
        rows, columns = self._shape
        windows = random.integers(1, self._window, len(ids), np.int32, endpoint=True)
        missing = rows * columns - len(ids)
        arrays = [np.pad(array, (0, missing)) if missing else array for array in (ids, sentences, windows)]
        negatives = np.searchsorted(self._noise, random.random(self._num_negatives), "right").astype(np.int32)
        one, two, three = (array.reshape(rows, columns) for array in arrays)
        return TextBlocks(one, two, three, negatives)
