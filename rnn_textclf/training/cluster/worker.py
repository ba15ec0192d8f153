"""Worker and parameter server: tasks that do what the chief tells them."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rnn_textclf.config.cluster import EVALUATOR, ClusterConfig
from rnn_textclf.errors import UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.runs.cluster_sessions import ClusterSessions
from rnn_textclf.runs.tensorflow_errors import told_in_one_line
from rnn_textclf.training.cluster.address_check import answering, check_peers
from rnn_textclf.training.cluster.ending import SERVERS_LOST, Ending
from rnn_textclf.training.cluster.identity import Identity
from rnn_textclf.training.cluster.membership import Membership
from rnn_textclf.training.cluster.run_copy import unpacked_run
from rnn_textclf.training.cluster.step_exchange import parts_of
from rnn_textclf.training.steps.prepared_run import PreparedRun, training_classifier
from rnn_textclf.training.steps.training_batches import TrainingBatches

Prepare = Callable[[TrainingJob], PreparedRun]
_Learn = Callable[[int], dict[str, Any]]


def take_part(job: TrainingJob, cluster: ClusterConfig, prepare: Prepare) -> None:
    """Serves or works until training is over.

    Args:
      job: what all tasks were started with.
      cluster: the machines, and this task, which is not the chief.
      prepare: reads the data of a run that has begun.

    Raises:
      UserError: the task cannot take part, or training ended before its time; its message says why.
    """
    if cluster.task.job == EVALUATOR:
        return
    ending = Ending(cluster.timeout)
    identity = Identity.of(job, cluster)
    with answering(cluster.address(cluster.task), identity.nonce):
        membership = Membership(cluster, identity, ending)
        messages = membership.messages()
        if not any("serve" in message for message in messages):
            return
    sessions = ClusterSessions(cluster, job.threads)
    membership.serving()
    try:
        with told_in_one_line(), ending.explains_errors():
            _Worker(job, cluster, sessions, membership, prepare).follow(messages)
    except UserError as error:
        membership.send(failed=str(error))
        raise


class _Worker:
    def __init__(
        self,
        job: TrainingJob,
        cluster: ClusterConfig,
        sessions: ClusterSessions,
        membership: Membership,
        prepare: Prepare,
    ) -> None:
        self._job, self._cluster, self._sessions, self._prepare = job, cluster, sessions, prepare
        self._send = membership.send

    def follow(self, messages: Iterator[dict[str, Any]]) -> None:
        """Does what the messages say until there are no more."""
        self._send(state="serving")
        message = self._next_run(messages, {}, _no_step)
        while message:
            check_peers(self._cluster)
            with self._learner(message["run"]) as learn:
                self._send(state="ready")
                message = self._next_run(messages, message, learn)

    def _next_run(
        self, messages: Iterator[dict[str, Any]], current: dict[str, Any], learn: _Learn
    ) -> dict[str, Any] | None:
        """Takes steps until the chief names another run than the current one; None at the end.

        Where the weights are lost, the chief names the run anew, when it was started again, or ends the task.
        """
        taken, is_lost = 0, False
        for message in messages:
            if "serve" in message:  # A chief that was started again asks anew.
                self._send(state="serving")
            elif "run" in message and (message != current or is_lost):
                return message
            elif "run" in message:
                self._send(state="ready")
            elif "step" in message and not is_lost:
                try:
                    self._send(done=message["step"], **learn(message["step"]))
                    taken += 1
                except SERVERS_LOST:
                    if not taken:
                        raise
                    is_lost = True
                    self._send(state="serving")
        return None

    @contextlib.contextmanager
    def _learner(self, files: dict[str, str] | None) -> Iterator[_Learn]:
        """What takes a step of a run, given its files; a parameter server has none."""
        if files is None:
            yield _no_step
            return
        share, exchange = parts_of(self._cluster)
        with unpacked_run(files, Path(self._job.data.data_dir) / f"worker_{self._cluster.number + 1}") as folder:
            run = self._prepare(self._job.replace(ckpt_dir=folder.path, overwrite=False))
            batches = TrainingBatches(run.data, run.distillation, run.config.train, share)
            with self._sessions.new_graph() as session:
                classifier = training_classifier(run, batches.steps_per_epoch, exchange)
                session.graph.finalize()
                learn = _share_of_step if self._cluster.synchronous else _whole_step
                yield lambda step: learn(session, classifier, batches, step)


def _no_step(step: int) -> dict[str, Any]:
    raise ValueError(f"told to take step {step} without a run")


def _share_of_step(session: Any, classifier: TextClassifier, batches: TrainingBatches, step: int) -> dict[str, Any]:
    classifier.push(session, batches[step])
    return {}


def _whole_step(session: Any, classifier: TextClassifier, batches: TrainingBatches, step: int) -> dict[str, Any]:
    result = classifier.step(session, batches[step], "train")
    return {"loss": float(result.loss), "gradient_norm": float(result.gradient_norm)}
