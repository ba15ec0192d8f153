"""Scoring of a file by a peer: our tokenizer and vocabulary, text in, probabilities out, by its fastest way."""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from rnn_textclf.preprocessing.text_encoder import TextEncoder
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from tests.benchmarks.contest import Answer
from tests.benchmarks.peers import same_net

BATCH_SIZES = (64, 256)
Way = Callable[[list[list[int]], int], np.ndarray]  # Ids of sentences, batch size -> probabilities `[N, C]`.


def prepare_scoring(ways: Mapping[str, Way], vocabulary: str, file: str, reference: Path) -> Callable[[], Answer]:
    """Compares all ways with our answers; a measurement is the whole file by the fastest, in sentences a second."""
    encoder = TextEncoder(Vocabulary.load(vocabulary))

    def score(way: Way, batch_size: int) -> tuple[float, np.ndarray]:
        began = time.perf_counter()
        with Path(file).open(encoding="utf-8") as lines:
            probabilities = way([encoder.ids(line) for line in lines], batch_size)
        return len(probabilities) / (time.perf_counter() - began), probabilities

    rates: dict[tuple[str, int], float] = {}
    for name, way in ways.items():
        for batch_size in BATCH_SIZES:
            rates[name, batch_size], probabilities = score(way, batch_size)
            same_net.check(reference, probabilities)
    print(", ".join(f"{name} by {size}: {rate:.0f}" for (name, size), rate in rates.items()), file=sys.stderr)
    name, batch_size = max(rates, key=lambda key: rates[key])
    return lambda: {"sentences/s": score(ways[name], batch_size)[0]}
