"""Registration of tasks with the chief: whom it admits, and what it keeps of those."""

import threading
from collections.abc import Callable

from rnn_textclf.config.cluster import ClusterConfig, Task
from rnn_textclf.training.cluster.address_check import address_problem
from rnn_textclf.training.cluster.channel import Channel
from rnn_textclf.training.cluster.identity import Identity


class Member:
    """A task that has registered. `state` is registered, serving (its server runs) or ready (to train)."""

    def __init__(self, identity: Identity, channel: Channel) -> None:
        self.identity, self.channel, self.state = identity, channel, "registered"
        self.answered = threading.Event()


def refusal(
    cluster: ClusterConfig, chief: Identity, identity: Identity | None, is_present: Callable[[Task], bool]
) -> str | None:
    """Why a task cannot be admitted, for the user; None where it can.

    Args:
      cluster: the machines.
      chief: the chief's own identity.
      identity: of the task; None where it could not be read.
      is_present: whether a process that has a task's place still answers.
    """
    if identity is None:
        return "it is no task of this release of train.py; install the same one everywhere"
    if difference := chief.difference(identity):
        name = f"{identity.task.job} {identity.task.number}"
        return f"{name} {difference}; start all tasks with the same flags and machines"
    if identity.task == cluster.task or identity.task not in cluster.tasks:
        return f"{identity.task.job} {identity.task.number} is no task that the chief waits for"
    name = cluster.describe(identity.task)
    if is_present(identity.task):
        return f"{name} is running already; give each task an index of its own"
    if not identity.serving and (problem := address_problem(cluster.address(identity.task), identity.nonce)):
        return f"{name} {problem}; start it on the machine that the cluster's list names"
    return None
