"""Steps of several workers: together on each batch, or each on batches of its own."""

import math
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from typing import Any

from rnn_textclf.config.cluster import ClusterConfig, Task
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.training.exchange import GradientExchange, NoExchange
from rnn_textclf.models.training.training_graph import TrainResult
from rnn_textclf.preprocessing.encoded.share import WHOLE, Share
from rnn_textclf.training.cluster.board import Board
from rnn_textclf.training.steps.replica import Progress
from rnn_textclf.training.steps.training_batches import TrainingBatches

_STEPS_A_ROUND = 16  # Of each worker, after which those that train on their own wait for each other.


class StepExchange(ABC):
    """How the chief and the workers take global steps.

    A worker is told the step whose batch, or share of it, it is to train on, and answers when that is done. It keeps
    nothing else, so that one that was started again is told the step under way and goes on.
    """

    def __init__(self, cluster: ClusterConfig) -> None:
        self._workers = [task for task in cluster.learners if task != cluster.task]
        self.share, self.exchange = parts_of(cluster)

    @abstractmethod
    def steps(
        self, board: Board, session: Any, classifier: TextClassifier, batches: TrainingBatches, first: int, last: int
    ) -> Iterator[Progress]:
        """See `Replica.steps`."""

    @abstractmethod
    def hear(self, board: Board, task: Task, message: dict[str, Any]) -> None:
        """Takes a message of a task; called with the board's lock held."""


class SynchronousSteps(StepExchange):
    """All workers compute the gradients of their shares of a batch; the chief updates the weights by the sum."""

    def __init__(self, cluster: ClusterConfig) -> None:
        super().__init__(cluster)
        self._step, self._pushed = -1, set[Task]()

    def steps(
        self, board: Board, session: Any, classifier: TextClassifier, batches: TrainingBatches, first: int, last: int
    ) -> Iterator[Progress]:
        """Takes each step when all workers have delivered their part."""
        for step in range(first, last):
            with board.changed:
                self._step, self._pushed = step, set()
                for task in board.ready():
                    board.send(task, step=step)
            batch = batches[step]
            classifier.push(session, batch)
            board.wait(lambda: len(self._pushed) == len(self._workers))
            with board.changed:
                self._step = -1
            yield Progress(step + 1, batch.whole_size, classifier.apply(session), batch)

    def hear(self, board: Board, task: Task, message: dict[str, Any]) -> None:
        """Counts the parts that were delivered, and tells a worker that came back which one is missing."""
        if message.get("done") == self._step:
            self._pushed.add(task)
        if message.get("state") == "ready" and self._step >= 0 and task not in self._pushed:
            board.send(task, step=self._step)


class AsynchronousSteps(StepExchange):
    """Each worker updates the weights by the gradients of whole batches, which are dealt out to those that are free.

    All batches of an epoch are dealt out once; that of a worker that is lost is dealt out again.
    """

    def __init__(self, cluster: ClusterConfig) -> None:
        super().__init__(cluster)
        self._waiting, self._under_way = deque[int](), dict[Task, int]()
        self._results: list[TrainResult] = []

    def steps(
        self, board: Board, session: Any, classifier: TextClassifier, batches: TrainingBatches, first: int, last: int
    ) -> Iterator[Progress]:
        """Takes the steps in rounds, between which no update is under way."""
        size = _STEPS_A_ROUND * (len(self._workers) + 1)
        for start in range(first, last, size):
            end = min(start + size, last)
            self._begin(board, range(start, end))
            batch = batches[start]
            while (step := self._take(board)) is not None:
                batch = batches[step]
                self._results.append(classifier.step(session, batch, "train"))
            worst = next((each for each in self._results if not math.isfinite(each.loss)), self._results[-1])
            first_row, last_row = (min(each * batches.batch_size, batches.num_examples) for each in (start, end))
            yield Progress(end, last_row - first_row, worst, batch)

    def hear(self, board: Board, task: Task, message: dict[str, Any]) -> None:
        """Takes a result, or a step back from a worker that is lost, and deals out the next."""
        if "done" in message and message["done"] == self._under_way.get(task):
            del self._under_way[task]
            self._results.append(TrainResult(message["loss"], message["gradient_norm"], message["done"] + 1))
        if "lost" in message and task in self._under_way:
            self._waiting.appendleft(self._under_way.pop(task))
        elif "lost" not in message:
            self._deal(board, task)

    def _begin(self, board: Board, steps: range) -> None:
        with board.changed:
            self._waiting.extend(steps)
            self._results = []
            for task in board.ready():
                self._deal(board, task)

    def _deal(self, board: Board, task: Task) -> None:
        if self._waiting and task not in self._under_way and task in board.ready():
            self._under_way[task] = self._waiting.popleft()
            board.send(task, step=self._under_way[task])

    def _take(self, board: Board) -> int | None:
        """The next step for the chief itself; None when all of the round are taken and done."""
        board.wait(lambda: bool(self._waiting) or not self._under_way)
        with board.changed:
            return self._waiting.popleft() if self._waiting else None


def parts_of(cluster: ClusterConfig) -> tuple[Share, GradientExchange | NoExchange]:
    """The share of this task in each batch, and its exchange of gradients."""
    number, count = cluster.number, len(cluster.learners)
    if cluster.synchronous:
        return Share(number, count), GradientExchange(number, count)
    return WHOLE, NoExchange(number)


def step_exchange(cluster: ClusterConfig) -> StepExchange:
    """The exchange that a cluster's options ask for."""
    return SynchronousSteps(cluster) if cluster.synchronous else AsynchronousSteps(cluster)
