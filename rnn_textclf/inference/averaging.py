"""Several runs that answer as one: the mean of their probabilities, after each word and after the last."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.inference.predictor import Predictor, RawPrediction
from rnn_textclf.preprocessing.encoded.classes import preview
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.runs.calibration import apply_temperature, read_temperature
from rnn_textclf.runs.evaluation import PrefixEvaluation, average
from rnn_textclf.runs.restoring import best_steps, single_models
from rnn_textclf.runs.run_folder import RunFolder


def load_predictor(runs: Sequence[Path], threads: int) -> Predictor:
    """What answers for some runs, one or more; see `Predictor.load`."""
    if not runs:
        raise UserError("no run to load: name one run folder or more")
    each = [_load(RunFolder(run), threads) for run in runs]
    return each[0] if len(each) == 1 else AveragePredictor(each)


def _load(run: RunFolder, threads: int) -> Predictor:
    models = single_models(run)
    if models == [run]:
        return Predictor(run, threads)
    members = [Predictor(model, threads) for model in models]
    return AveragePredictor(members, read_temperature(run, sum(best_steps(run))))


class AveragePredictor(Predictor):
    """The mean of some predictors; their vocabularies may differ, a word that one of them knows is known.

    Args:
      members: two or more.
      temperature: of the mean, see `runs/calibration.py`; each member has its own beside it.

    Raises:
      UserError: they have other classes, or other ways to read a text.
    """

    def __init__(self, members: Sequence[Predictor], temperature: float = 1.0) -> None:
        first = members[0]
        for other in members[1:]:
            _check_alike(first, other)
        self._members = members
        self.config, self.labels, self.vocabulary = first.config, first.labels, first.vocabulary
        self.tokenizer, self._encoder = first.tokenizer, first._encoder
        self.temperature = temperature
        self.step, self.checkpoint = first.step, first.checkpoint
        self.models = [model for member in members for model in member.models]

    def score_rows(self, encoded: EncodedCorpus) -> PrefixEvaluation:
        """Scores the labelled rows of a corpus that was encoded with these runs' tokenizer and classes."""
        scored = average([member.score_rows(encoded) for member in self._members])
        return scored if self.temperature == 1 else scored.at_temperature(self.temperature, self.config.model.loss)

    def _score_chunk(self, texts: list[str], by_word: bool) -> list[RawPrediction]:
        each = [member._score_chunk(texts, by_word) for member in self._members]
        return [self._mean(scored) for scored in zip(*each, strict=True)]

    def _probabilities(self, texts: list[str]) -> np.ndarray:
        return self._tempered(_mean([member._probabilities(texts) for member in self._members]))

    def _mean(self, scored: Sequence[RawPrediction]) -> RawPrediction:
        """One text as all score it."""
        running = _mean([one.running_scores for one in scored])
        return scored[0]._replace(
            probabilities=self._tempered(_mean([one.probabilities for one in scored])),
            running_scores=None if running is None else self._tempered(running),
            attention=_mean([one.attention for one in scored]),
        )

    def _tempered(self, mean: np.ndarray) -> np.ndarray:
        return mean if self.temperature == 1 else apply_temperature(mean, self.temperature, self.config.model.loss)

    @property
    def attends(self) -> bool:
        """See `Predictor.attends`."""
        return all(member.attends for member in self._members)

    def knows(self, word: str) -> bool:
        """Whether one of the members knows it."""
        return any(member.knows(word) for member in self._members)

    def read_on(self, text: str, state: Any) -> tuple[np.ndarray, Any, bool]:
        """See `Predictor.read_on`."""
        states = [None] * len(self._members) if state is None else state
        read = [member.read_on(text, own) for member, own in zip(self._members, states, strict=True)]
        probabilities, after, has_words = zip(*read, strict=True)
        return self._tempered(_mean(probabilities)), list(after), has_words[0]


def _mean(values: Sequence[Any]) -> Any:
    """Of arrays of one shape; None where some are missing."""
    return None if any(value is None for value in values) else np.mean(values, axis=0)


def _check_alike(first: Predictor, other: Predictor) -> None:
    """Raises UserError, naming the runs, where the mean of two would mean nothing."""
    one, two = (predictor.models[0].path for predictor in (first, other))
    if first.labels != other.labels:
        raise UserError(f"{two}: has the classes {preview(other.labels)}, but {one} has {preview(first.labels)}")
    ways = {
        "--loss": (first.config.model.loss, other.config.model.loss),
        "--max_length": (first.config.data.max_length, other.config.data.max_length),
        "rows with several labels": (first.config.corpus.multi_label, other.config.corpus.multi_label),
        "other words for the same text": (first.tokenizer, other.tokenizer),
    }
    for name, (mine, its) in ways.items():
        if mine != its:
            raise UserError(f"{two}: differs from {one} in {name}, so that their answers have no mean")
