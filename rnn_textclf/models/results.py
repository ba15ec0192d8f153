"""What `TextClassifier` gives: a named result for each thing that it does."""

from typing import Any, NamedTuple

import numpy as np


class TrainResult(NamedTuple):
    """One update. loss: mean over the batch, in nats, before it; global_step: after it."""

    loss: float
    gradient_norm: float
    global_step: int


class EvalResult(NamedTuple):
    """A scored batch. losses: `[B]`, in nats, without dropout; probabilities: `[B, C]`."""

    losses: np.ndarray
    probabilities: np.ndarray


class SampleResult(NamedTuple):
    """A batch read word by word.

    running_scores: `[B, T, C]`, the probability of each class after each word; zero past the length.
    probabilities: `[B, C]`, after the last word.
    final_state: the state after the last word, to be fed as the next call's `initial_state`.
    attention: `[B, T]`, each word's share in the features after the last word; zero past the length, and
      without words before them they sum to 1. Empty for other poolings than attention.
    """

    running_scores: np.ndarray
    probabilities: np.ndarray
    final_state: "State"
    attention: Any = ()


class State(NamedTuple):
    """What reading on needs: layers, a state each, that of the direct scores and that of the pooling.

    Each is empty where there is nothing to keep; all are where the network reads both ways, for then it
    cannot read on.
    """

    layers: tuple[Any, ...]
    direct: Any
    pooled: tuple[Any, ...] = ()


class NextWord(NamedTuple):
    """One more word of each row. probabilities: `[B, C]` after it; state: to be fed with the next."""

    probabilities: np.ndarray
    state: State
