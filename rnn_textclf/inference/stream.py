"""`Stream`: a text read word by word, what is needed of the words before carried over."""

from collections.abc import Callable
from typing import Any

import numpy as np

# Text and the state before it -> probabilities `[C]` and the state after it, and whether the text has words.
ReadOn = Callable[[str, Any], tuple[np.ndarray, Any, bool]]


class Stream:
    """Reads a text word by word; made by `Predictor.stream`. One thread at a time.

    After the last word it says what `predict_proba` says of the whole text. Unlike there, nothing is cut
    off after `max_length` words.
    """

    def __init__(self, read_on: ReadOn, labels: tuple[str, ...]) -> None:
        self._read_on = read_on
        self._labels = labels
        self._state: Any = None
        self._probabilities: np.ndarray | None = None

    def read(self, word: str) -> dict[str, float]:
        """Class name -> probability after this word and all before it.

        Args:
          word: or several, or part of none: what cleaning leaves of it is read. Where nothing is left, as
            of a dash, the answer is that after the words before; without any, that to an empty text.
        """
        probabilities, state, has_words = self._read_on(word, self._state)
        if has_words:
            self._state, self._probabilities = state, probabilities
        answer = probabilities if self._probabilities is None else self._probabilities
        return dict(zip(self._labels, answer.tolist(), strict=True))
