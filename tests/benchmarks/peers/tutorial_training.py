"""The tutorial's way: dynamic_rnn over a plain cell, padded to the corpus maximum, dense Adam."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers.epochs import WARM_UP, training_answer
from tests.benchmarks.workers import serve


class BasicLSTM:
    """What `BasicLSTMCell` computed: one matmul of input and state together, forget bias 1."""

    output_size = setting.HIDDEN
    state_size = (setting.HIDDEN, setting.HIDDEN)

    def __init__(self, width: int) -> None:
        self._kernel = tf.get_variable("kernel", [width + self.output_size, 4 * self.output_size])
        self._bias = tf.get_variable("bias", [4 * self.output_size], initializer=tf.zeros_initializer())

    def zero_state(self, batch_size: Any, dtype: Any) -> tuple[Any, Any]:
        """c and h before the first word."""
        return tuple(tf.zeros([batch_size, size], dtype) for size in self.state_size)

    def __call__(self, inputs: Any, state: tuple[Any, Any]) -> tuple[Any, tuple[Any, Any]]:
        """One word: inputs `[B, E]`, c and h `[B, H]`."""
        c, h = state
        i, j, f, o = tf.split(tf.matmul(tf.concat([inputs, h], 1), self._kernel) + self._bias, 4, axis=1)
        c = c * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
        h = tf.tanh(c) * tf.sigmoid(o)
        return h, (c, h)


def prepare(folder: str) -> Callable[[], Answer]:
    """Builds the graph; a measurement is an epoch of shuffled rows, the first of them the third."""
    tf.disable_eager_execution()
    tf.set_random_seed(setting.SEED)
    rows = setting.cornell_rows(Path(folder))
    whole = rows.dataset.gather(rows.rows)
    ids = tf.placeholder(tf.int32, [None, None])
    lengths = tf.placeholder(tf.int32, [None])
    targets = tf.placeholder(tf.float32, [None, rows.dataset.num_classes])
    train = _graph(ids, lengths, targets, len(rows.vocabulary))
    config = tf.ConfigProto(intra_op_parallelism_threads=THREADS, inter_op_parallelism_threads=THREADS)
    session = tf.Session(config=config)
    session.run(tf.global_variables_initializer())
    random = np.random.default_rng(setting.SEED)

    def epoch() -> float:
        order = random.permutation(len(rows.rows))
        began = time.perf_counter()
        for first in range(0, len(order), setting.BATCH_SIZE):
            batch = order[first : first + setting.BATCH_SIZE]
            feed = {ids: whole.ids[batch], lengths: whole.lengths[batch], targets: whole.targets[batch]}
            session.run(train, feed)
        return time.perf_counter() - began

    for _ in range(WARM_UP):
        epoch()
    return lambda: training_answer(epoch(), rows, "lstm")


def _graph(ids: Any, lengths: Any, targets: Any, vocabulary_size: int) -> Any:
    embedding = tf.get_variable("embedding", [vocabulary_size, setting.EMBEDDING])
    inputs = tf.nn.embedding_lookup(embedding, ids)
    cell = BasicLSTM(setting.EMBEDDING)
    _, (_, h) = tf.nn.dynamic_rnn(cell, inputs, lengths, dtype=tf.float32)
    logits = tf.matmul(h, tf.get_variable("output", [setting.HIDDEN, targets.shape[1]]))
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=targets, logits=logits))
    variables = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), setting.LARGEST_NORM)
    adam = tf.train.AdamOptimizer(setting.LEARNING_RATE)
    with tf.control_dependencies([adam.apply_gradients(zip(gradients, variables, strict=True))]):
        return tf.identity(loss)


if __name__ == "__main__":
    serve(prepare)
