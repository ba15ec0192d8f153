"""Embedding initialisation: the word vectors that `--embeddings` names; later checkpoints hold them."""

import logging
from typing import NamedTuple

import numpy as np

from rnn_textclf.preprocessing.encoded.dataset import count_words
from rnn_textclf.preprocessing.encoded.prepared_data import training_vocabulary
from rnn_textclf.preprocessing.vectors.glove import read_glove
from rnn_textclf.preprocessing.vectors.word_vectors import WordVectors, read_vectors
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training.initialisation.skipgram_training import skipgram_vectors
from rnn_textclf.training.run_setup import RunSetup, SharedData

logger = logging.getLogger(__name__)

GLOVE = "glove"
SKIPGRAM = "skipgram"
# Root mean square of all vectors' components. Sources differ (0.05 to 0.7), but Adam's steps and dropout do not.
SCALE = 0.3


class InitialVectors(NamedTuple):
    """Ids of words, int32 `[n]`, and their first rows in the embedding, float32 `[n, E]`."""

    ids: np.ndarray
    rows: np.ndarray


def initial_vectors(vectors: WordVectors, vocabulary: Vocabulary) -> InitialVectors:
    """The vectors of words in the vocabulary, scaled together to the root mean square `SCALE`."""
    known = [row for row, word in enumerate(vectors.words) if word in vocabulary]
    ids = np.array([vocabulary.entry_id(vectors.words[row]) for row in known], np.int32)
    chosen = vectors.vectors[known]
    size = float(np.sqrt(np.mean(np.square(chosen, dtype=np.float64)))) if known else 0.0
    return InitialVectors(ids, chosen * np.float32(SCALE / size) if size else chosen)


def find_vectors(run: RunSetup, data: SharedData, sessions: Sessions) -> WordVectors | None:
    """The vectors of a run's words, and of others where it begins; logs how many words have one.

    A run that has begun has its width and words already. One that begins takes the width of the vectors, unless
    `--embedding_size` was given, and knows up to `--vector_words` of their other words.

    Args:
      run: names the vectors in `embeddings`; None without.
      data: its corpora and split.
      sessions: opens the session in which skip-gram vectors are trained.

    Raises:
      UserError: the vectors cannot be read, made, or are wider than the run's.
    """
    source, width = run.job.data.embeddings, run.job.model.embedding_size
    if source is None:
        return None
    others = 0 if run.stored else run.job.data.vector_words
    vocabulary = run.folder.read_vocabulary() if run.stored else training_vocabulary(*data, run.job.data)
    wanted = vocabulary.words[: vocabulary.num_words]
    most = width if run.stored or "embedding_size" in run.job.given else None
    if source == SKIPGRAM:
        vectors = skipgram_vectors(data, run.job, wanted, others, sessions)
    elif source == GLOVE:
        vectors = read_glove(wanted, others, most)
    else:
        vectors = read_vectors(source, wanted, others, most)
    logger.info(f"Word vectors: {source}, {vectors.width} numbers, " + _coverage(vectors, data, vocabulary))
    return vectors


def _coverage(vectors: WordVectors, data: SharedData, vocabulary: Vocabulary) -> str:
    found = frozenset(vectors.words)
    own = [word in found for word in vocabulary.words[2 : vocabulary.num_words]]
    main = data.corpora.main
    counts = count_words(main, data.split.train)
    running = counts[[word in found for word in main.words]].sum() / max(counts.sum(), 1)
    return (
        f"for {np.mean(own) if own else 0:.1%} of the vocabulary's words and {running:.1%} of the training "
        f"rows' running words; {len(found) - sum(own):,} words more"
    )
