"""TensorFlow's errors, told to the user in one line by their kind: a lack of memory, or what TensorFlow itself says.

That another task of a cluster was lost is told in `training/cluster/ending.py`, which knows the tasks.
"""

import contextlib
import logging
import re
from collections.abc import Iterator

from rnn_textclf.errors import UserError
from rnn_textclf.models.tf1 import tf

logger = logging.getLogger(__name__)

_LONGEST = 200  # Characters of a reason.
# Errors of other types, where TensorFlow could not allocate. It writes tensors of zeros as a message to itself, and
# says that this cannot be parsed where there is no room for them.
_MEMORY_TEXT = re.compile(r"std::bad_alloc|out of memory|\bOOM\b|^Cannot parse tensor from proto", re.IGNORECASE)

# Lines before the one that says what went wrong: those indented are of the Python code that made the node.
_PLACE = re.compile(r"(Graph execution error:|Detected at node .*|Node: .*|=+|(.*: )?From /job:\S+:|\s.*)?")


@contextlib.contextmanager
def told_in_one_line() -> Iterator[None]:
    """Turns an error of TensorFlow's, or a lack of memory, into a UserError that says what to do."""
    try:
        yield
    except (tf.errors.OpError, MemoryError) as error:
        if lacks_memory(error):
            raise UserError(
                "Not enough memory for this model: lower --num_hidden_units, --embedding_size or --batch_size"
            ) from error
        logger.debug("Where TensorFlow stopped:", exc_info=True)
        raise UserError(
            f"TensorFlow stopped with {type(error).__name__}: {reason(error)}; what was saved is kept, and the same "
            "command goes on from there; --verbosity=1 shows where it stopped"
        ) from error


def lacks_memory(error: Exception) -> bool:
    """Whether an error says that memory could not be had."""
    if isinstance(error, MemoryError | tf.errors.ResourceExhaustedError):
        return True
    return isinstance(error, tf.errors.OpError) and bool(_MEMORY_TEXT.search(reason(error)))


def reason(error: Exception) -> str:
    """The line that says what went wrong: TensorFlow puts it after the nodes and the tasks that met it."""
    lines = [line for line in str(error).splitlines() if not _PLACE.fullmatch(line)]
    return (lines or [type(error).__name__])[0].strip()[:_LONGEST]
