"""The physical limit of one more word: its recurrent weights read once from cache. NumPy only."""

import time
from collections.abc import Callable

import numpy as np

from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.workers import serve

_TIMES = 2000


def prepare() -> Callable[[], Answer]:
    """A measurement is the median of a product of h `[H]` with R `[H, 4 H]` on one core, in milliseconds."""
    random = np.random.default_rng(0)
    h = random.standard_normal(setting.HIDDEN, np.float32)
    kernel = random.standard_normal((setting.HIDDEN, setting.GATES["lstm"] * setting.HIDDEN), np.float32)

    def measure() -> Answer:
        times = []
        for _ in range(_TIMES):
            began = time.perf_counter()
            h @ kernel
            times.append(time.perf_counter() - began)
        return {"ms": 1e3 * float(np.median(times))}

    measure()
    return measure


if __name__ == "__main__":
    serve(prepare)
