"""Our Predictor on the lines of a file: text in, probabilities out."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.runs.checkpoints import read_last
from rnn_textclf.runs.folder.run_folder import RunFolder
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers import same_net
from tests.benchmarks.workers import serve


def prepare(run: str, file: str, reference: str) -> Callable[[], Answer]:
    """Loads the run, and stores its answers for the peers; a measurement is the whole file, in sentences a second."""
    predictor = Predictor.load(run, THREADS)

    def score() -> tuple[float, np.ndarray]:
        began = time.perf_counter()
        with Path(file).open(encoding="utf-8") as lines:
            probabilities = predictor.predict_proba(lines)
        return len(probabilities) / (time.perf_counter() - began), probabilities

    write_reference(predictor, run, score()[1], Path(reference))
    return lambda: {"sentences/s": score()[0]}


def write_reference(predictor: Predictor, run: str, probabilities: np.ndarray, path: Path) -> None:
    """Stores the run's weights and its answers to the lines of the file."""
    _, weights = read_last(RunFolder(Path(run)).best, lambda stored: {name: stored[name] for name in stored.shapes})
    same_net.write(path, {**weights, "temperature": np.float32(predictor.temperature)}, probabilities)


if __name__ == "__main__":
    serve(prepare)
