"""Description of a cluster: `TF_CONFIG` and the classic flags mean the same, and what cannot be meant is refused."""

import json
from typing import Any

import pytest

from rnn_textclf.config.cluster import ClusterConfig, ClusterOptions, Task, cluster_config
from rnn_textclf.options import ConfigError

CLUSTER = {"chief": ["a:10"], "worker": ["b:10", "c:11"], "ps": ["d:12"]}


def described(task: str, index: int, cluster: Any = CLUSTER, **options: Any) -> ClusterConfig | None:
    text = json.dumps({"cluster": cluster, "task": {"type": task, "index": index}})
    return cluster_config(ClusterOptions(**options), text)


def told(task: str, index: int = 0) -> str:
    found = described(task, index)
    assert found
    return found.describe(found.task)


def test_tasks_say_what_they_are() -> None:
    assert told("chief") == "worker 1 of 3 (chief), at a:10"
    assert told("worker", 1) == "worker 3 of 3, at c:11"
    assert told("evaluator").startswith("evaluator, which has nothing to do")
    assert told("ps") == "parameter server 1 of 1, at d:12"


@pytest.mark.parametrize(("job", "index"), [("worker", 0), ("worker", 2), ("ps", 0)])
def test_flags_mean_what_tf_config_does(job: str, index: int) -> None:
    flags = ClusterOptions(worker_hosts="a:10,b:10,c:11", ps_hosts="d:12", job_name=job, task_index=index)
    without_chief = {"worker": ["a:10", "b:10", "c:11"], "ps": ["d:12"]}
    assert cluster_config(flags, None) == described(job, index, without_chief)


def test_the_first_worker_is_the_chief_where_there_is_none() -> None:
    first, second = (described("worker", index, {"worker": ["a:1", "b:1"]}) for index in (0, 1))
    assert first
    assert second
    assert first.task == Task("chief", 0)
    assert second.task == Task("worker", 0)
    assert first.servers == [Task("chief", 0)]
    assert [second.number, len(second.learners)] == [1, 2]


def test_the_board_is_where_the_chiefs_address_alone_says() -> None:
    for port, board in ((2222, 3222), (65000, 64000)):
        for workers in (["b:1"], ["b:1", "c:1"]):
            found = described("worker", 0, {"chief": [f"a:{port}"], "worker": workers})
            assert found
            assert found.control_address == ("a", board)


@pytest.mark.parametrize("text", [None, "", " ", "{}", '{"task": {"type": "worker", "index": 0}}', '{"cluster": {}}'])
def test_without_a_cluster_there_is_one_machine(text: str | None) -> None:
    assert cluster_config(ClusterOptions(), text) is None


def test_a_cluster_of_one_is_one_machine() -> None:
    assert described("worker", 0, {"worker": ["a:1"]}) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"cluster": []}', None),
        ('{"cluster": ["a:1"]}', "not an object"),
        ('{"cluster": {"worker": []}}', "list of one or more"),
        ('{"cluster": {"worker": "a:1"}}', "list of one or more"),
        ('{"cluster": {"master": ["a:1"]}}', "unknown job 'master'"),
        ('{"cluster": {"worker": ["a:1"]}}', "task type is None"),
        ('{"cluster": {"worker": ["a:1"]}, "task": {"type": "boss"}}', "task type is 'boss'"),
        ('{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": -1}}', "whole number"),
        ('{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}', "task index 1"),
        ('{"cluster": {"worker": ["a:1"]}, "task": {"type": "ps", "index": 0}}', "the task is a ps"),
        ('{"cluster": {"worker": ["a"]}, "task": {"type": "worker", "index": 0}}', "'a' is no address"),
        ('{"cluster": {"worker": ["a:0"]}, "task": {"type": "worker", "index": 0}}', "'a:0' is no address"),
        ('{"cluster": {"worker": ["a:1", "a:1"]}, "task": {"type": "worker", "index": 0}}', "two tasks"),
        ('{"cluster": {"worker": ["a:1", "a:1001"]}, "task": {"type": "worker", "index": 0}}', "chief listens there"),
        ('{"cluster": {"ps": ["a:1"]}, "task": {"type": "ps", "index": 0}}', "needs one chief"),
        ('{"cluster": {"chief": ["a:1", "b:1"]}, "task": {"type": "chief", "index": 0}}', "needs one chief"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, problem: str | None) -> None:
    if problem is None:
        assert cluster_config(ClusterOptions(), text) is None
        return
    with pytest.raises(ConfigError, match=problem):
        cluster_config(ClusterOptions(), text)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"worker_hosts": "a:1"}, "--job_name is missing"),
        ({"job_name": "worker"}, "--worker_hosts is missing"),
        ({"job_name": "worker", "worker_hosts": "a:1,"}, "'' is no address"),
        ({"job_name": "ps", "worker_hosts": "a:1"}, "the task is a ps"),
        ({"job_name": "worker", "worker_hosts": "a:1,b:1", "task_index": 2}, "task index 2"),
    ],
)
def test_flags_that_cannot_be_meant_are_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        cluster_config(ClusterOptions(**options), None)


def test_two_descriptions_are_refused() -> None:
    with pytest.raises(ConfigError, match="both describe a cluster"):
        described("worker", 0, worker_hosts="a:1,b:1", job_name="worker")
