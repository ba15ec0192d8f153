"""Training by several processes follows that of one, and either goes on with the other's run."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.tiny_runs import rows, variables
from tests.training.cluster.tasks import FLAGS, Cluster, Task

# 11 steps an epoch, with an empty share of the last; 22 of them in the cluster.
EPOCHS, BATCH_SIZE = 4, 3


def alone(folder: Path, data: Path, **flags: object) -> Task:
    """One machine's run in `folder`."""
    given = {"data_dir": data, "ckpt_dir": folder, **FLAGS, **flags}
    del given["cluster_timeout"]
    task = Task(folder.parent / f"{folder.name}_{flags['num_epochs']}.log", [f"--{k}={v}" for k, v in given.items()])
    assert task.status() == 0, task.said
    return task


def losses(run: Path) -> list[float]:
    return [row[name] for row in rows(run) for name in ("train_loss", "valid_loss")]


def test_the_loss_curve_is_that_of_one_machine_and_the_run_goes_from_one_to_three_and_back(
    cluster: Callable[..., Cluster], data: Path, tmp_path: Path
) -> None:
    alone(tmp_path / "alone", data, num_epochs=EPOCHS, batch_size=BATCH_SIZE)
    tasks = cluster(workers=3, servers=2, num_epochs=EPOCHS - 1, batch_size=BATCH_SIZE)
    alone(tasks.run, data, num_epochs=1, batch_size=BATCH_SIZE)
    tasks.start_all()
    assert tasks.statuses() == [0] * 5, tasks.said()
    assert [task.said.splitlines()[0] for task in tasks.tasks[1:3]] == [
        f"Worker {number} of 3, at {address}" for number, address in enumerate(tasks.jobs["worker"], start=2)
    ]
    assert "Loading old model from" in tasks.tasks[0].said
    np.testing.assert_allclose(losses(tasks.run), losses(tmp_path / "alone")[:-2], atol=1e-4)
    alone(tasks.run, data, num_epochs=EPOCHS, batch_size=BATCH_SIZE)
    np.testing.assert_allclose(losses(tasks.run), losses(tmp_path / "alone"), atol=1e-4)
    mine, theirs = (variables(run, 11 * EPOCHS) for run in (tasks.run, tmp_path / "alone"))
    assert mine.keys() == theirs.keys()
    for name, value in mine.items():
        np.testing.assert_allclose(value, theirs[name], atol=1e-3, err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize(
    "flags",
    [
        {"sync_replicas": "false"},
        {"dropout": 0.5, "word_dropout": 0.1, "variational_dropout": "true", "adversarial": 0.1},
        {"swap_entities": 0.5, "average_weights": 0.9, "class_weight": "balanced"},
        {"patience": 1, "bidirectional": "true", "rnn_unit": "lstm", "pooling": "max", "tensorboard": "true"},
    ],
)
def test_options_work_in_a_cluster(cluster: Callable[..., Cluster], flags: dict[str, object]) -> None:
    tasks = cluster(workers=2, servers=2, **flags)
    tasks.start_all()
    assert tasks.statuses() == [0] * 4, tasks.said()
    assert all(row["train_loss"] < 1 for row in rows(tasks.run))
    assert json.loads((tasks.run / "metrics.json").read_text())


@pytest.mark.slow
def test_swapped_entities_averages_and_weights_are_those_of_one_machine(
    cluster: Callable[..., Cluster], data: Path, tmp_path: Path
) -> None:
    flags = {"swap_entities": 0.5, "average_weights": 0.9, "class_weight": "positive=2", "num_epochs": 3}
    alone(tmp_path / "alone", data, **flags)
    tasks = cluster(workers=2, servers=0, **flags)
    tasks.start_all()
    assert tasks.statuses() == [0] * 2, tasks.said()
    np.testing.assert_allclose(losses(tasks.run), losses(tmp_path / "alone"), atol=1e-4)
