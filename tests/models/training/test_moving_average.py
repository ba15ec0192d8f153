"""The moving average of the weights against a loop that keeps the weights of every step."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnn_textclf.models.tf1 import tf
from rnn_textclf.models.training import optimizer
from rnn_textclf.models.training.moving_average import MovingAverage
from rnn_textclf.runs.sessions import Sessions

ROWS, WIDTH, STEPS = 9, 3, 25
DRAW = np.random.default_rng(3)


class Net(NamedTuple):
    session: Any
    average: MovingAverage
    weights: list[Any]
    step: Any

    def values(self) -> list[np.ndarray]:
        return self.session.run(self.weights)


@pytest.fixture(params=[0.5, 0.999])
def net(request: pytest.FixtureRequest) -> Iterator[tuple[Net, float]]:
    """A table of which steps change some rows, and a dense matrix and vector."""
    with Sessions().new_graph() as session:
        table = tf.get_variable("table", initializer=DRAW.normal(size=[ROWS, WIDTH]).astype("f"))
        matrix = tf.get_variable("matrix", initializer=DRAW.normal(size=[WIDTH, 2]).astype("f"))
        bias = tf.get_variable("bias", initializer=np.zeros(2, "f"))
        ids = tf.placeholder(tf.int32, [None])
        loss = tf.reduce_sum(tf.square(tf.matmul(tf.gather(table, ids), matrix) + bias - 1.0))
        average = MovingAverage(request.param, tf.train.get_or_create_global_step())
        update = optimizer.minimize(
            loss, [table, matrix, bias], tf.train.get_or_create_global_step(),
            learning_rate=0.1, decay_factor=1.0, steps_per_epoch=1, max_gradient_norm=5.0, average=average,
        )  # fmt: skip
        session.run(tf.global_variables_initializer())
        tf.get_default_graph().finalize()

        def step() -> None:
            session.run(update.operation, {ids: DRAW.choice(ROWS, 2, replace=False)})

        yield Net(session, average, [table, matrix, bias], step), request.param


def slow_mean(history: list[np.ndarray], decay: float) -> np.ndarray:
    """The definition."""
    shares = np.array([decay ** (len(history) - 1 - s) for s in range(len(history))])
    return np.tensordot(shares / shares.sum(), np.array(history, float), 1)


def test_the_mean_is_that_of_a_slow_loop_after_every_step_and_the_weights_come_back(net: tuple[Net, float]) -> None:
    (small, decay), histories = net, [[], [], []]
    for _ in range(STEPS):
        small.step()
        raw = small.values()
        for history, value in zip(histories, raw, strict=True):
            history.append(value)
        with small.average.swap_in(small.session):
            means = small.values()
        for history, mean in zip(histories, means, strict=True):
            np.testing.assert_allclose(mean, slow_mean(history, decay), atol=2e-5)
        for before, after in zip(raw, small.values(), strict=True):
            np.testing.assert_array_equal(before, after)
    assert not np.allclose(means[0], raw[0], atol=1e-3)


def test_looking_at_the_mean_changes_nothing_that_follows(net: tuple[Net, float]) -> None:
    (small, _), ids = net, [DRAW.bit_generator.state]
    start = small.session.run(tf.global_variables())
    ends = []
    for look in (True, False):
        DRAW.bit_generator.state = ids[0]
        for variable, value in zip(tf.global_variables(), start, strict=True):
            variable.load(value, small.session)
        for _ in range(6):
            small.step()
            if look:
                with small.average.swap_in(small.session):
                    pass
        ends.append(small.session.run(tf.global_variables()))
    for one, other in zip(*ends, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_weights_come_back_after_an_error(net: tuple[Net, float]) -> None:
    small, _ = net
    for _ in range(3):
        small.step()
    raw = small.values()
    with pytest.raises(KeyError), small.average.swap_in(small.session):
        raise KeyError
    np.testing.assert_array_equal(raw[0], small.values()[0])
