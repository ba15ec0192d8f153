"""Links between machines: one that is cut ends all tasks with one line, one that comes back in time costs nothing."""

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tiny_runs import rows
from tests.training.cluster.machines import Machine, RemoteTask, linked_machines
from tests.training.cluster.tasks import LIMIT

pytestmark = pytest.mark.slow

_TIMEOUT = 15


@pytest.fixture
def machines() -> Iterator[tuple[Machine, Machine]]:
    if missing := [tool for tool in ("unshare", "nsenter", "ip") if not shutil.which(tool)]:
        pytest.skip(f"no {missing[0]} here")
    with contextlib.ExitStack() as cleanup:
        try:
            both = cleanup.enter_context(linked_machines())
        except OSError as error:
            pytest.skip(str(error))
        yield both


@pytest.fixture
def start(
    machines: tuple[Machine, Machine], data: Path, tmp_path: Path
) -> Iterator[Callable[..., dict[str, RemoteTask]]]:
    """Starts a chief, a worker and a parameter server; the one named is alone on the second machine."""
    started: dict[str, RemoteTask] = {}

    def begin(alone: str, **flags: Any) -> dict[str, RemoteTask]:
        places = {job: machines[job == alone] for job in ("chief", "worker", "ps")}
        jobs = {job: [f"{place.address}:{2222 + n}"] for n, (job, place) in enumerate(places.items())}
        for job, place in places.items():
            tf_config = {"cluster": jobs, "task": {"type": job, "index": 0}}
            folders = {"data_dir": data, "ckpt_dir": tmp_path / "run"}
            log = tmp_path / f"{job}.log"
            started[job] = RemoteTask(place, log, tf_config, **folders, cluster_timeout=_TIMEOUT, **flags)
        return started

    yield begin
    for task in started.values():
        task.kill()


def wait_for_an_epoch(tasks: dict[str, RemoteTask], run: Path) -> None:
    until = time.monotonic() + LIMIT
    while not (run / "metrics.jsonl").exists():
        assert time.monotonic() < until, said(tasks)
        time.sleep(0.02)


def said(tasks: dict[str, RemoteTask]) -> str:
    return "\n".join(f"{job}:\n{task.said}" for job, task in tasks.items())


@pytest.mark.parametrize(
    ("alone", "problem"),
    [
        ("worker", "worker 2 of 2, at 10.77.0.2:2223: has given no sign for 15 s"),
        ("ps", "parameter server 1 of 1, at 10.77.0.2:2224: lost (no sign of life), and with it the weights"),
    ],
)
def test_a_link_that_is_cut_ends_all_with_one_line(
    alone: str,
    problem: str,
    machines: tuple[Machine, Machine],
    start: Callable[..., dict[str, RemoteTask]],
    tmp_path: Path,
) -> None:
    tasks = start(alone, num_epochs=100_000)
    wait_for_an_epoch(tasks, tmp_path / "run")
    machines[1].switch_link("down")
    assert [task.status() for task in tasks.values()] == [1, 1, 1], said(tasks)
    lines = {job: task.said.splitlines()[-1] for job, task in tasks.items()}
    assert "worker 1 of 2 (chief), at 10.77.0.1:2222: cannot be reached at" in lines.pop(alone)
    assert all(line.startswith("train.py: ") and problem in line for line in lines.values()), said(tasks)
    for task in tasks.values():
        assert "Traceback" not in task.said
        assert task.said.count("train.py: ") == 1


def test_a_link_that_is_down_for_a_moment_costs_nothing(
    machines: tuple[Machine, Machine], start: Callable[..., dict[str, RemoteTask]], tmp_path: Path
) -> None:
    tasks = start("worker", num_epochs=15)
    wait_for_an_epoch(tasks, tmp_path / "run")
    machines[1].switch_link("down")
    time.sleep(2)
    machines[1].switch_link("up")
    assert [task.status() for task in tasks.values()] == [0, 0, 0], said(tasks)
    assert "lost" not in said(tasks)
    assert [row["epoch"] for row in rows(tmp_path / "run")] == list(range(1, 16))
