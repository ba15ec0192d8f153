"""Our skip-gram on the sentences of the packaged IMDB reviews, from ids to vectors."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rnn_textclf.preprocessing.encoded.dataset import count_words
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training.initialisation.skipgram_training import train_vectors
from tests.benchmarks.contest import Answer
from tests.benchmarks.peers import imdb_text
from tests.benchmarks.workers import serve


def prepare(folder: str) -> Callable[[], Answer]:
    """A measurement is one epoch: counting, graph, batches and all; words a second, rare and frequent ones too."""
    encoded = imdb_text.encoded(Path(folder))
    rows = np.arange(len(encoded), dtype=np.int32)
    words = int(count_words(encoded, rows).sum())

    def measure() -> Answer:
        began = time.perf_counter()
        train_vectors([(encoded, rows)], imdb_text.OPTIONS, Sessions(imdb_text.THREADS))
        return {"words/s": words / (time.perf_counter() - began)}

    return measure


if __name__ == "__main__":
    serve(prepare)
