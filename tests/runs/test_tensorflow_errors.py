"""TensorFlow's errors are told by their kind: memory as memory, everything else in TensorFlow's own words."""

import logging

import numpy as np
import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.tensorflow_errors import lacks_memory, reason, told_in_one_line

AT_NODE = (
    "Graph execution error:\n\nDetected at node 'a' defined at (most recent call last):\n    File \"x.py\", line 3\n"
)
# As TensorFlow 2.21 said them in training under `ulimit -v`, and on a parameter server.
OF_ZEROS = f"{AT_NODE}Node: 'a'\nCannot parse tensor from proto: goo.gle/debugstr\ndtype: DT_FLOAT\n"
ON_A_SERVER = (
    f"{AT_NODE}Node: 'a'\n{'=' * 21}\nINVALID_ARGUMENT: From /job:ps/replica:0/task:0:\nindices[0] = 9 is not in [0, 4)"
)
SERVER_LOST = "Graph execution error:\n\nFrom /job:ps/replica:0/task:0:\nrecvmsg:Connection reset by peer\nAdditional"


def error_of(kind: str, text: str) -> Exception:
    return getattr(tf.errors, kind)(None, None, text)


@pytest.mark.parametrize(
    "error",
    [
        error_of("ResourceExhaustedError", "OOM when allocating tensor with shape[9]\n on CPU"),
        MemoryError(),
        MemoryError("std::bad_alloc"),
        error_of("InternalError", "std::bad_alloc"),
        error_of("UnknownError", f"{AT_NODE}Node: 'a'\nstd::bad_alloc"),
        error_of("InternalError", "Failed to allocate: Out of memory"),
        error_of("InvalidArgumentError", OF_ZEROS),
    ],
)
def test_a_lack_of_memory_is_told_with_what_to_lower(error: Exception) -> None:
    assert lacks_memory(error)
    with (
        pytest.raises(UserError, match="Not enough memory for this model: lower --num_hidden_units"),
        told_in_one_line(),
    ):
        raise error


@pytest.mark.parametrize(
    ("kind", "text", "line"),
    [
        ("InvalidArgumentError", "Cannot colocate a and b\nmore", "Cannot colocate a and b"),
        (
            "InvalidArgumentError",
            f"{AT_NODE}Node: 'a'\nindices[0] = 5 is not in [0, 2)\n",
            "indices[0] = 5 is not in [0, 2)",
        ),
        ("InvalidArgumentError", ON_A_SERVER, "indices[0] = 9 is not in [0, 4)"),
        ("UnavailableError", SERVER_LOST, "recvmsg:Connection reset by peer"),
        ("InternalError", "Broken", "Broken"),
        ("NotFoundError", "No kernel in the BLOOM family", "No kernel in the BLOOM family"),
        ("UnimplementedError", "", "UnimplementedError"),
    ],
)
def test_everything_else_keeps_its_own_meaning(kind: str, text: str, line: str) -> None:
    error = error_of(kind, text)
    assert not lacks_memory(error)
    assert reason(error) == line
    with pytest.raises(UserError) as told, told_in_one_line():
        raise error
    assert f"{kind}: {line}; what was saved is kept" in str(told.value)
    assert "memory" not in str(told.value)


def test_where_it_stopped_is_shown_when_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("rnn_textclf.runs.tensorflow_errors")
    logger.addHandler(caplog.handler)
    try:
        with caplog.at_level(logging.DEBUG, logger.name), pytest.raises(UserError), told_in_one_line():
            raise error_of("InternalError", "Broken")
    finally:
        logger.removeHandler(caplog.handler)
    assert "in test_where_it_stopped_is_shown_when_asked_for" in caplog.text


def test_the_errors_of_a_session_are_told() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        rows = tf.gather(tf.zeros([2, 3]), tf.placeholder_with_default(np.array([5]), [1]))
        with (
            pytest.raises(UserError, match=r"InvalidArgumentError: indices\[0\] = 5 is not in \[0, 2\)"),
            told_in_one_line(),
        ):
            session.run(rows)


def test_what_is_no_error_of_tensorflow_passes() -> None:
    for error in (UserError("own"), ValueError("a bug"), KeyboardInterrupt()):
        with pytest.raises(type(error)), told_in_one_line():
            raise error
