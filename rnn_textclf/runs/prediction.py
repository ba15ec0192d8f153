"""Prediction of one text: its classes with their probabilities, and the running score of each word."""

from collections.abc import Sequence
from typing import NamedTuple

from rnn_textclf.preprocessing.vocabulary import UNK


class Prediction(NamedTuple):
    """Prediction of one text.

    text: as it was given.
    label: the most probable class; of a run whose texts may have several, those from 0.5 on, joined by |.
    probabilities: class name -> probability in [0, 1].
    words: as the model read them; one `<unk>` for a text without words.
    running_scores: the probability of the class `target` after each word, in [0, 1].
    unknown: those of `words` that the vocabulary does not have.
    target: the class of the running scores.
    attention: each word's share in the features after the last word, summing to 1, where it was asked for.
    several_labels: whether a text of this run may have several labels, or none.
    """

    text: str
    label: str
    probabilities: dict[str, float]
    words: list[str]
    running_scores: list[float]
    unknown: list[str]
    target: str
    attention: list[float] | None = None
    several_labels: bool = False

    @property
    def has_words(self) -> bool:
        """Whether the text has a word; a text without any is read as one unknown word."""
        return self.words != [UNK]

    @property
    def shares(self) -> Sequence[float | None]:
        """The attention to each of `words`, None where it was not asked for."""
        return self.attention or [None] * len(self.words)
