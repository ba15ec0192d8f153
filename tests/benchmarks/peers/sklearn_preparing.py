"""scikit-learn's `CountVectorizer.fit_transform` on the texts of the same file, with the same words."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from sklearn.feature_extraction.text import CountVectorizer

from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.workers import serve

# Our words as one pattern, which is the fastest way that CountVectorizer has to find them. (Text that is not
# ASCII differs here and there, for scikit-learn is spared the normalization.)
WORDS = r"[,!()?]|(?:[^\W_]|['`])(?:(?!'(?:s|ve|re|d|ll)|n't)(?:[^\W_]|['`]))*"


def prepare(file: str) -> Callable[[], Answer]:
    """A measurement is the whole file, on one core, in sentences a second."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])

    def measure() -> Answer:
        began = time.perf_counter()
        with Path(file).open(encoding="utf-8", newline="\n") as lines:
            texts = [line.partition("\t")[2] for line in lines]
        vectorizer = CountVectorizer(token_pattern=WORDS, max_features=setting.VOCABULARY)
        counts = vectorizer.fit_transform(texts)
        return {"sentences/s": counts.shape[0] / (time.perf_counter() - began)}

    return measure


if __name__ == "__main__":
    serve(prepare)
