"""PyTorch on the lines of a file: two threads in each operation."""

from collections.abc import Callable
from pathlib import Path

import torch

from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers import same_net
from tests.benchmarks.peers.like_length import scored
from tests.benchmarks.peers.scoring_peer import prepare_scoring
from tests.benchmarks.peers.torch_net import BatchScorer
from tests.benchmarks.workers import serve


def prepare(vocabulary: str, file: str, reference: str) -> Callable[[], Answer]:
    """Builds the net; see `prepare_scoring`."""
    torch.set_num_threads(THREADS)
    scorer = BatchScorer(same_net.read_weights(Path(reference)))
    ways = {"threads in an operation": lambda ids, size: scored(scorer, ids, size)}
    return prepare_scoring(ways, vocabulary, file, Path(reference))


if __name__ == "__main__":
    serve(prepare)
