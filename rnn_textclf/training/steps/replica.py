"""Replica: one of the workers that train a model together, seen from the training loop; here the only one."""

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.training.exchange import GradientExchange, NoExchange
from rnn_textclf.models.training.training_graph import TrainResult
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.encoded.share import WHOLE, Share
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training.steps.training_batches import TrainingBatches


class Progress(NamedTuple):
    """A point between two updates of the weights, where these can be saved.

    step: the global step.
    num_examples: trained on since the last point.
    result: of the last update.
    batch: one that was just trained on.
    """

    step: int
    num_examples: int
    result: TrainResult
    batch: Batch


class Replica(Protocol):
    """The worker of this process.

    share: of each batch.
    exchange: adds up the workers' gradients.
    """

    share: Share
    exchange: GradientExchange | NoExchange

    def opened(self, sessions: Sessions, folder: RunFolder) -> contextlib.AbstractContextManager[Sessions]:
        """Gathers the workers for the run in a folder; what opens the sessions in which they train."""

    def steps(
        self, session: Any, classifier: TextClassifier, batches: TrainingBatches, first: int, last: int
    ) -> Iterator[Progress]:
        """Takes the global steps from `first` to before `last`."""


class OnlyReplica:
    """The one worker of a run on one machine."""

    share: Share = WHOLE
    exchange: GradientExchange | NoExchange = NoExchange()

    @contextlib.contextmanager
    def opened(self, sessions: Sessions, folder: RunFolder) -> Iterator[Sessions]:
        """The sessions as they are."""
        yield sessions

    def steps(
        self, session: Any, classifier: TextClassifier, batches: TrainingBatches, first: int, last: int
    ) -> Iterator[Progress]:
        """Takes each step."""
        for step in range(first, last):
            batch = batches[step]
            yield Progress(step + 1, len(batch.lengths), classifier.step(session, batch, "train"), batch)


ONLY_REPLICA = OnlyReplica()
