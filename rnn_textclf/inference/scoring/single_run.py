"""Scoring by the best checkpoint of one run."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from rnn_textclf.inference.scoring.backend import RawPrediction
from rnn_textclf.inference.scoring.batch_scorer import BATCH_SIZE, BatchScorer
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.encoded.dataset import Dataset
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.text_encoder import TextEncoder
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.runs.calibration import read_temperature
from rnn_textclf.runs.checkpoints import checkpoint_path, checkpoint_steps
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.prefix_evaluation import PrefixBatch
from rnn_textclf.runs.sessions import Sessions


class SingleRun:
    """Scoring back end over the best checkpoint of one run; see `ScoringBackend`.

    Args:
      folder: the run; it holds one model.
      sessions: opens the session.

    Raises:
      UserError: the folder holds no run, or its files are damaged or not of one run.
    """

    def __init__(self, folder: RunFolder, sessions: Sessions) -> None:
        self.config = folder.read_config()
        self.labels = folder.read_labels()
        self.vocabulary = folder.read_vocabulary()
        self._encoder = TextEncoder(
            self.vocabulary, Tokenizer.from_config(self.config.data), self.config.data.max_length
        )
        self._scorer = BatchScorer(folder, sessions)
        step = checkpoint_steps(folder.best)[-1]
        self.temperature = read_temperature(folder, step)
        self.models = [folder]
        self.checkpoints = [checkpoint_path(folder.best, step)]

    @property
    def attends(self) -> bool:
        """See `ScoringBackend`."""
        return self.config.model.pooling == "attention"

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """See `ScoringBackend`."""
        return self._scorer.probabilities([self._encoder.ids(text) for text in texts])

    def predict_words(self, texts: Sequence[str]) -> list[RawPrediction]:
        """See `ScoringBackend`."""
        return [RawPrediction(*arrays) for arrays in self._scorer.by_word([self._encoder.ids(text) for text in texts])]

    def read_on(self, text: str, state: Any) -> tuple[np.ndarray, Any]:
        """See `ScoringBackend`; a model that reads both ways keeps the ids so far and reads all of them again."""
        ids = self._encoder.ids(text)
        if self.config.model.bidirectional:
            ids = [*(state or ()), *ids]
            return self._scorer.probabilities([ids])[0], ids
        probabilities, after = self._scorer.read_on(ids, state)
        return probabilities[0], after

    def score_examples(self, encoded: EncodedCorpus) -> Iterator[PrefixBatch]:
        """See `ScoringBackend`."""
        examples = Batches(Dataset(encoded, self.vocabulary), np.arange(len(encoded)), BATCH_SIZE)
        return self._scorer.score_examples(examples.by_length())

    def expect_words(self, num_words: int) -> None:
        """See `ScoringBackend`."""
        self._scorer.expect_words(num_words)

    def knows(self, word: str) -> bool:
        """See `ScoringBackend`."""
        return self.vocabulary.knows(word)
