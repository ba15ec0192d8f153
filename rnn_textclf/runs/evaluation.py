"""How a model does on labelled rows that it does not learn from."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.runs.scoring import predicted_classes


class Evaluation(NamedTuple):
    """Results over N rows, in the order of the row numbers `rows` `[N]`.

    losses: `[N]`, in nats; probabilities: `[N, C]`; targets: `[N, C]`.
    multi_label: whether a row is right only when all its classes are, each at 0.5.
    """

    rows: np.ndarray
    losses: np.ndarray
    probabilities: np.ndarray
    targets: np.ndarray
    multi_label: bool = False

    @property
    def right(self) -> int:
        """Rows whose most probable class is theirs, or all of whose classes are."""
        return int((predicted_classes(self.probabilities, self.multi_label) == (self.targets > 0.5)).all(1).sum())

    @property
    def accuracy(self) -> float:
        """`right` over N, in [0, 1]."""
        return self.right / len(self.rows)

    @property
    def loss(self) -> float:
        """Mean loss in nats."""
        return float(self.losses.mean())


def evaluate(
    session: Any, classifier: TextClassifier, batches: Iterable[Batch], multi_label: bool = False
) -> Evaluation:
    """Scores every row of `batches` without dropout; their sizes and order do not matter."""
    parts = []
    for batch in batches:
        result = classifier.step(session, batch, "eval")
        parts.append((batch.indices, result.losses, result.probabilities, batch.targets))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0])
    rows, losses, probabilities, targets = (column[order] for column in columns)
    return Evaluation(rows, losses, probabilities, targets, multi_label)
