"""Errors for a lack of memory that is only met while a model is built or trained; see `model_size.py`."""

import contextlib
from collections.abc import Iterator

from rnn_textclf.errors import UserError
from rnn_textclf.models.tf1 import tf


@contextlib.contextmanager
def memory_errors() -> Iterator[None]:
    """Turns TensorFlow's error for a lack of memory into a UserError that says what to lower."""
    try:
        yield
    except tf.errors.ResourceExhaustedError:
        raise too_large() from None


def too_large() -> UserError:
    """The error for a model that TensorFlow could not allocate."""
    return UserError("Not enough memory for this model: lower --num_hidden_units, --embedding_size or --batch_size")
