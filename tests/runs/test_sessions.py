"""Sessions: their threads are set before a graph can start others."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs import sessions


def test_a_filled_graph_is_refused() -> None:
    with tf.Graph().as_default() as graph:
        tf.constant(1)
        with pytest.raises(ValueError, match="before the graph is filled"):
            sessions.Sessions().on_all_threads(graph)


@pytest.mark.parametrize("open_session", [sessions.Sessions(2).on_all_threads, sessions.Sessions.on_calling_thread])
def test_a_graph_runs_as_it_was_built(open_session: Callable[[Any], Any]) -> None:
    with tf.Graph().as_default() as graph, open_session(graph) as session:
        values = tf.placeholder(tf.float32, [None, None])
        twice = tf.transpose(tf.transpose(values)) + 1.0  # An optimizer would leave out both.
        metadata, options = tf.RunMetadata(), tf.RunOptions(output_partition_graphs=True)
        session.run(twice, {values: np.ones([2, 3])}, options, metadata)
        [partition] = metadata.partition_graphs
        assert len([node for node in partition.node if node.op.endswith("Transpose")]) == 2


def test_a_call_gives_what_run_gives_also_on_several_threads() -> None:
    with tf.Graph().as_default() as graph:
        session = sessions.Sessions.on_calling_thread(graph)
        ids, values = tf.placeholder(tf.int32, [None, None]), tf.placeholder(tf.float32, [None])
        fetches = [tf.gather(values, ids), tf.reduce_sum(values), 2 * values]
        graph.finalize()
        call = sessions.Call(session, fetches, [ids, values])
        arrays = np.array([[2, 0], [1, 1]], np.int32), np.array([3.0, 4.0, 5.0], np.float32)
        expected = session.run(fetches, dict(zip([ids, values], arrays, strict=True)))
        with ThreadPoolExecutor(4) as threads:
            for found in threads.map(lambda _: call(*arrays), range(50)):
                for mine, theirs in zip(found, expected, strict=True):
                    np.testing.assert_array_equal(mine, theirs)
        with pytest.raises(tf.errors.InvalidArgumentError):
            call(arrays[0].astype(np.int64), arrays[1])
