"""The machine's matmul rate: the best of TensorFlow and NumPy on square float32 matrices of several sizes."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow.compat.v1 as tf

from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.workers import serve

SIZES = (1024, 1536, 2048, 3072)
_TIMES = 4


def prepare() -> Callable[[], Answer]:
    """A measurement is the best rate of all, in GFLOP/s."""
    tf.disable_eager_execution()
    products = [(size, product) for size in SIZES for product in _products(size)]
    return lambda: {"gflops": max(_rate(size, product) for size, product in products)}


def _products(size: int) -> Iterator[Callable[[], object]]:
    random = np.random.default_rng(0)
    a, b = (random.standard_normal((size, size), np.float32) for _ in range(2))
    result = np.empty_like(a)
    yield lambda: np.matmul(a, b, out=result)
    with tf.Graph().as_default() as graph:
        left, right = (tf.get_variable(name, initializer=value) for name, value in (("a", a), ("b", b)))
        product = tf.matmul(left, right).op
        config = tf.ConfigProto(intra_op_parallelism_threads=THREADS, inter_op_parallelism_threads=THREADS)
        session = tf.Session(graph=graph, config=config)
        session.run(tf.global_variables_initializer())
    yield session.make_callable(product)


def _rate(size: int, product: Callable[[], object]) -> float:
    product()
    best = float("inf")
    for _ in range(_TIMES):
        began = time.perf_counter()
        product()
        best = min(best, time.perf_counter() - began)
    return 2 * size**3 / best / 1e9


if __name__ == "__main__":
    serve(prepare)
