"""Summary: all metrics of an evaluation as one JSON value; tables and pages are made from it alone."""

from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.config import ModelConfig, RunConfig
from rnn_textclf.runs import metrics
from rnn_textclf.runs.calibration import apply_temperature
from rnn_textclf.runs.metrics import length_groups
from rnn_textclf.runs.prefix_evaluation import PREFIX_SHARES, PrefixEvaluation

# A larger confusion matrix is neither read nor small.
MATRIX_CLASSES = 100


class EvaluationInput(NamedTuple):
    """Scored examples and what a report says of them.

    described: which examples, for people.
    labels: C class names.
    scored: their probabilities are those at `temperature`.
    loss: `softmax` or `sigmoid`.
    config: of the run, where it is one.
    """

    described: str
    labels: tuple[str, ...]
    scored: PrefixEvaluation
    temperature: float
    loss: str
    config: RunConfig | None = None

    @property
    def note(self) -> str:
        """The examples and the model in a few words, for figures and pages."""
        examples = self.described.split(", ")[0]
        return examples if self.config is None else f"{examples} · {model_description(self.config.model)}"


def model_description(model: ModelConfig) -> str:
    """The network in a few words."""
    parts = [f"{model.rnn_unit} {model.num_layers} × {model.num_hidden_units}"]
    parts += ["bidirectional"] if model.bidirectional else []
    parts += [f"{model.pooling} pooling"] if model.pooling != "last" else []
    return ", ".join(parts).replace(" ", "\N{NO-BREAK SPACE}")


def summarize(evaluation: EvaluationInput) -> dict[str, Any]:
    """The summary; shares are in [0, 1], what makes no sense for these classes is left out."""
    scored, labels = evaluation.scored, evaluation.labels
    targets, predicted = scored.targets, scored.predicted
    scores = metrics.class_scores(targets, predicted)
    summary: dict[str, Any] = {
        "scored": evaluation.described,
        "rows": len(scored),
        "right": scored.num_right,
        "accuracy": metrics.subset_accuracy(targets, predicted),
        "majority": _majority(evaluation),
        "classes": _classes(labels, scores),
        "macro_mean": metrics.macro_mean(scores)._asdict(),
        "weighted_mean": metrics.weighted_mean(scores)._asdict(),
    }
    never = np.flatnonzero((scores.support > 0) & ~predicted.any(0))
    if len(never):
        balanced = evaluation.config is not None and evaluation.config.train.class_weight == "balanced"
        summary["never_predicted"] = {"labels": [labels[i] for i in never], "class_weight_balanced": balanced}
    if scored.multi_label:
        summary["micro_mean"] = metrics.micro_mean(targets, predicted)._asdict()
    elif len(labels) <= MATRIX_CLASSES:
        summary["confusion_matrix"] = metrics.confusion_matrix(targets, predicted).tolist()
    if len(labels) == 2 and not scored.multi_label:
        of_last = targets[:, 1], scored.probabilities[:, 1]
        summary["roc_auc"] = metrics.roc_auc(*of_last)
        summary["average_precision"] = metrics.average_precision(*of_last)
    summary["calibration"] = _calibration(evaluation)
    summary["running_score_accuracy"] = {
        f"{share:.0%}": float(right.mean()) for share, right in zip(PREFIX_SHARES, scored.prefixes_right.T, strict=True)
    }
    summary["accuracy_by_words"] = [group.to_json() for group in length_groups(scored.lengths, scored.right)]
    return summary


def confidences(evaluation: EvaluationInput, temperature: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Confidence of each prediction and whether it is right; at another temperature where one is given."""
    probabilities, targets = evaluation.scored.probabilities, evaluation.scored.targets
    if temperature is not None:
        probabilities = apply_temperature(probabilities, temperature / evaluation.temperature, evaluation.loss)
    return metrics.confidences(probabilities, targets, evaluation.scored.multi_label)


def _majority(evaluation: EvaluationInput) -> dict[str, Any]:
    """Accuracy of the same prediction for every example: the most frequent class, or set of classes."""
    targets = evaluation.scored.targets
    bits = np.packbits(targets, axis=1)  # One value a row: rows of thousands of columns are slow to sort.
    _, first, counts = np.unique(bits.view(f"V{bits.shape[1]}")[:, 0], return_index=True, return_counts=True)
    best = np.flatnonzero(targets[first[counts.argmax()]])
    name = "|".join(evaluation.labels[i] for i in best)
    return {"label": name, "accuracy": float(counts.max() / counts.sum())}


def _classes(labels: tuple[str, ...], scores: metrics.ClassScores) -> dict[str, dict[str, float | None]]:
    """Scores by class; null for those of a class without examples, which have no meaning."""
    classes: dict[str, dict[str, float | None]] = {}
    for label, *values, support in zip(labels, *(column.tolist() for column in scores), strict=True):
        shares = values if support else [None] * len(values)
        classes[label] = dict(zip(metrics.ClassScores._fields, [*shares, support], strict=True))
    return classes


def _calibration(evaluation: EvaluationInput) -> dict[str, float]:
    def error(temperature: float | None = None) -> float:
        return metrics.expected_calibration_error(metrics.calibration_bins(*confidences(evaluation, temperature)))

    return {
        "expected_calibration_error": error(),
        "bins": metrics.CALIBRATION_BINS,
        "temperature": evaluation.temperature,
        "at_temperature_1": error(1.0),
    }
