"""Looking up rows: values as by plain indexing, gradients without duplicate rows."""

from typing import Any

import numpy as np
import pytest

from rnn_textclf.models.layers.embedding import look_up, look_up_unique, look_up_with_stems
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Sessions

TABLE = np.random.default_rng(0).normal(size=[9, 3]).astype("f")
IDS = [[4, 1, 4, 0], [8, 4, 0, 1]]
STEMS = np.array([0, 0, 7, 7, 8, 0, 0, 0, 0])  # 2 and 3 share a stem


def run(read: Any, d: np.ndarray) -> tuple[np.ndarray, Any]:
    """What `read` makes of the table, and the table's gradient when `d` arrives."""
    with Sessions().new_graph() as session:
        table = tf.get_variable("table", initializer=TABLE)
        values = read(table)
        (gradient,) = tf.gradients(tf.reduce_sum(values * d), [table])
        session.run(tf.global_variables_initializer())
        return session.run((values, gradient))


def dense(gradient: Any) -> np.ndarray:
    assert len(set(gradient.indices.tolist())) == len(gradient.indices)
    result = np.zeros_like(TABLE)
    result[gradient.indices] = gradient.values
    return result


@pytest.mark.parametrize("ids", [IDS, IDS[0], [[0]], [[5]]])
def test_rows_and_gradient_equal_a_slow_loop(ids: list[Any]) -> None:
    places = np.array(ids)
    d = np.random.default_rng(1).normal(size=[*places.shape, 3]).astype("f")
    values, gradient = run(lambda table: look_up(table, tf.constant(places)), d)
    expected, d_table = np.zeros(d.shape), np.zeros(TABLE.shape)
    for place in np.ndindex(places.shape):
        if places[place]:
            expected[place] = TABLE[places[place]]
            d_table[places[place]] += d[place]
    np.testing.assert_array_equal(values, expected.astype("f"))
    np.testing.assert_allclose(dense(gradient), d_table, atol=1e-6)


def test_ids_that_differ_equal_any_ids() -> None:
    ids, d = np.array([4, 0, 8, 1, 3]), np.random.default_rng(3).normal(size=[5, 3]).astype("f")
    (values, gradient), (expected, slow) = (
        run(lambda table, read=read: read(table, tf.constant(ids)), d) for read in (look_up_unique, look_up)
    )
    np.testing.assert_array_equal(values, expected)
    np.testing.assert_allclose(dense(gradient), dense(slow), atol=1e-6)


def test_words_and_their_stems_equal_a_slow_loop() -> None:
    words = np.array([2, 3, 4, 7, 1, 5, 2, 8])  # 7 and 8 are stems themselves
    d = np.random.default_rng(2).normal(size=[len(words), 3]).astype("f")
    values, gradient = run(lambda table: look_up_with_stems(table, tf.constant(words), tf.constant(STEMS)), d)
    expected, d_table = np.zeros(d.shape), np.zeros(TABLE.shape)
    for i, word in enumerate(words):
        for id in (word, STEMS[word]):
            if id:
                expected[i] += TABLE[id]
                d_table[id] += d[i]
    np.testing.assert_allclose(values, expected, atol=1e-6)
    np.testing.assert_allclose(dense(gradient), d_table, atol=1e-6)


def test_without_stems_words_stand_for_themselves() -> None:
    d = np.ones([2, 4, 3], "f")
    values, _ = run(lambda table: look_up_with_stems(table, tf.constant(IDS), None), d)
    np.testing.assert_array_equal(values, run(lambda table: look_up(table, tf.constant(IDS)), d)[0])


def test_ids_of_any_number_of_rows_and_words() -> None:
    with Sessions().new_graph() as session:
        ids = tf.placeholder(tf.int32, [None, None])
        values = look_up(tf.constant(TABLE), ids)
        for shape in ([1, 1], [3, 2], [2, 0]):
            assert session.run(values, {ids: np.ones(shape, int)}).shape == (*shape, 3)


def test_frozen_rows_have_a_gradient_of_zero_and_the_same_values():
    with Sessions().new_graph() as session:
        table = tf.constant(np.arange(8, dtype=np.float32).reshape(4, 2))
        ids, stems = tf.constant([[1, 2], [3, 1]]), tf.constant([0, 3, 0, 0])
        frozen = tf.constant([False, True, False, True])
        free, held = look_up_with_stems(table, ids, stems), look_up_with_stems(table, ids, stems, frozen)
        gradient = tf.convert_to_tensor(tf.gradients(held, [table])[0])
        free, held, gradient = session.run([free, held, gradient])
    np.testing.assert_array_equal(held, free)
    np.testing.assert_array_equal(gradient, [[0, 0], [0, 0], [1, 1], [0, 0]])
