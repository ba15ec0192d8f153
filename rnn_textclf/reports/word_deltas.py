"""Word deltas: how far each word moved the running score."""

from typing import NamedTuple

from rnn_textclf.runs.prediction import Prediction

# Smaller deltas count as neither up nor down.
NEGLIGIBLE = 0.005


class WordDelta(NamedTuple):
    """One word with the running score after it, in [0, 1], and the change that it made, in [-1, 1].

    attention: the word's share of it, in [0, 1], where it was asked for.
    """

    word: str
    score: float
    delta: float
    unknown: bool
    attention: float | None = None

    @property
    def direction(self) -> int:
        """1 for up, -1 for down, 0 for a negligible delta."""
        return 0 if abs(self.delta) < NEGLIGIBLE else 1 if self.delta > 0 else -1


def word_deltas(prediction: Prediction, several_labels: bool = False) -> list[WordDelta]:
    """The words of a text with their deltas.

    The first word is measured from the uninformed score: 1 / C where classes exclude each other, else 0.5.
    """
    before = 0.5 if several_labels else 1 / len(prediction.probabilities)
    unknown = set(prediction.unknown)
    result = []
    for word, score, share in zip(prediction.words, prediction.running_scores, prediction.shares, strict=True):
        result.append(WordDelta(word, score, score - before, word in unknown, share))
        before = score
    return result
