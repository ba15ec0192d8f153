"""Adam against its formulas in NumPy, row by row, and clipping against the definition."""

from typing import Any

import numpy as np
import pytest

from rnn_textclf.models.tf1 import tf
from rnn_textclf.models.training import optimizer
from rnn_textclf.runs.sessions import Sessions

ROWS, WIDTH, STEPS = 7, 3, 20
RATE, BETA1, BETA2, EPSILON = 0.05, 0.9, 0.999, 1e-8
DRAW = np.random.default_rng(5)
TABLE = DRAW.normal(size=(ROWS, WIDTH)).astype("f")
LOOK_UPS = [np.sort(DRAW.choice(ROWS, 3, replace=False)).astype("i") for _ in range(STEPS)]
SLOPES = DRAW.normal(size=(STEPS, 3, WIDTH)).astype("f")


def train(
    max_norm: float = 1e9, dense: bool = False, decay: float = 0.0, row_learning_rates: np.ndarray | None = None
) -> tuple[np.ndarray, list[float]]:
    """Weights after the steps, and the gradients' norms; the loss is linear, so its slope is the gradient."""
    with Sessions().new_graph() as session:
        table = tf.get_variable("table", initializer=TABLE)
        ids, slope = tf.placeholder(tf.int32, [None]), tf.placeholder(tf.float32, [None, WIDTH])
        rows = tf.matmul(tf.one_hot(ids, ROWS), table) if dense else tf.gather(table, ids)
        rates = None if row_learning_rates is None else {"table": tf.constant(row_learning_rates, tf.float32)}
        update = optimizer.minimize(
            tf.reduce_sum(rows * slope), [table], tf.train.get_or_create_global_step(),
            learning_rate=RATE, decay_factor=1.0, steps_per_epoch=1, max_gradient_norm=max_norm,
            weight_decay=decay, row_learning_rates=rates,
        )  # fmt: skip
        session.run(tf.global_variables_initializer())
        norms = []
        for look_up, value in zip(LOOK_UPS, SLOPES, strict=True):
            norms.append(session.run([update.operation, update.gradient_norm], {ids: look_up, slope: value})[1])
        return session.run(table), norms


def reference(
    touched: Any, max_norm: float = np.inf, decay: float = 0.0, row_learning_rates: np.ndarray | None = None
) -> np.ndarray:
    """The class's definition, with `touched(step)` the rows that a step changes."""
    rates = RATE * (np.ones(ROWS) if row_learning_rates is None else row_learning_rates)
    table, m, v = TABLE.astype(float), np.zeros((ROWS, WIDTH)), np.zeros((ROWS, WIDTH))
    for step, (look_up, value) in enumerate(zip(LOOK_UPS, SLOPES, strict=True), start=1):
        gradient = np.zeros((ROWS, WIDTH))
        gradient[look_up] = value * min(1.0, max_norm / np.linalg.norm(value))
        for row in touched(look_up):
            m[row] = BETA1 * m[row] + (1 - BETA1) * gradient[row]
            v[row] = BETA2 * v[row] + (1 - BETA2) * gradient[row] ** 2
            unbiased_m, unbiased_v = m[row] / (1 - BETA1**step), v[row] / (1 - BETA2**step)
            table[row] *= 1 - RATE * decay
            table[row] -= rates[row] * unbiased_m / (np.sqrt(unbiased_v) + EPSILON / np.sqrt(1 - BETA2**step))
    return table


def test_rows_looked_up_follow_adam_and_the_others_stay() -> None:
    np.testing.assert_allclose(train()[0], reference(lambda look_up: look_up), atol=1e-5)


def test_dense_gradients_get_dense_adam() -> None:
    np.testing.assert_allclose(train(dense=True)[0], reference(lambda look_up: range(ROWS)), atol=1e-5)


def test_clipping_is_by_the_global_norm() -> None:
    weights, norms = train(max_norm=1.5)
    np.testing.assert_allclose(norms, [np.linalg.norm(value) for value in SLOPES], rtol=1e-5)
    np.testing.assert_allclose(weights, reference(lambda look_up: look_up, max_norm=1.5), atol=1e-5)
    assert not np.allclose(weights, train()[0], atol=1e-3)


def test_rows_have_learning_rates_of_their_own() -> None:
    rates = np.array([0, 1, 0.5, 2, 0.1, 1, 3])
    found = train(row_learning_rates=rates)[0]
    np.testing.assert_allclose(found, reference(lambda look_up: look_up, row_learning_rates=rates), atol=1e-5)
    np.testing.assert_array_equal(found[0], TABLE[0])


@pytest.mark.parametrize("dense", [False, True])
def test_weights_decay_beside_the_gradient_in_the_rows_that_move(dense: bool) -> None:
    expected = reference((lambda _: range(ROWS)) if dense else (lambda look_up: look_up), decay=0.5)
    np.testing.assert_allclose(train(dense=dense, decay=0.5)[0], expected, atol=1e-5)
    assert not np.allclose(expected, train(dense=dense)[0], atol=1e-2)


def test_biases_do_not_decay() -> None:
    with Sessions().new_graph() as session:
        weights = [
            tf.get_variable("matrix", initializer=np.ones([2, 2], "f")),
            tf.get_variable("bias", initializer=np.ones(2, "f")),
        ]
        update = optimizer.minimize(
            0.0 * tf.add_n([tf.reduce_sum(weight) for weight in weights]), weights,
            tf.train.get_or_create_global_step(),
            learning_rate=0.5, decay_factor=0.5, steps_per_epoch=1, max_gradient_norm=1.0, weight_decay=0.1,
        )  # fmt: skip
        session.run(tf.global_variables_initializer())
        for _ in range(2):
            session.run(update.operation)
        matrix, bias = session.run(weights)
    np.testing.assert_allclose(matrix, (1 - 0.5 * 0.1) * (1 - 0.25 * 0.1), rtol=1e-6)
    np.testing.assert_array_equal(bias, 1.0)


def test_the_global_step_counts() -> None:
    with Sessions().new_graph() as session:
        weight, step = tf.get_variable("w", initializer=1.0), tf.train.get_or_create_global_step()
        update = optimizer.minimize(
            weight**2, [weight], step,
            learning_rate=1.0, decay_factor=0.5, steps_per_epoch=2, max_gradient_norm=1.0,
        )  # fmt: skip
        session.run(tf.global_variables_initializer())
        rates = [session.run([update.learning_rate, update.operation])[0] for _ in range(4)]
        assert session.run(step) == 4
    assert rates == pytest.approx([1.0, 1.0, 0.5, 0.5])
