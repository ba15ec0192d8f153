"""Sessions: their threads are set before a graph can start others."""

import pytest

from rnn_textclf.graph.tf1 import tf
from rnn_textclf.runs import sessions


def test_a_filled_graph_is_refused() -> None:
    with tf.Graph().as_default() as graph:
        tf.constant(1)
        with pytest.raises(ValueError, match="before the graph is filled"):
            sessions.new_session(graph)
