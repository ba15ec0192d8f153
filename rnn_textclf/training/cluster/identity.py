"""Identity of a task: what it tells the chief when it registers, and what the chief compares."""

import dataclasses
import uuid
from dataclasses import dataclass
from typing import Any, Self

from rnn_textclf.config.cluster import ClusterConfig, Task
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.options import all_options

_PROTOCOL = 2
# What may differ from machine to machine, beside paths: their contents are compared when the data is prepared.
_OWN = {"threads", "verbosity", "download", "overwrite", "tensorboard", "cluster_timeout"}
_PLACE = {"ps_hosts", "worker_hosts", "job_name", "task_index"}  # Which `jobs` and `task` have.


@dataclass(frozen=True)
class Identity:
    """One process as a task of a cluster.

    nonce: of the process; two processes that claim to be one task differ in it.
    flags: every option that all tasks must share.
    serving: whether its TensorFlow server runs, as of a task whose chief was started again.
    begun: whether a chief has named the run to it, which was then in the chief's folder.
    """

    task: Task
    jobs: dict[str, tuple[str, ...]]
    flags: dict[str, Any]
    nonce: str
    serving: bool = False
    begun: bool = False
    protocol: int = _PROTOCOL

    @classmethod
    def of(cls, job: TrainingJob, cluster: ClusterConfig) -> Self:
        """The identity of this process."""
        flags = {option.name: value for option, value in all_options(job) if _is_shared(option)}
        return cls(cluster.task, cluster.jobs, flags, uuid.uuid4().hex)

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return dataclasses.asdict(self) | {"task": list(self.task)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self | None:
        """Inverse of `to_json`; None where another program, or another release of this one, speaks."""
        try:
            job, index = values["task"]
            jobs = {name: tuple(addresses) for name, addresses in values["jobs"].items()}
            found = cls(**values | {"task": Task(str(job), int(index)), "jobs": jobs})
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        is_ours = found.protocol == _PROTOCOL and isinstance(found.flags, dict) and isinstance(found.nonce, str)
        return found if is_ours else None

    def difference(self, other: "Identity") -> str | None:
        """The first thing in which another task differs from this one, for the user; None where they fit."""
        if other.jobs != self.jobs:
            return f"was started with the machines {_listed(other.jobs)}, the chief with {_listed(self.jobs)}"
        for name in sorted(self.flags.keys() | other.flags.keys()):
            mine, theirs = self.flags.get(name), other.flags.get(name)
            if mine != theirs:
                return f"was started with --{name}={theirs}, the chief with --{name}={mine}"
        return None


def _is_shared(option: Any) -> bool:
    return option.metadata["path"] is None and option.name not in _OWN | _PLACE


def _listed(jobs: dict[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{job} {','.join(addresses)}" for job, addresses in jobs.items())
