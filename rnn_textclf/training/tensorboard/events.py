"""TensorBoard events of a run: curves of training and validation in one chart, and on request what lies behind them.

TensorBoard names a run by its folder. Events of the run folder itself hold what is neither, those of its folders
`train` and `validation` the same tags, which TensorBoard draws into one chart.
"""

import contextlib
import importlib.util
import logging
from types import TracebackType
from typing import Any, Self

import numpy as np

from rnn_textclf.config import RunConfig
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.encoded.prepared_data import PreparedData
from rnn_textclf.runs.evaluation import evaluate
from rnn_textclf.runs.folder.history import EpochMetrics
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.training.tensorboard import event_values

logger = logging.getLogger(__name__)

_SAMPLES = 5  # Validation examples whose running scores are shown.
_CURVES = 10  # Most classes with a precision-recall curve.
_TAGS = {
    "train": {"loss": "train_loss", "accuracy": "train_accuracy"},
    "validation": {"loss": "valid_loss", "accuracy": "valid_accuracy", "macro_f1": "valid_macro_f1"},
    "": {"learning_rate": "learning_rate", "seconds": "seconds"},
}


class TrainingEvents:
    """Writers of a run's events, open within `with`.

    Args:
      folder: of the run.
      config: its hyperparameters.
      data: its examples and words.
      classifier: its graph.
      details: whether to write the graph and, after each epoch, histograms of weights and gradients,
        precision-recall curves and running scores of a few validation examples; of the last weights, not their average.
    """

    def __init__(
        self, folder: RunFolder, config: RunConfig, data: PreparedData, classifier: TextClassifier, details: bool
    ) -> None:
        self._folder, self._config, self._data, self._classifier = folder, config, data, classifier
        self._details = details
        self._open = contextlib.ExitStack()
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> Self:
        """Opens the writers; adds the hyperparameters and, with details, the graph."""
        for name, path in self._folder.events.items():
            self._writers[name] = self._open.enter_context(tf.summary.FileWriter(str(path)))
        if self._details:
            self._add(0, "", [event_values.text("hyperparameters", [event_values.markdown(self._hyperparameters())])])
            self._writers[""].add_graph(self._classifier.global_step.graph)
            if is_installed():
                self._writers[""].add_summary(event_values.hparams(self._hyperparameters(), str(self._folder.path)), 0)
            logger.info(f"TensorBoard: tensorboard --logdir={self._folder.path.resolve().parent}{_install()}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the writers."""
        self._open.close()

    def add_epoch(self, session: Any, epoch: EpochMetrics) -> None:
        """Adds a finished epoch, at its step."""
        for part, tags in _TAGS.items():
            values = {tag: getattr(epoch, name) for tag, name in tags.items()}
            self._add(epoch.step, part, [event_values.scalar(tag, v) for tag, v in values.items() if v is not None])
        if self._details:
            self._add(epoch.step, "train", self._histograms(session))
            self._add(epoch.step, "validation", [*self._curves(session), self._samples(session)])
        for writer in self._writers.values():
            writer.flush()

    def _add(self, step: int, part: str, values: list[Any]) -> None:
        self._writers[part].add_summary(tf.Summary(value=values), step)

    def _hyperparameters(self) -> dict[str, Any]:
        sections = self._config.to_json()
        return {name: value for part in ("model", "train", "data") for name, value in sections[part].items()}

    def _histograms(self, session: Any) -> list[Any]:
        """Of all weights, and of the loss's gradients for the first batch of an epoch."""
        classifier, options = self._classifier, self._config.train
        batch = next(Batches(*self._data.train, options.batch_size, options.seed).epoch(0))
        feed = {
            classifier.ids: batch.ids,
            classifier.sequence_length: batch.lengths,
            classifier.targets: batch.targets,
        }
        weights = session.run({weight.op.name: weight for weight in classifier.network.whole_weights})
        gradients = session.run(classifier.training.gradients, feed)
        found = [(f"weights/{name}", values) for name, values in weights.items()]
        found += [(f"gradients/{name}", values) for name, values in gradients.items()]
        return [event_values.histogram(tag, values) for tag, values in found]

    def _curves(self, session: Any) -> list[Any]:
        """Precision-recall curves of the classes against all others; of two that exclude each other, of the last."""
        batches = Batches(*self._data.valid, self._config.train.batch_size)
        scored = evaluate(session, self._classifier, batches.by_length(), self._config.corpus.multi_label)
        labels = self._data.labels
        first = 1 if len(labels) == 2 and not scored.multi_label else 0
        return [
            event_values.precision_recall(f"precision_recall/{label}", scored.targets[:, i], scored.probabilities[:, i])
            for i, label in list(enumerate(labels))[first : first + _CURVES]
        ]

    def _samples(self, session: Any) -> Any:
        """Words of a few validation examples, each with the probability of the example's class after it."""
        words, labels = self._data.vocabulary.words, self._data.labels
        batch = self._data.valid.dataset.gather(self._data.valid.indices[:_SAMPLES])
        scores = self._classifier.step(session, batch, "sample").running_scores
        rows = []
        for ids, length, targets, score in zip(batch.ids, batch.lengths, batch.targets, scores, strict=True):
            target = int(np.argmax(targets))
            line = " ".join(f"{words[ids[t]]} **{score[t, target]:.2f}**" for t in range(length))
            rows.append(f"{labels[target]}: {line}")
        return event_values.text("running_scores", rows)


def is_installed() -> bool:
    """Whether TensorBoard, which shows the events, is installed."""
    return importlib.util.find_spec("tensorboard") is not None


def _install() -> str:
    return "" if is_installed() else " (not installed: pip install tensorboard)"
