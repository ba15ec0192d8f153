"""ONNX Runtime on the lines of a file: two threads in each operation, or a batch on each of two threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers import onnx_net, same_net
from tests.benchmarks.peers.like_length import scored
from tests.benchmarks.peers.scoring_peer import prepare_scoring
from tests.benchmarks.workers import serve


def prepare(vocabulary: str, file: str, reference: str) -> Callable[[], Answer]:
    """Exports the net; see `prepare_scoring`."""
    weights = same_net.read_weights(Path(reference))
    together, alone = (onnx_net.sentences(weights, threads) for threads in (THREADS, 1))
    pool = ThreadPoolExecutor(THREADS)
    ways = {
        "threads in an operation": lambda ids, size: scored(together, ids, size),
        "a batch a thread": lambda ids, size: scored(alone, ids, size, pool),
    }
    return prepare_scoring(ways, vocabulary, file, Path(reference))


if __name__ == "__main__":
    serve(prepare)
