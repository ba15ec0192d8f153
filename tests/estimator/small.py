"""A small estimator on the forty sentences, and one that takes numbers."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import validate_data

from rnn_textclf import RNNTextClassifier
from tests.tiny_runs import write_corpus

SIZE: dict[str, Any] = {
    "num_hidden_units": 8,
    "embedding_size": 8,
    "batch_size": 8,
    "num_epochs": 6,
    "learning_rate": 0.05,
    "dropout": 0.0,
    "valid_fraction": 0.2,
    "threads": 1,
}


def small(**parameters: Any) -> RNNTextClassifier:
    """An estimator that is fitted in a second or two."""
    return RNNTextClassifier(**SIZE | parameters)


def sentences(folder: Path) -> tuple[list[str], np.ndarray]:
    """The forty sentences in a mixed order, and their classes."""
    write_corpus(folder)
    blame, praise = ((folder / f"rt-polarity.{ending}").read_text().splitlines() for ending in ("neg", "pos"))
    return [text for pair in zip(blame, praise, strict=True) for text in pair], np.array(["bad", "good"] * len(blame))


class OnNumbers(RNNTextClassifier):
    """An estimator for scikit-learn's checks, whose rows are numbers: each becomes a word, a row a text."""

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803
        return super().fit(_texts(validate_data(self, X)), y)

    def predict_proba(self, X: Any) -> np.ndarray:  # noqa: N803
        return super().predict_proba(_texts(validate_data(self, X, reset=False)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.one_d_array = False
        tags.input_tags.two_d_array = True
        return tags


def _texts(rows: Iterable[Iterable[float]]) -> list[str]:
    return [" ".join(_word(column, number) for column, number in enumerate(row)) for row in rows]


def _word(column: int, number: float) -> str:
    """A word of letters for a number of a column, the same for numbers that are near each other."""
    near = round(2 * number) % 1000
    return "".join(chr(ord("a") + int(digit)) for digit in f"{column}{near:03}")
