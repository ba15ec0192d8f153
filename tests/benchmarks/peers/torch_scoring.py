"""PyTorch on the lines of a file: our tokenizer and vocabulary, sorted by length, batches of 256."""

import time
from collections.abc import Callable
from pathlib import Path

import torch

from rnn_textclf.preprocessing.text_encoder import TextEncoder
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers.torch_net import BatchScorer
from tests.benchmarks.workers import serve

BATCH_SIZE = 256


def prepare(vocabulary: str, file: str) -> Callable[[], Answer]:
    """Builds the net; a measurement is the whole file, in sentences a second."""
    torch.set_num_threads(THREADS)
    words = Vocabulary.load(vocabulary)
    encoder = TextEncoder(words)
    scorer = BatchScorer(len(words), num_classes=2)

    def score() -> Answer:
        began = time.perf_counter()
        with Path(file).open(encoding="utf-8") as lines:
            probabilities = scorer.probabilities([encoder.ids(line) for line in lines], BATCH_SIZE)
        return {"sentences/s": len(probabilities) / (time.perf_counter() - began)}

    score()
    return score


if __name__ == "__main__":
    serve(prepare)
