"""A stack of layers: weights of its own for each, variational dropout, words read with and without a loop."""

from typing import Any

import numpy as np
import pytest

from rnn_textclf.config import ModelConfig
from rnn_textclf.models.layers.cells import CELLS
from rnn_textclf.models.layers.dropout import Dropout
from rnn_textclf.models.layers.embedding import Embedding
from rnn_textclf.models.layers.encoder import Encoder
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Sessions

IDS = np.array([[2, 3, 4, 5], [6, 7, 0, 0]], np.int32)
LENGTHS = np.array([4, 2], np.int32)


def encoder(unit: str, num_layers: int) -> Encoder:
    config = ModelConfig(rnn_unit=unit, num_hidden_units=4, embedding_size=3, num_layers=num_layers)
    return Encoder(config, Embedding(9, 3, None, seed=1), seed=1)


@pytest.mark.parametrize("unit", CELLS)
def test_layers_do_not_share_weights(unit: str) -> None:
    counts = []
    for num_layers in (1, 2, 3):
        with Sessions().new_graph() as session:
            cells = encoder(unit, num_layers).cells
            session.run(tf.global_variables_initializer())
            kernels = session.run([cell.recurrent_kernel for cell in cells])
            counts.append(len(tf.trainable_variables()))
        for i, kernel in enumerate(kernels):
            assert all(not np.allclose(kernel, other) for other in kernels[:i])
    assert counts[0] < counts[1] < counts[2]
    assert counts[2] - counts[1] == counts[1] - counts[0]


def test_training_without_dropout_reads_as_inference_does_and_vectors_replace_ids() -> None:
    with Sessions().new_graph() as session:
        built, ids, lengths = encoder("lstm", 2), tf.constant(IDS), tf.constant(LENGTHS)
        zero = built.zero_state(2)
        inference = built(ids, lengths, zero)
        none = Dropout(0.0, 1, tf.constant(0))
        vectors = built._embedding.by_time(ids)
        trained = [built(ids, lengths, zero, none), built(tf.zeros_like(ids), lengths, zero, none, vectors)]
        session.run(tf.global_variables_initializer())
        inference, *trained = session.run([inference, *trained])
    for found in trained:
        np.testing.assert_allclose(found.outputs, inference.outputs, atol=1e-6)
        np.testing.assert_allclose(found.final_h, inference.final_h, atol=1e-6)
    np.testing.assert_array_equal(inference.final_h, [inference.outputs[3, 0], inference.outputs[1, 1]])
    np.testing.assert_array_equal(inference.states[1].h, inference.final_h)


def test_a_sentence_goes_on_from_any_state_and_no_words_leave_it_unchanged() -> None:
    with Sessions().new_graph() as session:
        built, ids = encoder("lstm", 2), tf.constant(IDS[:1])
        whole = built(ids, tf.constant([4]), built.zero_state(1)).states
        half = built(ids[:, :2], tf.constant([2]), built.zero_state(1)).states
        rest = built(ids[:, 2:], tf.constant([2]), half).states
        unrolled = half
        for step in tf.unstack(built.next_projection(ids[:, 2:]), 2):
            unrolled = built.next_states(step, unrolled)
        none = built(ids[:, 2:], tf.constant([0]), half).states
        session.run(tf.global_variables_initializer())
        states: Any = session.run([whole, rest, unrolled, half, none])
    whole, rest, unrolled, half, none = states
    flatten = tf.nest.flatten
    for expected, *found in zip(flatten(whole), flatten(rest), flatten(unrolled), strict=True):
        for value in found:
            np.testing.assert_allclose(value, expected, atol=1e-6)
    for before, after in zip(flatten(half), flatten(none), strict=True):
        np.testing.assert_array_equal(after, before)
