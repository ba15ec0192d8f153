"""The word vectors that a run begins with, from wherever `--embeddings` says; its checkpoints hold them later."""

import logging
from typing import NamedTuple

import numpy as np

from rnn_textclf.jobs import TrainingJob
from rnn_textclf.preprocessing.encoded.dataset import count_words
from rnn_textclf.preprocessing.encoded.splits import Split
from rnn_textclf.preprocessing.vectors.glove import read_glove
from rnn_textclf.preprocessing.vectors.word_vectors import WordVectors, read_vectors
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.prepared_data import EncodedCorpora
from rnn_textclf.training.skipgram_training import skipgram_vectors

logger = logging.getLogger(__name__)

GLOVE = "glove"
SKIPGRAM = "skipgram"
# Root mean square of the numbers of all vectors: those of one source have 0.05, of another 0.7, but the steps of
# Adam, and the dropout, are the same for all.
SCALE = 0.3


class InitialVectors(NamedTuple):
    """Ids of words, int32 `[n]`, and the rows of the embedding that they begin with, float32 `[n, E]`."""

    ids: np.ndarray
    rows: np.ndarray


def initial_vectors(vectors: WordVectors, vocabulary: Vocabulary) -> InitialVectors:
    """Those of the vectors whose words the vocabulary has, scaled together to the root mean square `SCALE`."""
    known = [row for row, word in enumerate(vectors.words) if word in vocabulary]
    ids = np.array([vocabulary.id(vectors.words[row]) for row in known], np.int32)
    chosen = vectors.vectors[known]
    size = float(np.sqrt(np.mean(np.square(chosen, dtype=np.float64)))) if known else 0.0
    return InitialVectors(ids, chosen * np.float32(SCALE / size) if size else chosen)


class VectorSource:
    """Finds the first vectors of a run, and says on stderr how many of its words have one.

    Args:
      sources: the run's corpora.
      job: says where vectors come from.
      width: the most numbers a vector may have; None for any.
      most_others: how many words beyond the run's own are taken (>= 0).
    """

    def __init__(self, sources: EncodedCorpora, job: TrainingJob, width: int | None, most_others: int) -> None:
        self._sources, self._job, self._width, self._most_others = sources, job, width, most_others

    def __call__(self, rows: Split, vocabulary: Vocabulary) -> WordVectors:
        """The vectors of the vocabulary's words and of others. Raises UserError where there are none to be had."""
        wanted = vocabulary.words[: vocabulary.num_words]
        source = self._job.data.embeddings
        if source == SKIPGRAM:
            vectors = skipgram_vectors(self._sources, rows, self._job, wanted, self._most_others)
        elif source == GLOVE:
            vectors = read_glove(wanted, self._most_others, self._width)
        else:
            vectors = read_vectors(str(source), wanted, self._most_others, self._width)
        logger.info(f"Word vectors: {source}, {vectors.width} numbers, " + self._coverage(vectors, rows, vocabulary))
        return vectors

    def _coverage(self, vectors: WordVectors, rows: Split, vocabulary: Vocabulary) -> str:
        found = frozenset(vectors.words)
        own = [word in found for word in vocabulary.words[2 : vocabulary.num_words]]
        main = self._sources.main
        counts = count_words(main, rows.train)
        running = counts[[word in found for word in main.words]].sum() / max(counts.sum(), 1)
        return (
            f"for {np.mean(own) if own else 0:.1%} of the vocabulary's words and {running:.1%} of the training "
            f"rows' running words; {len(found) - sum(own):,} words more"
        )
