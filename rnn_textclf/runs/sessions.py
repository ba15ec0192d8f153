"""How a session runs on this machine."""

import os
from typing import Any

from rnn_textclf.graph.tf1 import tf


def new_session(graph: Any, threads: int = 0) -> Any:
    """A session for `graph` on `threads` threads (0: as many as there are cores).

    The recurrent loops run as two lanes side by side (`graph/recurrence.py`), each operation on half the
    threads: two threads that go their own ways get more done than two that meet after every small operation.

    The graph must still be empty: TensorFlow's threads are the process's, and start with the first session or with
    the first loop that is built, which takes as many as there are cores.
    """
    if graph.get_operations():
        raise ValueError("the session must be made before the graph is filled")
    threads = threads or os.cpu_count() or 1
    config = tf.ConfigProto(inter_op_parallelism_threads=threads, intra_op_parallelism_threads=max(1, threads // 2))
    return tf.Session(graph=graph, config=config)


def new_caller_session(graph: Any) -> Any:
    """A session for `graph` whose operations run on the thread that calls it, and nowhere else.

    For inference: a hand-over between threads costs more than most operations on one sentence, and callers
    on several threads keep as many cores busy.
    """
    config = tf.ConfigProto(inter_op_parallelism_threads=-1, intra_op_parallelism_threads=1)
    return tf.Session(graph=graph, config=config)


def device_description() -> str:
    """TensorFlow's version and what it computes on, for people."""
    gpus = tf.config.list_physical_devices("GPU")
    return f"TensorFlow {tf.__version__} on {f'{len(gpus)} GPU' if gpus else 'the CPU'}"
