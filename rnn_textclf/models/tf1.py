"""The only import of TensorFlow: its version 1 interface in graph mode, and the types that the models annotate with.

TensorFlow's native libraries write to file descriptor 2 while they load, whatever Python's logging says. The
descriptor itself is therefore redirected for that moment, unless `TF_CPP_MIN_LOG_LEVEL` is set and asks
for more.

TensorFlow imports Keras 3 while it loads, though nothing here uses it: a third of the time and a quarter of the
memory, for Keras imports Matplotlib and scikit-learn in turn. With `TF_USE_LEGACY_KERAS` set and tf-keras not
installed it imports neither. The variable is taken back at once, so that `tf.keras` and `import keras` are later
what they would have been.

Python's garbage collector looks through all of TensorFlow's new objects again and again while it loads, which
takes a fifth of the time and finds next to nothing. It rests meanwhile.
"""

import contextlib
import gc
import importlib.util
import os
import sys
from collections.abc import Iterator
from typing import Any, TypeAlias


@contextlib.contextmanager
def _native_stderr_silenced() -> Iterator[None]:
    sys.stderr.flush()
    saved = os.dup(2)
    try:
        with open(os.devnull, "wb") as null:
            os.dup2(null.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


@contextlib.contextmanager
def _default(name: str, value: str) -> Iterator[str]:
    """Value of an environment variable: the user's own or, until the end of the block, the default."""
    is_chosen = name in os.environ
    try:
        yield os.environ.setdefault(name, value)
    finally:
        if not is_chosen:
            del os.environ[name]  # Other programs that this one starts choose their own.


def _without_keras() -> contextlib.AbstractContextManager[Any]:
    """Keeps TensorFlow from importing Keras; with tf-keras it would import that, and `tf.keras` would change."""
    if importlib.util.find_spec("tf_keras"):
        return contextlib.nullcontext()
    return _default("TF_USE_LEGACY_KERAS", "1")


@contextlib.contextmanager
def _without_garbage_collection() -> Iterator[None]:
    is_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_enabled:
            gc.enable()


with _default("TF_CPP_MIN_LOG_LEVEL", "3") as _level, _without_keras(), _without_garbage_collection():
    _quiet = _level == "3"
    with _native_stderr_silenced() if _quiet else contextlib.nullcontext():
        import tensorflow.compat.v1 as tf
        from tensorflow.core.protobuf.config_pb2 import CallableOptions

if _quiet:
    tf.logging.set_verbosity(tf.logging.ERROR)

Tensor: TypeAlias = tf.Tensor
Variable: TypeAlias = tf.Variable

__all__ = ["CallableOptions", "Tensor", "Variable", "tf"]
