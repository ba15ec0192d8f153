"""Predictions and evaluations small enough to be checked by hand."""

import numpy as np

from rnn_textclf.reports.summary import EvaluationInput
from rnn_textclf.runs.prediction import Prediction
from rnn_textclf.runs.prefix_evaluation import PrefixBatch, PrefixEvaluation, evaluate_prefixes

LABELS = ("ham", "spam")
NASTY = "<script>alert('x')</script> & \"quotes\" \0 \u202e café $x_1$"


def prediction(words: list[str], scores: list[float], text: str = "", label: str = "positive") -> Prediction:
    chances = {"negative": 1 - scores[-1], "positive": scores[-1]}
    return Prediction(text or " ".join(words), label, chances, words, scores, ["señor"], "positive")


FOUR = prediction(["it", "shines", "señor", "bores"], [0.5, 0.9, 0.9, 0.3], label="negative")


def three(label: str) -> Prediction:
    return Prediction("a text", label, {"a": 0.2, "b": 0.7, "c": 0.1}, ["a"], [0.7], [], "b")


def scored(multi_label: bool = False) -> PrefixEvaluation:
    """Five rows: ham, ham, ham (wrong), spam, spam (wrong)."""
    chances = np.array([0.1, 0.2, 0.7, 0.9, 0.4])
    targets = np.eye(2, dtype=bool)[[0, 0, 0, 1, 1]]
    lengths = np.array([3, 5, 8, 2, 9])
    last = np.column_stack([1 - chances, chances])
    running = np.stack([~targets, last, last, last], axis=1)
    return evaluate_prefixes([PrefixBatch(np.arange(5), targets, lengths, last, running)], 2, multi_label)


def evaluation(temperature: float = 1.0, multi_label: bool = False) -> EvaluationInput:
    loss = "sigmoid" if multi_label else "softmax"
    return EvaluationInput("5 rows of a file", LABELS, scored(multi_label), temperature, loss)
