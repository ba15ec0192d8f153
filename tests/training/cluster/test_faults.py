"""Faults of a cluster: lost tasks come back, and what cannot go on ends at once with one line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cluster_ports import free_ports
from tests.tiny_runs import job, rows, train
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
@pytest.mark.parametrize("servers", [0, 2])
def test_a_chief_that_is_killed_and_started_again_restores_and_goes_on(
    cluster: Callable[..., Cluster], servers: int
) -> None:
    tasks = cluster(num_epochs=EPOCHS, servers=servers)
    chief, *others = (each for job in tasks.start_all().values() for each in job)
    tasks.wait_for(lambda: tasks.epochs() >= 2)
    chief.kill()
    again = tasks.start("chief")
    assert [task.status() for task in (again, *others)] == [0] * (2 + servers), tasks.said()
    assert "Loading old model from" in again.said
    assert [row["epoch"] for row in rows(tasks.run)] == list(range(1, EPOCHS + 1))


@pytest.mark.slow
def test_a_chief_that_is_started_again_does_not_overwrite_anew(cluster: Callable[..., Cluster], data: Path) -> None:
    tasks = cluster(num_epochs=EPOCHS, overwrite=True)
    train(job(tasks.run, data, num_epochs=EPOCHS + 5))
    chief, *others = (each for named in tasks.start_all().values() for each in named)
    tasks.wait_for(lambda: 2 <= tasks.epochs() < EPOCHS)
    chief.kill()
    assert "Loading old model from" not in chief.said
    again = tasks.start("chief")
    assert [task.status() for task in (again, *others)] == [0, 0, 0], tasks.said()
    assert "--overwrite is done" in again.said
    assert "Loading old model from" in again.said
    assert [row["epoch"] for row in rows(tasks.run)] == list(range(1, EPOCHS + 1))


def test_a_lost_parameter_server_ends_all_with_one_line(cluster: Callable[..., Cluster]) -> None:
    tasks = cluster(num_epochs=1000, cluster_timeout=10)  # Half of it is waited for a step that never ends.
    chief, worker, server = (each for job in tasks.start_all().values() for each in job)
    tasks.wait_for(lambda: tasks.epochs() >= 1)
    server.kill()
    assert [chief.status(), worker.status()] == [1, 1], tasks.said()
    for task in (chief, worker):
        assert "parameter server 1 of 1" in last_line(task.said)
        assert "run the same command on all again" in last_line(task.said)
        assert task.said.count("parameter server 1 of 1") == 1
        assert "Traceback" not in task.said


@pytest.mark.slow
def test_impostors_are_refused_and_harm_nobody(cluster: Callable[..., Cluster]) -> None:
    tasks = cluster(num_epochs=EPOCHS)
    right = [each for job in tasks.start_all().values() for each in job]
    tasks.wait_for(lambda: tasks.epochs() >= 1)
    (elsewhere,) = free_ports(1)
    refused = {
        "cannot be listened on": tasks.start("worker"),
        "was started with the machines": tasks.start(
            "worker", jobs={**tasks.jobs, "worker": [f"localhost:{elsewhere}"]}
        ),
        "needs one chief": tasks.start("worker", jobs={"ps": tasks.jobs["ps"]}),
    }
    for problem, task in refused.items():
        assert task.status(), problem
        assert problem in last_line(task.said)
        assert "Traceback" not in task.said
    assert [task.status() for task in right] == [0, 0, 0], tasks.said()


@pytest.mark.slow
def test_a_task_with_other_flags_is_refused_and_its_place_stays_free(cluster: Callable[..., Cluster]) -> None:
    tasks = cluster()
    chief, server = tasks.start("chief"), tasks.start("ps")
    wrong = tasks.start("worker", batch_size=16)
    assert wrong.status() == 2, tasks.said()
    assert "worker 0 was started with --batch_size=16, the chief with --batch_size=8" in last_line(wrong.said)
    right = tasks.start("worker")
    assert [task.status() for task in (chief, server, right)] == [0, 0, 0], tasks.said()


@pytest.mark.slow
def test_the_user_stops_all_at_the_chief_and_goes_on(cluster: Callable[..., Cluster]) -> None:
    tasks = cluster(num_epochs=EPOCHS)
    chief, worker, server = (each for job in tasks.start_all().values() for each in job)
    tasks.wait_for(lambda: tasks.epochs() >= 1)
    chief.stop()
    assert [task.status() for task in (chief, worker, server)] == [143] * 3, tasks.said()
    assert "run the same command to go on" in last_line(worker.said)
    again = [each for job in tasks.start_all().values() for each in job]
    assert [task.status() for task in again] == [0] * 3, tasks.said()
    assert len(rows(tasks.run)) == EPOCHS


@pytest.mark.slow
def test_tasks_that_find_nobody_end(cluster: Callable[..., Cluster]) -> None:
    tasks = cluster(cluster_timeout=3)
    chief = tasks.start("chief")
    assert chief.status() == 1, tasks.said()
    assert "has given no sign for 3 s" in last_line(chief.said)
    worker = tasks.start("worker")
    assert worker.status() == 1, tasks.said()
    assert "cannot be reached" in last_line(worker.said)
