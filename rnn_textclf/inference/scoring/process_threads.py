"""Threads of one process: a fork has none of its parent's, neither Python's nor TensorFlow's."""

import ctypes
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rnn_textclf.errors import UserError

PROBE_SECONDS = 10.0
_LOADED_IN = os.getpid()
_sessions: weakref.WeakSet[Any] = weakref.WeakSet()


class ProcessThreads:
    """A pool of threads, made anew in a fork.

    TensorFlow's own threads cannot be. They are missed in a fork if the process computed on several before, in a
    session with other settings than this package's for inference, such as Keras's or that of a training: its
    operations would then wait for ever.

    Args:
      threads: their number, >= 1.
      probe: an example of the work, which takes milliseconds.
    """

    def __init__(self, threads: int, probe: Callable[[], object]) -> None:
        self._threads, self._probe = threads, probe
        self._pool, self._process = ThreadPoolExecutor(threads), _LOADED_IN
        self.check()

    def check(self) -> None:
        """Raises UserError in a fork that cannot compute; to be called before work."""
        if self._process == os.getpid():
            return
        worker = threading.Thread(target=self._probe, daemon=True)
        worker.start()
        worker.join(PROBE_SECONDS)
        if worker.is_alive():
            raise UserError(
                "this process was forked from one in which TensorFlow had started threads, and lacks them: start it "
                "with multiprocessing's method 'spawn', or score before anything else uses TensorFlow"
            )
        self._pool, self._process = ThreadPoolExecutor(self._threads), os.getpid()

    def map(self, function: Callable[[Any], Any], values: Iterable[Any]) -> Iterator[Any]:
        """As `Executor.map`; after `check`."""
        return self._pool.map(function, values)


def is_fork() -> bool:
    """Whether this process was forked after this package was imported."""
    return os.getpid() != _LOADED_IN


def keep_in_forks(session: Any) -> None:
    """Lets the forks of this process end while a session is open: closing it would wait for its threads for ever."""
    _sessions.add(session)


def _never_free() -> None:
    for session in _sessions:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(session))


if hasattr(os, "register_at_fork"):  # Not on Windows, which has no fork.
    os.register_at_fork(after_in_child=_never_free)
