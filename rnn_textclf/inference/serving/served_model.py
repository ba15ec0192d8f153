"""The part of `Predictor` that serving relies on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from rnn_textclf.config import RunConfig


class ServedPrediction(Protocol):
    """See `predictor.Prediction`."""

    @property
    def text(self) -> str:
        """As it was given."""

    @property
    def label(self) -> str:
        """The most probable class, or several joined by |."""

    @property
    def probabilities(self) -> Mapping[str, float]:
        """Class name -> probability in [0, 1], in the run's order."""

    @property
    def words(self) -> Sequence[str]:
        """As the model read them."""

    @property
    def running_scores(self) -> Sequence[float]:
        """The target class's probability after each word; none where they were not asked for."""

    @property
    def target(self) -> str:
        """The class of the running scores."""

    @property
    def unknown(self) -> Sequence[str]:
        """The words that the vocabulary does not have."""


class ServedModel(Protocol):
    """See `predictor.Predictor`; safe to use from several threads."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The class names, in the order of every array's last axis."""

    @property
    def config(self) -> RunConfig:
        """The run's."""

    @property
    def vocabulary(self) -> Any:
        """The known words; only their number is shown."""

    @property
    def models(self) -> Sequence[Any]:
        """One for each set of weights."""

    @property
    def checkpoint(self) -> Any:
        """Path of the weights; of several runs, of the first's."""

    def tokenizer(self, text: str, limit: int | None = None) -> list[str]:
        """The words of a text, at most `limit`."""

    def knows(self, word: str) -> bool:
        """Whether the vocabulary has a word."""

    def predictions(self, texts: Iterable[str], *, by_word: bool = True) -> Iterator[ServedPrediction]:
        """One a text, in order."""

    def read_on(self, text: str, state: Any) -> tuple[np.ndarray, Any, bool]:
        """Probabilities `[C]` after one more word, the state after it, whether it was a word."""
