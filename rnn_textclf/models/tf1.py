"""The only import of TensorFlow: its version 1 interface in graph mode, and the types that the models annotate with.

TensorFlow's native libraries write to file descriptor 2 while they load, whatever Python's logging says. The
descriptor itself is therefore redirected for that moment, unless `TF_CPP_MIN_LOG_LEVEL` is set and asks
for more.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TypeAlias


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


_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
_level_is_chosen = _LEVEL in os.environ
_quiet = os.environ.setdefault(_LEVEL, "3") == "3"
with _native_stderr_silenced() if _quiet else contextlib.nullcontext():
    import tensorflow.compat.v1 as tf
    from tensorflow.core.protobuf.config_pb2 import CallableOptions

if not _level_is_chosen:
    del os.environ[_LEVEL]  # Read once, while TensorFlow loads; other programs that this one starts choose their own.

if _quiet:
    tf.logging.set_verbosity(tf.logging.ERROR)

Tensor: TypeAlias = tf.Tensor
Variable: TypeAlias = tf.Variable

__all__ = ["CallableOptions", "Tensor", "Variable", "tf"]
