"""How a session runs on this machine."""

import os
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from rnn_textclf.models.tf1 import CallableOptions, tf


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


class Call:
    """`session.run` with the same feeds and fetches again and again, at a tenth of what it costs beside the graph.

    `session.make_callable` is no quicker than `run` where anything is fed. This is the native call behind both.
    It is prepared when it is first made, for that takes as long as many calls. Safe from several threads.

    Args:
      session: whose graph is whole.
      fetches: tensors, none of which is fed.
      feeds: tensors. A call takes arrays of their very types, in their order: nothing is converted.
    """

    def __init__(self, session: Any, fetches: Sequence[Any], feeds: Sequence[Any]) -> None:
        self._session = session
        fetch, feed = ([tensor.name for tensor in tensors] for tensors in (fetches, feeds))
        self._options = CallableOptions(fetch=fetch, feed=feed)

    def __call__(self, *values: np.ndarray) -> list[np.ndarray]:
        """The fetches, in their order."""
        return self._run(*values)

    @cached_property
    def _run(self) -> Any:
        return self._session._make_callable_from_options(self._options)


def device_description() -> str:
    """TensorFlow's version and what it computes on, for people."""
    gpus = tf.config.list_physical_devices("GPU")
    return f"TensorFlow {tf.__version__} on {f'{len(gpus)} GPU' if gpus else 'the CPU'}"
