"""Scoring back end of a `Predictor`: texts in, arrays out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from rnn_textclf.config import RunConfig
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.prefix_evaluation import PrefixBatch


class RawPrediction(NamedTuple):
    """Arrays of one text: probabilities `[C]`, running scores `[T, C]` and attention `[T]`."""

    probabilities: np.ndarray
    running_scores: np.ndarray | None = None
    attention: np.ndarray | None = None


class ScoringBackend(Protocol):
    """One run, or the mean of several; safe to use from several threads.

    Attributes:
      config: of the run, or of the first of several; they agree in all that a text's reading depends on.
      labels: the C class names, in the order of every array's last axis.
      vocabulary: of the run, or of the first of several.
      temperature: divisor of the logits; of several runs, of their mean's.
      models: run folders of all weights.
      checkpoints: the checkpoint of each of them.
    """

    config: RunConfig
    labels: tuple[str, ...]
    vocabulary: Vocabulary
    temperature: float
    models: list[RunFolder]
    checkpoints: list[Path]

    @property
    def attends(self) -> bool:
        """Whether every model gives attention."""

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Probabilities `[B, C]` in [0, 1] after the last word of each text."""

    def predict_words(self, texts: Sequence[str]) -> list[RawPrediction]:
        """Predictions with running scores and, where the models attend, attention."""

    def read_on(self, text: str, state: Any) -> tuple[np.ndarray, Any]:
        """Reads a text on from a state, None at the beginning: probabilities `[C]`, the state after it."""

    def score_examples(self, encoded: EncodedCorpus) -> Iterator[PrefixBatch]:
        """Scores labelled examples that were encoded with the tokenizer and classes of this back end.

        All back ends have the same batches for the same examples.
        """

    def expect_words(self, num_words: int) -> None:
        """Chooses the way of computing by the words to come, for good.

        Else it changes once so many were read that another way pays. Afterwards the results of a list of texts are
        equal to the last bit whatever was scored before it.
        """

    def knows(self, word: str) -> bool:
        """Whether a vocabulary has this word."""
