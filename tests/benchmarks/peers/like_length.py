"""Scoring of many sentences by a peer: sorted by length, in batches, one or several at a time."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

import numpy as np

Score = Callable[[np.ndarray, np.ndarray], np.ndarray]  # int64 ids `[T, B]`, lengths `[B]` -> float32 `[B, C]`


def scored(
    score: Score, sentences: Sequence[Sequence[int]], batch_size: int, threads: Executor | None = None
) -> np.ndarray:
    """Probabilities `[N, C]` of sentences in their order.

    Args:
      score: takes a batch.
      sentences: ids of each, one or more.
      batch_size: sentences in a batch.
      threads: where batches are scored side by side; None for one after the other.
    """
    by_length = sorted(range(len(sentences)), key=lambda i: -len(sentences[i]))
    batches = [by_length[first : first + batch_size] for first in range(0, len(by_length), batch_size)]
    run = threads.map if threads else map
    parts = list(run(lambda rows: score(*padded([sentences[row] for row in rows])), batches))
    result = np.empty((len(sentences), parts[0].shape[1]), np.float32)
    for rows, part in zip(batches, parts, strict=True):
        result[rows] = part
    return result


def padded(sentences: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """A batch as the peers take it: int64 ids `[T, B]` with zeros past the end, and lengths `[B]`."""
    lengths = np.fromiter(map(len, sentences), np.int64, len(sentences))
    ids = np.zeros((len(sentences), lengths.max()), np.int64)
    words = (word for sentence in sentences for word in sentence)
    ids[np.arange(ids.shape[1]) < lengths[:, None]] = np.fromiter(words, np.int64, int(lengths.sum()))
    return np.ascontiguousarray(ids.T), lengths
