"""Skip-gram word vectors of the training examples and unlabelled text, cached in the data folder for later runs.

Validation and test examples are left out, and so are sentences of the unlabelled text that equal one of them.
"""

import hashlib
import json
import logging
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.atomic import replacing
from rnn_textclf.console import progress
from rnn_textclf.errors import UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.models.skipgram import SkipGram
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.encoded.dataset import count_words
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.vectors.skipgram_blocks import NOT_TAKEN, SkipGramBlocks, Text
from rnn_textclf.preprocessing.vectors.word_vectors import WordVectors, select
from rnn_textclf.preprocessing.vocabulary import UNK
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training.concurrency.prefetch import prefetch
from rnn_textclf.training.run_setup import SharedData
from rnn_textclf.training.unlabelled_data import encode_unlabelled, not_held_out

logger = logging.getLogger(__name__)

_VERSION = 1  # Part of the key: raise it whenever the same text gives other vectors.
_MOST_WORDS = 100_000


@dataclass(frozen=True)
class SkipGramOptions:
    """Options of skip-gram training.

    width: E. epochs: passes over the text. min_count: occurrences that a word needs. blocks: the shape of a step;
    shared_negatives: the words that it draws, see `models/skipgram.py`. See `SkipGramBlocks` for the others.
    """

    width: int
    seed: int
    epochs: int = 5
    window: int = 5
    negatives: int = 5
    subsample: float = 1e-3
    min_count: int = 5
    learning_rate: float = 0.025
    blocks: tuple[int, int] = (128, 32)
    shared_negatives: int = 128


Sentences = tuple[EncodedCorpus, np.ndarray]  # Some examples of a corpus, by their indices.


def skipgram_vectors(
    data: SharedData, job: TrainingJob, wanted: Sequence[str], most_others: int, sessions: Sessions
) -> WordVectors:
    """The vectors of the words wanted and of the most frequent others, from the data folder or trained now.

    Raises:
      UserError: unlabelled text cannot be read, no word occurs often enough, or the data folder cannot be
        written to.
    """
    options = SkipGramOptions(job.model.embedding_size, job.train.seed)
    texts: list[Sentences] = [(data.corpora.main, data.split.train)]
    if (unlabelled := encode_unlabelled(job.data)) is not None:
        texts.append((unlabelled, not_held_out(unlabelled, *data)))
    path = Path(job.data.data_dir) / "vectors" / f"{_key(texts, options)}.npz"
    vectors = read_table(path)
    if vectors is None:
        vectors = train_vectors(texts, options, sessions)
        write_table(path, vectors)
    logger.info(f"Word vectors: in {path}")
    return select(vectors.words, vectors.vectors, wanted, most_others)


def train_vectors(texts: Sequence[Sentences], options: SkipGramOptions, sessions: Sessions) -> WordVectors:
    """Trains vectors on some examples of encoded corpora; the words come by their frequency.

    Raises UserError where no word occurs often enough.
    """
    vocabulary, counts = _vocabulary(texts, options.min_count)
    blocks = SkipGramBlocks(
        [
            Text(encoded.word_ids, indices, np.array([vocabulary.get(w, NOT_TAKEN) for w in encoded.words], np.int32))
            for encoded, indices in texts
        ],
        counts,
        window=options.window,
        subsample=options.subsample,
        shape=options.blocks,
        num_negatives=options.shared_negatives,
        seed=options.seed,
    )
    logger.info(f"Skip-gram: {len(counts):,} words that occur {counts.sum():,} times, {options.epochs} epochs")
    with sessions.new_graph() as session:
        net = SkipGram(
            len(counts),
            options.width,
            negatives=options.negatives,
            learning_rate=options.learning_rate,
            steps=options.epochs * blocks.steps_per_epoch,
            seed=options.seed,
        )
        session.run(tf.global_variables_initializer())
        session.graph.finalize()
        _fit(net, session, blocks, options.epochs)
        return WordVectors(list(vocabulary), session.run(net.vectors))


def _fit(net: SkipGram, session: Any, blocks: SkipGramBlocks, epochs: int) -> None:
    steps = chain.from_iterable(map(blocks.epoch, range(epochs)))
    with progress(epochs * blocks.steps_per_epoch, "word vectors", "steps") as line:
        for step in prefetch(steps):
            if not np.isfinite(net.step(session, step)):
                raise UserError(
                    "Skip-gram: the loss is not finite; leave out lines of the unlabelled text that are no text"
                )
            line.update()


def _vocabulary(texts: Sequence[Sentences], min_count: int) -> tuple[dict[str, int], np.ndarray]:
    """Word -> id, by frequency, and the count of each."""
    total = Counter[str]()
    for encoded, indices in texts:
        total.update(dict(zip(encoded.words, count_words(encoded, indices).tolist(), strict=True)))
    total.pop(UNK, None)
    ranked = sorted((-count, word) for word, count in total.items() if count >= min_count)[:_MOST_WORDS]
    if not ranked:
        raise UserError(
            f"--embeddings=skipgram: no word occurs {min_count} times; give more text with --unlabelled_file"
        )
    return {word: id for id, (_, word) in enumerate(ranked)}, np.array([-count for count, _ in ranked])


def _key(texts: Sequence[Sentences], options: SkipGramOptions) -> str:
    """Hash of all that the vectors depend on: text, examples, tokenizer and options."""
    keys = [[encoded.key, hashlib.sha256(indices.astype("<i8").tobytes()).hexdigest()] for encoded, indices in texts]
    return hashlib.sha256(json.dumps([_VERSION, keys, asdict(options)], sort_keys=True).encode()).hexdigest()[:32]


def write_table(path: Path, vectors: WordVectors) -> None:
    """Writes vectors as plain arrays, atomically; the words are UTF-8 with a line feed after each."""
    words = np.frombuffer("".join(f"{word}\n" for word in vectors.words).encode(), np.uint8)
    with replacing(path, "wb") as file:
        np.savez(file, words=words, vectors=vectors.vectors, allow_pickle=False)


def read_table(path: Path) -> WordVectors | None:
    """The vectors that `write_table` wrote; None where the file is missing or damaged."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            words, vectors = arrays["words"].tobytes().decode().split("\n")[:-1], arrays["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    return WordVectors(words, vectors) if vectors.ndim == 2 and len(words) == len(vectors) else None
