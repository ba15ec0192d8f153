"""Each word's step: how far it moved the running score, and the words that say so without colour."""

from typing import NamedTuple

from rnn_textclf.runs.prediction import Prediction

# Steps smaller than this are neither up nor down.
STILL = 0.005


class Step(NamedTuple):
    """One word: the score after it, in [0, 1], and how far it moved it, in [-1, 1].

    attention: its share of it, in [0, 1], where that is to be shown.
    """

    word: str
    score: float
    step: float
    unknown: bool
    attention: float | None = None

    @property
    def direction(self) -> int:
        """1 for up, -1 for down, 0 for hardly either."""
        return 0 if abs(self.step) < STILL else 1 if self.step > 0 else -1


def steps(prediction: Prediction, several_labels: bool = False) -> list[Step]:
    """The words of a text with their steps.

    The first one is measured from the score of a model without an opinion: 1 / C where classes exclude each
    other, else 0.5.
    """
    before = 0.5 if several_labels else 1 / len(prediction.probabilities)
    unknown = set(prediction.unknown)
    result = []
    for word, score, share in zip(prediction.words, prediction.running_scores, prediction.shares, strict=True):
        result.append(Step(word, score, score - before, word in unknown, share))
        before = score
    return result
