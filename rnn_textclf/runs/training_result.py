"""Training results, calibrated: the hand-over from a finished training to its report."""

from collections.abc import Sequence
from typing import NamedTuple

from rnn_textclf.config import RunConfig
from rnn_textclf.runs.calibration import fit_temperature, write_calibration
from rnn_textclf.runs.evaluation import example_weights
from rnn_textclf.runs.folder.history import EpochMetrics
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.prefix_evaluation import PrefixEvaluation


class TrainingResult(NamedTuple):
    """Result of training one model.

    epochs: all of them; best: the one whose weights were scored.
    temperature: fitted on the validation rows; 1 where none was.
    valid, test: the examples with probabilities at that temperature.
    """

    folder: RunFolder
    config: RunConfig
    labels: tuple[str, ...]
    epochs: Sequence[EpochMetrics]
    best: EpochMetrics
    temperature: float
    valid: PrefixEvaluation
    test: PrefixEvaluation


class EnsembleResult(NamedTuple):
    """Result of training an ensemble.

    members: the result of each model alone.
    temperature: fitted to the mean of the members' probabilities on the validation rows; 1 where none was.
    valid, test: the examples with the mean of the members' probabilities, at that temperature.
    """

    folder: RunFolder
    config: RunConfig
    labels: tuple[str, ...]
    members: Sequence[TrainingResult]
    temperature: float
    valid: PrefixEvaluation
    test: PrefixEvaluation


def calibrated(
    folder: RunFolder,
    config: RunConfig,
    step: int,
    valid: PrefixEvaluation,
    test: PrefixEvaluation,
    class_weights: Sequence[float] | None,
) -> tuple[float, PrefixEvaluation, PrefixEvaluation]:
    """Fits and stores the temperature of the checkpoint of a step; 1 where `calibrate` is off.

    `class_weights` are those of the training loss, one a class, or None.

    Returns:
      The temperature, and the validation and test rows, scored at temperature 1, at it.
    """
    loss = config.model.loss
    temperature = 1.0
    if config.train.calibrate:
        weights = example_weights(valid.targets, class_weights)
        temperature = fit_temperature(valid.probabilities, valid.targets, loss, weights)
    write_calibration(folder, temperature, step)
    return temperature, valid.at_temperature(temperature, loss), test.at_temperature(temperature, loss)
