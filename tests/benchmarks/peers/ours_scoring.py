"""Our Predictor on the lines of a file: text in, probabilities out."""

import time
from collections.abc import Callable
from pathlib import Path

from rnn_textclf.inference.predictor import Predictor
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.workers import serve


def prepare(run: str, file: str) -> Callable[[], Answer]:
    """Loads the run; a measurement is the whole file, in sentences a second."""
    predictor = Predictor.load(run, THREADS)

    def score() -> Answer:
        began = time.perf_counter()
        with Path(file).open(encoding="utf-8") as lines:
            probabilities = predictor.predict_proba(lines)
        return {"sentences/s": len(probabilities) / (time.perf_counter() - began)}

    score()
    return score


if __name__ == "__main__":
    serve(prepare)
