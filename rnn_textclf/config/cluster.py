"""Cluster of machines that train one model: options, `TF_CONFIG`, and the checked place of a task in it."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from rnn_textclf.options import Config, ConfigError, option

CHIEF, WORKER, PS, EVALUATOR = "chief", "worker", "ps", "evaluator"
JOBS = (CHIEF, WORKER, PS, EVALUATOR)
_PORTS = 1 << 16
_TO_BOARD = 1000  # From the chief's port to that where it registers the others.


@dataclass(frozen=True)
class ClusterOptions(Config):
    """Cluster of an invocation and its task there, where TF_CONFIG does not name them; no run stores them."""

    ps_hosts: str = option(
        "", "Cluster: addresses of the parameter servers, host:port,…; without any the chief holds the weights."
    )
    worker_hosts: str = option("", "Cluster: addresses of the workers, host:port,…; the first is the chief.")
    job_name: str | None = option(None, "Cluster: the job of this task.", choices=JOBS)
    task_index: int = option(0, "Cluster: number of this task in its job (>= 0).", low=0)
    sync_replicas: bool = option(
        True, "Cluster: the workers share each batch; else each has batches of its own, and updates when it is done."
    )
    cluster_timeout: float = option(
        60.0, "Cluster: seconds without a sign of another task after which it counts as lost (> 0).", above=0
    )


class Task(NamedTuple):
    """One process of a cluster: its job, and its number there from 0."""

    job: str
    number: int


@dataclass(frozen=True)
class ClusterConfig:
    """Addresses of a cluster and the place of one task there.

    jobs: `host:port` of each task, by job: `chief`, `worker` and `ps`, of which the last two may be absent.
    task: this one.
    synchronous: whether the workers share each batch.
    timeout: seconds after which a task without a sign of life is lost.
    """

    jobs: dict[str, tuple[str, ...]]
    task: Task
    synchronous: bool = True
    timeout: float = 60.0

    @property
    def is_chief(self) -> bool:
        """Whether the task holds the run folder."""
        return self.task.job == CHIEF

    @property
    def is_learner(self) -> bool:
        """Whether the task trains."""
        return self.task in self.learners

    @property
    def learners(self) -> list[Task]:
        """The tasks that train: the chief, then the workers."""
        return [Task(job, index) for job in (CHIEF, WORKER) for index in range(len(self.jobs.get(job, ())))]

    @property
    def servers(self) -> list[Task]:
        """The tasks that hold the weights: the parameter servers, or the chief where there are none."""
        return [Task(PS, index) for index in range(len(self.jobs.get(PS, ())))] or [Task(CHIEF, 0)]

    @property
    def tasks(self) -> list[Task]:
        """All tasks."""
        return [Task(job, index) for job, addresses in self.jobs.items() for index in range(len(addresses))]

    @property
    def number(self) -> int:
        """The task's number among the learners, from 0."""
        return self.learners.index(self.task)

    @property
    def control_address(self) -> tuple[str, int]:
        """Host and port where the chief registers the others: its own port and 1,000, less where there is none.

        It depends on nothing else, so that a task with another list of machines finds the chief, who refuses it.
        """
        host, port = split_address(self.jobs[CHIEF][0])
        return host, port + (_TO_BOARD if port + _TO_BOARD < _PORTS else -_TO_BOARD)

    def address(self, task: Task) -> str:
        """`host:port` of a task."""
        return self.jobs[task.job][task.number]

    def describe(self, task: Task) -> str:
        """A task for people, such as `worker 2 of 3, at host:port`."""
        if task.job == EVALUATOR:
            return "evaluator, which has nothing to do: the chief validates after each epoch"
        if task.job == PS:
            return f"parameter server {task.number + 1} of {len(self.jobs[PS])}, at {self.address(task)}"
        place = f"worker {self.learners.index(task) + 1} of {len(self.learners)}"
        return f"{place}{' (chief)' if task.job == CHIEF else ''}, at {self.address(task)}"


def cluster_config(options: ClusterOptions, tf_config: str | None) -> ClusterConfig | None:
    """The cluster that the options or `TF_CONFIG` describe; None where there is none, or no other task in it.

    Raises:
      ConfigError: the description is not one, or lacks the task.
    """
    given = bool(options.ps_hosts or options.worker_hosts or options.job_name)
    described = _of_environment(tf_config) if tf_config and tf_config.strip() else None
    if described and given:
        raise ConfigError("TF_CONFIG and --worker_hosts, --ps_hosts or --job_name both describe a cluster: give one")
    description = _of_options(options) if given else described
    if description is None:
        return None
    description.check()
    jobs, task, _ = description.with_chief()
    if sum(map(len, jobs.values())) == 1 and task.job != EVALUATOR:
        return None
    cluster = ClusterConfig(jobs, task, options.sync_replicas, options.cluster_timeout)
    taken = ":".join(map(str, cluster.control_address))
    if any(taken in addresses for addresses in jobs.values()):
        raise ConfigError(f"{taken}: the chief listens there too, 1,000 from its own port; give that task another port")
    return cluster


