"""All that a report says of some scored rows, as one JSON value; tables are made from it alone."""

from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.runs import metrics
from rnn_textclf.runs.calibration import apply_temperature
from rnn_textclf.runs.evaluation import PREFIX_SHARES, PrefixEvaluation
from rnn_textclf.runs.metrics import length_groups

# A matrix of more classes than this is neither read nor small.
MATRIX_CLASSES = 100


class EvaluationInput(NamedTuple):
    """Scored rows and what is needed to speak of them.

    described: which rows, for people.
    labels: C class names.
    scored: their probabilities are those at `temperature`.
    loss: `softmax` or `sigmoid`.
    """

    described: str
    labels: tuple[str, ...]
    scored: PrefixEvaluation
    temperature: float
    loss: str


def summarize(scoring: EvaluationInput) -> dict[str, Any]:
    """The report; shares are in [0, 1], what makes no sense for these classes is left out."""
    scored, labels = scoring.scored, scoring.labels
    targets, predicted, right = scored.targets, scored.predicted, scored.right
    scores = metrics.class_scores(targets, predicted)
    summary: dict[str, Any] = {
        "scored": scoring.described,
        "rows": len(scored),
        "right": int(right.sum()),
        "accuracy": metrics.subset_accuracy(targets, predicted),
        "majority": _majority(scoring),
        "classes": _classes(labels, scores),
        "macro_mean": metrics.macro_mean(scores)._asdict(),
        "weighted_mean": metrics.weighted_mean(scores)._asdict(),
    }
    if scored.multi_label:
        summary["micro_mean"] = metrics.micro_mean(targets, predicted)._asdict()
    elif len(labels) <= MATRIX_CLASSES:
        summary["confusion_matrix"] = metrics.confusion_matrix(targets, predicted).tolist()
    if len(labels) == 2 and not scored.multi_label:
        summary["roc_auc"] = metrics.roc_auc(targets[:, 1], scored.probabilities[:, 1])
    summary["calibration"] = _calibration(scoring)
    summary["running_score_accuracy"] = {
        f"{share:.0%}": float(column.mean())
        for share, column in zip(PREFIX_SHARES, scored.prefixes_right.T, strict=True)
    }
    summary["accuracy_by_words"] = [group.to_json() for group in length_groups(scored.lengths, right)]
    return summary


def reliability(scoring: EvaluationInput, temperature: float | None = None) -> metrics.Bins:
    """How sure the decisions are and how often they are right, at another temperature where one is given."""
    probabilities, targets = scoring.scored.probabilities, scoring.scored.targets
    if temperature is not None:
        probabilities = apply_temperature(probabilities, temperature / scoring.temperature, scoring.loss)
    return metrics.calibration_bins(*metrics.confidences(probabilities, targets, scoring.scored.multi_label))


def _majority(scoring: EvaluationInput) -> dict[str, Any]:
    """What answering the same for every row would reach: the most frequent class, or set of classes."""
    answers, counts = np.unique(scoring.scored.targets, axis=0, return_counts=True)
    best = np.flatnonzero(answers[counts.argmax()])
    name = "|".join(scoring.labels[i] for i in best)
    return {"label": name, "accuracy": float(counts.max() / counts.sum())}


def _classes(labels: tuple[str, ...], scores: metrics.ClassScores) -> dict[str, dict[str, float]]:
    columns = zip(*(column.tolist() for column in scores), strict=True)
    return {
        label: dict(zip(metrics.ClassScores._fields, values, strict=True))
        for label, values in zip(labels, columns, strict=True)
    }


def _calibration(scoring: EvaluationInput) -> dict[str, float]:
    return {
        "expected_calibration_error": metrics.expected_calibration_error(reliability(scoring)),
        "bins": metrics.CALIBRATION_BINS,
        "temperature": scoring.temperature,
        "at_temperature_1": metrics.expected_calibration_error(reliability(scoring, 1.0)),
    }
