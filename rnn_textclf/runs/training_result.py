"""Training result: what a finished training hands to the report."""

from collections.abc import Sequence
from typing import NamedTuple

from rnn_textclf.config import RunConfig
from rnn_textclf.runs.evaluation import PrefixEvaluation
from rnn_textclf.runs.history import EpochMetrics
from rnn_textclf.runs.run_folder import RunFolder


class TrainingResult(NamedTuple):
    """Evaluations of the best checkpoint.

    epochs: all of them; best: the one whose weights were scored.
    temperature: fitted on the validation rows; 1 where none was.
    valid, test: the rows with probabilities at that temperature.
    """

    folder: RunFolder
    config: RunConfig
    labels: tuple[str, ...]
    epochs: Sequence[EpochMetrics]
    best: EpochMetrics
    temperature: float
    valid: PrefixEvaluation
    test: PrefixEvaluation
