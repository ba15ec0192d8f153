"""A model without TensorFlow whose answers a test can work out: words with an even number of letters are positive."""

import math
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.config import CorpusFacts, DataConfig, ModelConfig, RunConfig, TrainConfig
from rnn_textclf.preprocessing.tokens import Tokenizer

MAX_LENGTH = 30


class FakePrediction(NamedTuple):
    text: str
    label: str
    probabilities: dict[str, float]
    words: list[str]
    running_scores: list[float]
    unknown: list[str]
    target: str


class FakeModel:
    """Keeps the batches that it was given; waits for `gate` before each one; fails on the text "fail"."""

    def __init__(
        self,
        bidirectional: bool = False,
        max_length: int = MAX_LENGTH,
        labels: tuple[str, ...] = ("negative", "positive"),
    ) -> None:
        model = ModelConfig(bidirectional=bidirectional)
        train = TrainConfig(prefix_loss_weight=0.0 if bidirectional else 0.5)
        self.config = RunConfig(model, train, DataConfig(max_length=max_length), CorpusFacts())
        self.labels = labels
        self.vocabulary = SimpleNamespace(num_words=50)
        self.models = [Path("run")]
        self.checkpoint = Path("run/best/model.ckpt-428")
        self.tokenizer = Tokenizer()
        self.batches: list[list[str]] = []
        self.reads: list[str] = []
        self.began = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def knows(self, word: str) -> bool:
        return "z" not in word

    def predictions(self, texts: Iterable[str], *, by_word: bool = True) -> Iterator[FakePrediction]:
        batch = list(texts)
        self.batches.append(batch)
        self.began.set()
        assert self.gate.wait(30)
        if "fail" in batch:
            raise RuntimeError("a bug")
        return (self._prediction(text, by_word) for text in batch)

    def read_on(self, text: str, state: Any) -> tuple[np.ndarray, Any, bool]:
        self.reads.append(text)
        total = (0 if state is None else int(state[0])) + vote(text)
        return chances(total, len(self.labels)), np.array([total]), True

    def _prediction(self, text: str, by_word: bool) -> FakePrediction:
        words = self.tokenizer(text)
        totals = np.cumsum([vote(word) for word in words]) if words else np.array([0])
        probabilities = chances(totals[-1])
        return FakePrediction(
            text=text,
            label=self.labels[int(probabilities.argmax())],
            probabilities=dict(zip(self.labels, probabilities.tolist(), strict=True)),
            words=words or ["<unk>"],
            running_scores=[chances(total)[1].item() for total in totals] if by_word else [],
            unknown=[word for word in words if not self.knows(word)],
            target=self.labels[1],
        )


def vote(word: str) -> int:
    return 1 if len(word) % 2 == 0 else -1


def chances(total: float, num_classes: int = 2) -> np.ndarray:
    """The first class has what is left of a positive vote; of that, each further class has half as much as the last."""
    positive = 1 / (1 + math.exp(-total))
    shares = np.array([0.5**place for place in range(num_classes - 1)])
    return np.array([1 - positive, *(positive * shares / shares.sum())])
