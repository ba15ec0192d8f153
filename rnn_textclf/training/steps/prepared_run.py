"""A run that is ready for its next epoch, and its graph."""

from typing import NamedTuple

from rnn_textclf.config import RunConfig
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.training.exchange import GradientExchange, NoExchange
from rnn_textclf.preprocessing.encoded.prepared_data import PreparedData
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.training.distillation.soft_targets import DistillationData
from rnn_textclf.training.initialisation.first_weights import FirstWeights


class PreparedRun(NamedTuple):
    """A run that is ready for its next epoch; the training itself needs no other files."""

    folder: RunFolder
    config: RunConfig
    data: PreparedData
    first: FirstWeights
    distillation: DistillationData | None

    @property
    def class_weights(self) -> list[float] | None:
        """Weight of each class in the loss; None where classes are not weighted."""
        return self.config.corpus.weights_of(self.data.labels)


def training_classifier(
    run: PreparedRun, steps_per_epoch: int, exchange: GradientExchange | NoExchange
) -> TextClassifier:
    """The graph of a run, the same in each worker of a cluster, in the default graph."""
    return TextClassifier(
        run.config.model,
        run.data.vocabulary,
        len(run.data.labels),
        run.config.train,
        steps_per_epoch=steps_per_epoch,
        class_weights=run.class_weights,
        multi_label=run.config.corpus.multi_label,
        exchange=exchange,
    )
