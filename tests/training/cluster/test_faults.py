"""Faults of a cluster: lost tasks come back, and what cannot go on ends at once with one line."""

from collections.abc import Callable

import pytest

from tests.tiny_runs import rows
from tests.training.cluster.tasks import Cluster

EPOCHS = 15


def last_line(said: str) -> str:
    return said.splitlines()[-1]


@pytest.mark.slow
def test_a_worker_that_is_killed_and_started_again_goes_on(cluster: Callable[..., Cluster]) -> None:
    tasks = cluster(num_epochs=EPOCHS)
    chief, worker, server = (each for job in tasks.start_all().values() for each in job)
    tasks.wait_for(lambda: tasks.epochs() >= 1)
    worker.kill()
    again = tasks.start("worker")
    assert [chief.status(), server.status(), again.status()] == [0, 0, 0], tasks.said()
    assert "worker 2 of 2, at" in chief.said
    assert "lost" in chief.said
    assert len(rows(tasks.run)) == EPOCHS


@pytest.mark.slow
def test_a_chief_that_is_killed_and_started_again_restores_and_goes_on(cluster: Callable[..., Cluster]) -> None:
    tasks = cluster(num_epochs=EPOCHS)
    chief, worker, server = (each for job in tasks.start_all().values() for each in job)
    tasks.wait_for(lambda: tasks.epochs() >= 2)
    chief.kill()
    again = tasks.start("chief")
    assert [again.status(), worker.status(), server.status()] == [0, 0, 0], tasks.said()
    assert "Loading old model from" in again.said
    assert [row["epoch"] for row in rows(tasks.run)] == list(range(1, EPOCHS + 1))


def test_a_lost_parameter_server_ends_all_with_one_line(cluster: Callable[..., Cluster]) -> None:
    tasks = cluster(num_epochs=1000)
    chief, worker, server = (each for job in tasks.start_all().values() for each in job)
    tasks.wait_for(lambda: tasks.epochs() >= 1)
    server.kill()
    assert [chief.status(), worker.status()] == [1, 1], tasks.said()
    for task in (chief, worker):
        assert "parameter server 1 of 1" in last_line(task.said)
        assert "run the same command on all again" in last_line(task.said)
        assert task.said.count("parameter server 1 of 1") == 1
        assert "Traceback" not in task.said
