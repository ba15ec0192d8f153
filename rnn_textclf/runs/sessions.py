"""Sessions: the threads that graphs run on."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from rnn_textclf.models.tf1 import CallableOptions, tf


class Sessions:
    """Opens TensorFlow sessions; the one place that decides how a graph is run.

    Args:
      threads: threads to compute on (>= 0; 0: one a core).

    Attributes:
      threads: their number, >= 1.
    """

    def __init__(self, threads: int = 0) -> None:
        self.threads = threads or os.cpu_count() or 1

    @contextlib.contextmanager
    def new_graph(self) -> Iterator[Any]:
        """A session for a new graph, which is the default graph while the block runs."""
        with tf.Graph().as_default() as graph, self.on_all_threads(graph) as session:
            yield session

    def on_all_threads(self, graph: Any) -> Any:
        """A session for `graph`, which must be empty: training, and whatever has one batch at a time.

        TensorFlow's threads are the process's, and start with the first session or with the first loop that is
        built, which takes as many as there are cores.

        The recurrent loops run as two batch splits side by side (`models/layers/recurrence.py`), each operation on
        half the threads: two threads that go their own ways get more done than two that meet after every small
        operation.
        """
        if graph.get_operations():
            raise ValueError("the session must be made before the graph is filled")
        return tf.Session(graph=graph, config=self._config())

    def _config(self) -> Any:
        return _config(self.threads, max(1, self.threads // 2))

    @staticmethod
    def on_calling_thread(graph: Any) -> Any:
        """A session for `graph` whose operations run on the thread that calls it, and nowhere else.

        For inference: a hand-over between threads costs more than most operations on one sentence, and callers
        on several threads keep as many cores busy.
        """
        return tf.Session(graph=graph, config=_config(-1, 1))


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


def _config(inter_op_threads: int, intra_op_threads: int) -> Any:
    """Threads as given, and graphs run as they were built.

    TensorFlow would rewrite each graph before its first step. Steps are no quicker afterwards and their results are
    the same to the bit, but the first takes half a second more: most of what loading a small run takes.
    """
    config = tf.ConfigProto(
        inter_op_parallelism_threads=inter_op_threads, intra_op_parallelism_threads=intra_op_threads
    )
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    return config


def device_description() -> str:
    """TensorFlow's version and what it computes on, for people."""
    gpus = tf.config.list_physical_devices("GPU")
    return f"TensorFlow {tf.__version__} on {f'{len(gpus)} GPU' if gpus else 'the CPU'}"
