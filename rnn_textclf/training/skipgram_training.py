"""Word vectors by skip-gram from the training rows and unlabelled text, kept in the data folder for the next run.

Validation and test rows never enter, nor sentences of the unlabelled text that equal one of them.
"""

import hashlib
import json
import logging
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
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
from rnn_textclf.preprocessing.encoded.splits import Split
from rnn_textclf.preprocessing.vectors.skipgram_blocks import NOT_TAKEN, SkipGramBlocks, Text, TextBlocks
from rnn_textclf.preprocessing.vectors.word_vectors import WordVectors, select
from rnn_textclf.preprocessing.vocabulary import UNK
from rnn_textclf.runs import sessions
from rnn_textclf.runs.prepared_data import EncodedCorpora
from rnn_textclf.training.prefetch import ahead
from rnn_textclf.training.unlabelled_data import encode_unlabelled, rows_not_held_out

logger = logging.getLogger(__name__)

_VERSION = 1  # Part of the key: raise it whenever the same text gives other vectors.
_MOST_WORDS = 100_000


@dataclass(frozen=True)
class SkipGramOptions:
    """How vectors are trained.

    width: E. epochs: passes over the text. min_count: how often a word must occur in it. blocks: the shape of a
    step, and shared_negatives what it draws; see `graph/skipgram.py`, and `SkipGramBlocks` for the others.
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


Subset = tuple[EncodedCorpus, np.ndarray]


def skipgram_vectors(
    sources: EncodedCorpora, rows: Split, job: TrainingJob, wanted: Sequence[str], most_others: int
) -> WordVectors:
    """The vectors of the words wanted and of the most frequent others, from the data folder or trained now.

    Raises:
      UserError: unlabelled text cannot be read, no word occurs often enough, or the data folder cannot be
        written to.
    """
    options = SkipGramOptions(job.model.embedding_size, job.train.seed)
    parts: list[Subset] = [(sources.main, rows.train)]
    if (more := encode_unlabelled(job.data)) is not None:
        parts.append((more, rows_not_held_out(more, sources, rows)))
    path = Path(job.data.data_dir) / "vectors" / f"{_key(parts, options)}.npz"
    vectors = read_table(path)
    if vectors is None:
        vectors = train_vectors(parts, options, job.threads)
        write_table(path, vectors)
    logger.info(f"Word vectors: in {path}")
    return select(vectors.words, vectors.vectors, wanted, most_others)


def train_vectors(parts: Sequence[Subset], options: SkipGramOptions, threads: int = 0) -> WordVectors:
    """Trains vectors on some rows of encoded corpora; the words come by their frequency.

    Raises UserError where no word occurs often enough.
    """
    counted = [count_words(encoded, rows) for encoded, rows in parts]
    vocabulary, counts = _vocabulary(parts, counted, options.min_count)
    texts = [Text(encoded.word_ids, rows, _ids(encoded, vocabulary)) for encoded, rows in parts]
    blocks = SkipGramBlocks(
        texts,
        counts,
        window=options.window,
        subsample=options.subsample,
        shape=options.blocks,
        num_negatives=options.shared_negatives,
        seed=options.seed,
    )
    logger.info(f"Skip-gram: {len(counts):,} words that occur {counts.sum():,} times, {options.epochs} epochs")
    with sessions.Sessions(threads).new_graph() as session:
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
    def steps() -> Iterator[TextBlocks]:
        for epoch in range(epochs):
            yield from blocks.epoch(epoch)

    with progress(epochs * blocks.steps_per_epoch, "word vectors", "steps") as line:
        for step in ahead(steps()):
            if not np.isfinite(net.step(session, step)):
                raise UserError(
                    "Skip-gram: the loss is not finite; leave out lines of the unlabelled text that are no text"
                )
            line.update()


def _vocabulary(
    parts: Sequence[Subset], counted: Sequence[np.ndarray], min_count: int
) -> tuple[dict[str, int], np.ndarray]:
    """Words -> ids, by their frequency, and how often each occurs."""
    total: dict[str, int] = {}
    for (encoded, _), counts in zip(parts, counted, strict=True):
        for word, count in zip(encoded.words, counts.tolist(), strict=True):
            total[word] = total.get(word, 0) + count
    total.pop(UNK, None)
    ranked = sorted((-count, word) for word, count in total.items() if count >= min_count)[:_MOST_WORDS]
    if not ranked:
        raise UserError(
            f"--embeddings=skipgram: no word occurs {min_count} times; give more text with --unlabelled_file"
        )
    return {word: id for id, (_, word) in enumerate(ranked)}, np.array([-count for count, _ in ranked])


def _ids(encoded: EncodedCorpus, vocabulary: dict[str, int]) -> np.ndarray:
    return np.array([vocabulary.get(word, NOT_TAKEN) for word in encoded.words], np.int32)


def _key(parts: Sequence[Subset], options: SkipGramOptions) -> str:
    """What the vectors depend on: text, rows, tokenizer and options."""
    texts = [[encoded.key, hashlib.sha256(rows.astype("<i8").tobytes()).hexdigest()] for encoded, rows in parts]
    whole = json.dumps([_VERSION, texts, asdict(options)], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


def write_table(path: Path, vectors: WordVectors) -> None:
    """Writes vectors as plain arrays, whole or not at all; the words are UTF-8 with a line feed after each."""
    words = np.frombuffer("".join(f"{word}\n" for word in vectors.words).encode(), np.uint8)
    with replacing(path, "wb") as file:
        np.savez(file, words=words, vectors=vectors.vectors, allow_pickle=False)


def read_table(path: Path) -> WordVectors | None:
    """What `write_table` wrote; None where there is nothing, or what is there is damaged."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            words, vectors = arrays["words"].tobytes().decode().split("\n")[:-1], arrays["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None  # to be made anew
    return WordVectors(words, vectors) if vectors.ndim == 2 and len(words) == len(vectors) else None
