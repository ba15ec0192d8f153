"""Chief of a cluster: gathers the other tasks, holds the run folder and leads the training."""

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from rnn_textclf.config.cluster import PS, ClusterConfig, Task
from rnn_textclf.errors import UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.runs.cluster_sessions import ClusterSessions
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training.cluster.address_check import address_problem, answering, check_peers
from rnn_textclf.training.cluster.board import Board
from rnn_textclf.training.cluster.ending import Ending
from rnn_textclf.training.cluster.identity import Identity
from rnn_textclf.training.cluster.run_copy import pack_run
from rnn_textclf.training.cluster.step_exchange import step_exchange
from rnn_textclf.training.steps.replica import Progress, Replica
from rnn_textclf.training.steps.training_batches import TrainingBatches

logger = logging.getLogger(__name__)


class ChiefReplica:
    """The replica of the chief; see `Replica`."""

    def __init__(self, cluster: ClusterConfig, identity: Identity) -> None:
        self._cluster, self._ending = cluster, Ending(cluster.timeout)
        self._steps = step_exchange(cluster)
        self.share, self.exchange = self._steps.share, self._steps.exchange
        self.board = Board(cluster, identity, self._ending, self._hear)

    def gather(self) -> None:
        """Waits until all tasks have registered. Raises UserError as `Board.wait`."""
        self.board.wait(self.board.all_in("registered", "serving", "ready"))
        self.board.lead("registered", serve=True)

    @contextlib.contextmanager
    def opened(self, sessions: Sessions, folder: RunFolder) -> Iterator[Sessions]:
        """Sessions on the parameter servers, for the time in which all workers are ready to train the folder's run."""
        with self._ending.explains_errors():
            clustered = ClusterSessions(self._cluster, sessions.threads)
            self.board.wait(self.board.all_in("serving", "ready"))
            self.board.lead("serving", run=pack_run(folder))
            self.board.wait(self.board.all_in("ready"))
            check_peers(self._cluster)
            yield clustered

    def steps(
        self, session: Any, classifier: TextClassifier, batches: TrainingBatches, first: int, last: int
    ) -> Iterator[Progress]:
        """See `Replica.steps`."""
        return self._steps.steps(self.board, session, classifier, batches, first, last)

    def _hear(self, task: Task, message: dict[str, Any]) -> None:
        if task.job != PS:
            self._steps.hear(self.board, task, message)


@contextlib.contextmanager
def gathered_replica(job: TrainingJob, cluster: ClusterConfig) -> Iterator[tuple[Replica, TrainingJob]]:
    """The chief's replica and its job, when all tasks have registered; they end when the context does.

    A chief that was started again goes on with the run of its cluster, which `overwrite` has begun anew once.

    Raises:
      UserError: a task is missing, or this one is not where the cluster's list says.
    """
    identity = Identity.of(job, cluster)
    address = cluster.address(cluster.task)
    with answering(address, identity.nonce):
        if problem := address_problem(address, identity.nonce):
            raise UserError(f"{cluster.describe(cluster.task)}: this task {problem}; start it on that machine")
    replica = ChiefReplica(cluster, identity)
    try:
        replica.gather()
        if job.overwrite and replica.board.has_begun:
            logger.info("The cluster has begun its run already: going on with it, --overwrite is done")
            job = job.replace(overwrite=False)
        yield replica, job
    except UserError as error:
        replica.board.end(str(error), error.exit_status)
        raise
    except BaseException as error:
        replica.board.end(f"the chief stopped ({type(error).__name__})", 1)
        raise
    replica.board.end("", 0)