class _Description(NamedTuple):
    """Addresses by job and a task, as written by the user; where there is no chief, the first worker is to be it."""

    jobs: dict[str, tuple[str, ...]]
    task: Task
    source: str

    def check(self) -> None:
        """Raises ConfigError where addresses are twice or not addresses, or the task is none of the cluster."""
        addresses = [address for each in self.jobs.values() for address in each]
        for address in addresses:
            _check_address(address, self.source)
        if twice := next((address for address in addresses if addresses.count(address) > 1), None):
            raise ConfigError(f"{self.source}: {twice} is the address of two tasks; give each its own")
        if len(self.jobs.get(CHIEF, self.jobs.get(WORKER, ())[:1])) != 1:
            raise ConfigError(f"{self.source}: the cluster needs one chief, or a worker that is the chief")
        job, index = self.task
        if job == EVALUATOR:
            return
        if job not in self.jobs:
            raise ConfigError(f"{self.source}: the task is a {job}, but the cluster has only {', '.join(self.jobs)}")
        if index >= len(self.jobs[job]):
            raise ConfigError(
                f"{self.source}: task index {index}, but the cluster has {len(self.jobs[job])} of job {job}, "
                "which are counted from 0"
            )

    def with_chief(self) -> Self:
        """The first worker as chief where there is none."""
        if CHIEF in self.jobs:
            return self
        chief, *workers = self.jobs[WORKER]
        others = {job: addresses for job, addresses in self.jobs.items() if job != WORKER}
        jobs = {CHIEF: (chief,), **({WORKER: tuple(workers)} if workers else {}), **others}
        job, index = self.task
        if job == WORKER:
            return self._replace(jobs=jobs, task=Task(WORKER, index - 1) if index else Task(CHIEF, 0))
        return self._replace(jobs=jobs)


def _of_options(options: ClusterOptions) -> _Description:
    if options.job_name is None:
        raise ConfigError("--job_name is missing: worker or ps, the job of this task in the cluster")
    if not options.worker_hosts:
        raise ConfigError("--worker_hosts is missing: host:port of each worker, the first of which is the chief")
    hosts = {WORKER: options.worker_hosts, PS: options.ps_hosts}
    jobs = {job: tuple(addresses.split(",")) for job, addresses in hosts.items() if addresses}
    task = Task(options.job_name, options.task_index)
    if task == Task(CHIEF, 0):
        task = Task(WORKER, 0)
    return _Description(jobs, task, "--worker_hosts, --ps_hosts")


def _of_environment(text: str) -> _Description | None:
    """The cluster and task of `TF_CONFIG`; None where it has no cluster."""
    try:
        values = json.loads(text)
    except ValueError as error:
        raise ConfigError(f"TF_CONFIG: not JSON ({error}); give {_EXAMPLE}") from None
    if not isinstance(values, dict):
        raise ConfigError(f"TF_CONFIG: not a JSON object; give {_EXAMPLE}")
    if not values.get("cluster"):
        return None
    return _Description(_jobs(values["cluster"]), _task(values.get("task")), "TF_CONFIG")


_EXAMPLE = '{"cluster": {"chief": ["host:port"], "worker": […], "ps": […]}, "task": {"type": "worker", "index": 0}}'


def _jobs(values: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(values, dict):
        raise ConfigError(f"TF_CONFIG: cluster is not an object; give {_EXAMPLE}")
    jobs: dict[str, tuple[str, ...]] = {}
    for job, addresses in values.items():
        if job not in JOBS:
            raise ConfigError(f"TF_CONFIG: unknown job {job!r} in cluster; the jobs are {', '.join(JOBS)}")
        if not isinstance(addresses, list) or not addresses or not all(isinstance(each, str) for each in addresses):
            raise ConfigError(f"TF_CONFIG: cluster {job} must be a list of one or more host:port")
        if job != EVALUATOR:  # It takes no part: the chief validates.
            jobs[job] = tuple(addresses)
    return jobs


def _task(values: Any) -> Task:
    if not isinstance(values, dict) or values.get("type") not in JOBS:
        found = values.get("type") if isinstance(values, dict) else values
        raise ConfigError(f"TF_CONFIG: task type is {found!r}; it must be one of {', '.join(JOBS)}")
    index = values.get("index", 0)
    if isinstance(index, str) and index.isdecimal():  # Some schedulers write it so.
        index = int(index)
    if isinstance(index, bool) or not isinstance(index, int) or index < 0:
        raise ConfigError(f"TF_CONFIG: task index is {index!r}; it must be a whole number from 0")
    return Task(values["type"], index)


def split_address(address: str) -> tuple[str, int]:
    """Host and port of `host:port`."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def _check_address(address: str, source: str) -> None:
    host, _, port = address.rpartition(":")
    if not host or not port.isascii() or not port.isdecimal() or not 0 < int(port) < _PORTS:
        raise ConfigError(f"{source}: {address!r} is no address; give host:port, the port from 1 to {_PORTS - 1}")
