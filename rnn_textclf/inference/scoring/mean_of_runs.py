"""Scoring by the mean of several runs' probabilities."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.inference.scoring.backend import RawPrediction, ScoringBackend
from rnn_textclf.inference.scoring.single_run import SingleRun
from rnn_textclf.preprocessing.encoded.classes import preview
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.runs.calibration import apply_temperature, read_temperature
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.folder.single_models import single_models
from rnn_textclf.runs.prefix_evaluation import PrefixBatch
from rnn_textclf.runs.restoring import best_steps
from rnn_textclf.runs.sessions import Sessions


def load_backend(runs: Sequence[Path], sessions: Sessions) -> ScoringBackend:
    """Restores run folders, one or more; see `Predictor.load`."""
    if not runs:
        raise UserError("no run to load: name one run folder or more")
    each = [_load_run(RunFolder(run), sessions) for run in runs]
    return each[0] if len(each) == 1 else MeanOfRuns(each)


def _load_run(run: RunFolder, sessions: Sessions) -> ScoringBackend:
    models = single_models(run)
    if models == [run]:
        return SingleRun(run, sessions)
    return MeanOfRuns([SingleRun(model, sessions) for model in models], read_temperature(run, sum(best_steps(run))))


class MeanOfRuns:
    """Scoring back end over the mean of others; see `ScoringBackend`.

    Vocabularies may differ: a word that one of them has is known.

    Args:
      members: two or more.
      temperature: of the mean, see `runs/calibration.py`, in addition to each member's own.

    Raises:
      UserError: the members differ in their classes or in how they read a text.
    """

    def __init__(self, members: Sequence[ScoringBackend], temperature: float = 1.0) -> None:
        first = members[0]
        for other in members[1:]:
            _check_comparable(first, other)
        self._members = members
        self.config, self.labels, self.vocabulary = first.config, first.labels, first.vocabulary
        self.temperature = temperature
        self.models = [model for member in members for model in member.models]
        self.checkpoints = [checkpoint for member in members for checkpoint in member.checkpoints]

    @property
    def attends(self) -> bool:
        """See `ScoringBackend`."""
        return all(member.attends for member in self._members)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """See `ScoringBackend`."""
        return self._at_temperature(_mean([member.probabilities(texts) for member in self._members]))

    def predict_words(self, texts: Sequence[str]) -> list[RawPrediction]:
        """See `ScoringBackend`."""
        each = [member.predict_words(texts) for member in self._members]
        return [self._mean_prediction(predictions) for predictions in zip(*each, strict=True)]

    def read_on(self, text: str, state: Any) -> tuple[np.ndarray, Any]:
        """See `ScoringBackend`; the state is one of each member's."""
        states = [None] * len(self._members) if state is None else state
        read = [member.read_on(text, own) for member, own in zip(self._members, states, strict=True)]
        probabilities, after = zip(*read, strict=True)
        return self._at_temperature(_mean(probabilities)), list(after)

    def score_examples(self, encoded: EncodedCorpus) -> Iterator[PrefixBatch]:
        """See `ScoringBackend`."""
        for batches in zip(*(member.score_examples(encoded) for member in self._members), strict=True):
            yield batches[0]._replace(
                probabilities=self._at_temperature(_mean([batch.probabilities for batch in batches])),
                prefix_probabilities=self._at_temperature(_mean([batch.prefix_probabilities for batch in batches])),
            )

    def expect_words(self, num_words: int) -> None:
        """See `ScoringBackend`."""
        for member in self._members:
            member.expect_words(num_words)

    def knows(self, word: str) -> bool:
        """See `ScoringBackend`."""
        return any(member.knows(word) for member in self._members)

    def _mean_prediction(self, predictions: Sequence[RawPrediction]) -> RawPrediction:
        probabilities, running_scores, attention = map(_mean, zip(*predictions, strict=True))
        return RawPrediction(
            self._at_temperature(probabilities),
            None if running_scores is None else self._at_temperature(running_scores),
            attention,
        )

    def _at_temperature(self, mean: np.ndarray) -> np.ndarray:
        return mean if self.temperature == 1 else apply_temperature(mean, self.temperature, self.config.model.loss)


def _mean(values: Sequence[Any]) -> Any:
    """The mean of arrays of one shape; None where some are missing."""
    return None if any(value is None for value in values) else np.mean(values, axis=0)


def _check_comparable(first: ScoringBackend, other: ScoringBackend) -> None:
    """Raises UserError, naming the runs, where the mean of two would be meaningless."""
    one, two = (backend.models[0].path for backend in (first, other))
    if first.labels != other.labels:
        raise UserError(f"{two}: has the classes {preview(other.labels)}, but {one} has {preview(first.labels)}")
    settings = {
        "--loss": (first.config.model.loss, other.config.model.loss),
        "--max_length": (first.config.data.max_length, other.config.data.max_length),
        "rows with several labels": (first.config.corpus.multi_label, other.config.corpus.multi_label),
        "other words for the same text": (
            Tokenizer.from_config(first.config.data),
            Tokenizer.from_config(other.config.data),
        ),
    }
    for name, (mine, theirs) in settings.items():
        if mine != theirs:
            raise UserError(f"{two}: differs from {one} in {name}, so that their answers have no mean")
