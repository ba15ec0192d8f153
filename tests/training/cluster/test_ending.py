"""Errors of TensorFlow's servers amid a step: the reason of the end, and never another kind's."""

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.models.tf1 import tf
from rnn_textclf.training.cluster.ending import SERVERS_LOST, Ending


@pytest.mark.parametrize("kind", SERVERS_LOST)
def test_a_lost_server_is_told_as_that(kind: type[Exception]) -> None:
    lost = "Graph execution error:\n\nFrom /job:ps/replica:0/task:0:\nrecvmsg:Connection reset by peer\nAdditional"
    with (
        pytest.raises(UserError, match=r"servers cannot be reached \(recvmsg:Connection reset by peer\); run the same"),
        Ending(0.01).explains_errors(),
    ):
        raise kind(None, None, lost)


def test_a_lack_of_memory_and_mistakes_are_not_told_as_a_lost_server() -> None:
    for error in (
        tf.errors.AbortedError(None, None, "std::bad_alloc"),
        tf.errors.InvalidArgumentError(None, None, "Cannot colocate"),
        tf.errors.ResourceExhaustedError(None, None, "OOM"),
    ):
        with pytest.raises(type(error)), Ending(0.01).explains_errors():
            raise error
