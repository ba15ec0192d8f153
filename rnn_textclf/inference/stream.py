"""Stream over one text: a word in, probabilities out, the state carried over."""

from collections.abc import Callable
from typing import Any

import numpy as np

# Text, state before it -> probabilities `[C]`, state after it, whether the text has words.
ReadOn = Callable[[str, Any], tuple[np.ndarray, Any, bool]]


class Stream:
    """Reads a text word by word; made by `Predictor.stream`. One thread at a time.

    After the last word the probabilities are those of `predict_proba` for the whole text. Unlike there, nothing
    is cut off after `max_length` words.
    """

    def __init__(self, read_on: ReadOn, labels: tuple[str, ...]) -> None:
        self._read_on = read_on
        self._labels = labels
        self._state: Any = None
        self._probabilities: np.ndarray | None = None

    def read(self, word: str) -> dict[str, float]:
        """Class name -> probability after this word and all before it.

        Args:
          word: or several; what cleaning leaves of it is read. Where nothing is left, as of a dash, the result is
            that after the words before; without any, that of an empty text.
        """
        probabilities, state, has_words = self._read_on(word, self._state)
        if has_words:
            self._state, self._probabilities = state, probabilities
        answer = probabilities if self._probabilities is None else self._probabilities
        return dict(zip(self._labels, answer.tolist(), strict=True))
