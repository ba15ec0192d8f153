"""Predictor: a run folder in; labels, probabilities and the running score of each word out."""

from collections.abc import Iterable, Iterator, Sized
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.inference.scoring.backend import RawPrediction, ScoringBackend
from rnn_textclf.inference.scoring.mean_of_runs import load_backend
from rnn_textclf.inference.stream import Stream
from rnn_textclf.inference.texts import check_text, check_texts, described, growing_chunks
from rnn_textclf.preprocessing.encoded.classes import preview
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vocabulary import UNK
from rnn_textclf.reports.html.notebook import Prediction
from rnn_textclf.runs.evaluation import predicted_classes
from rnn_textclf.runs.prefix_evaluation import PrefixEvaluation, evaluate_prefixes
from rnn_textclf.runs.sessions import Sessions

# Texts sorted by length together: enough for batches of like length, few enough to stay in memory.
MAX_CHUNK = 8192


class Predictor:
    """A trained run, ready to score text; safe to use from several threads.

    Make one with `Predictor.load`.

    Attributes:
      config: of the run; of several, of the first.
      labels: the C class names, in the order of every array's last axis.
      vocabulary: the words that the run knows; of several, the first's.
      tokenizer: text -> words.
      temperature: divisor of the logits; of several runs, of their mean's.
      models: run folders of all weights, one but for ensembles.
      checkpoints: paths that their weights came from.
    """

    def __init__(self, backend: ScoringBackend) -> None:
        self._backend = backend
        self.config, self.labels, self.vocabulary = backend.config, backend.labels, backend.vocabulary
        self.tokenizer = Tokenizer.from_config(self.config.data)
        self.temperature = backend.temperature
        self.models, self.checkpoints = backend.models, backend.checkpoints

    def __repr__(self) -> str:
        model, runs = self.config.model, ", ".join(str(run.path) for run in self.models)
        network = f"{'bidirectional ' if model.bidirectional else ''}{model.rnn_unit} of {model.num_hidden_units} units"
        return f"<Predictor of {runs}: {len(self.labels)} classes ({preview(self.labels)}), {network}>"

    @staticmethod
    def load(run: str | PathLike[str] | Iterable[str | PathLike[str]], threads: int = 0) -> "Predictor":
        """Restores the best checkpoint of a run folder, or of several whose probabilities are averaged.

        Args:
          run: the folder, or several; that of an ensemble stands for its members.
          threads: batches that are scored at a time; 0 is as many as there are cores.

        Raises:
          TypeError: it is no path, and no paths.
          UserError: the folder holds no run, or its files are damaged or not of one run; or the runs have
            other classes.
        """
        return Predictor(load_backend(_run_folders(run), Sessions(threads)))

    @property
    def classes_(self) -> np.ndarray:
        """The class names as scikit-learn has them: an array `[C]` in the order of `predict_proba`'s columns."""
        return np.array(self.labels)

    @property
    def checkpoint(self) -> Path:
        """The path that the weights came from; of several runs, the first's."""
        return self.checkpoints[0]

    @property
    def attends(self) -> bool:
        """Whether every model gives attention."""
        return self._backend.attends

    def predict(self, texts: Iterable[str]) -> list[str]:
        """The most probable class of each text, or all its classes joined by |; see `Prediction.label`."""
        return [self._label(probabilities) for probabilities in self.predict_proba(texts)]

    def predict_proba(self, texts: Iterable[str]) -> np.ndarray:
        """Probabilities `[B, C]` in [0, 1] of the classes, for B texts.

        Args:
          texts: a list, an array, a pandas Series or any iterable of strings.

        Raises:
          TypeError: they are no texts.
        """
        chunks = growing_chunks(check_texts(texts), MAX_CHUNK, MAX_CHUNK)
        parts = [self._backend.probabilities(chunk) for chunk in chunks]
        return np.concatenate([np.zeros([0, len(self.labels)], np.float32), *parts])

    def predictions(
        self, texts: Iterable[str], target_class: str | None = None, *, attention: bool = False, by_word: bool = True
    ) -> Iterator[Prediction]:
        """Predictions of texts, in order, as the texts come in.

        Args:
          texts: as for `predict_proba`; no more than some thousands are held at a time.
          target_class: class of the running scores; by default the last of two classes, and of more than two the
            most probable one of each text.
          attention: whether to give that too.
          by_word: whether running scores are wanted; else they are empty. With a bidirectional run they take as
            long as scoring every prefix of the text.

        Raises:
          TypeError: they are no texts.
          UserError: there is no such class, or no attention.
        """
        if attention and not self.attends:
            raise UserError("no attention to give: not every model here was trained with --pooling=attention")
        if target_class is not None and target_class not in self.labels:
            raise UserError(f"no class {target_class!r}; the classes are {', '.join(self.labels)}")
        # A container is there already: nothing is gained by a small first batch.
        chunks = growing_chunks(check_texts(texts), MAX_CHUNK if isinstance(texts, Sized) else 1, MAX_CHUNK)
        return (
            self._prediction(text, raw, target_class, attention)
            for chunk in chunks
            for text, raw in zip(chunk, self._score(chunk, by_word), strict=True)
        )

    def running_scores(self, text: str, target_class: str | None = None) -> list[tuple[str, float]]:
        """Each word of `text` with the probability of the target class after it; see `predictions`."""
        prediction = next(self.predictions([check_text(text)], target_class))
        return list(zip(prediction.words, prediction.running_scores, strict=True))

    def stream(self) -> Stream:
        """A reader that takes one word at a time and keeps the state; each thread needs its own.

        With a bidirectional run it keeps the words, and reads them all again with each new one.
        """
        return Stream(self.read_on, self.labels)

    def read_on(self, text: str, state: Any) -> tuple[np.ndarray, Any, bool]:
        """Reads `text` on from a state, None at the beginning: probabilities `[C]`, the state, whether it has words."""
        return *self._backend.read_on(check_text(text), state), bool(self._words(text))

    def expect_words(self, num_words: int) -> None:
        """Chooses the way of computing by the words to come, for good; see `ScoringBackend.expect_words`."""
        self._backend.expect_words(num_words)

    def knows(self, word: str) -> bool:
        """Whether the vocabulary has a word, as one of `Prediction.words`."""
        return self._backend.knows(word)

    def score_rows(self, encoded: EncodedCorpus) -> PrefixEvaluation:
        """Scores labelled examples that were encoded with this run's tokenizer and classes."""
        scored = self._backend.score_examples(encoded)
        return evaluate_prefixes(scored, len(self.labels), self.config.corpus.multi_label)

    def _score(self, texts: list[str], by_word: bool) -> list[RawPrediction]:
        if by_word:
            return self._backend.predict_words(texts)
        return [RawPrediction(probabilities) for probabilities in self._backend.probabilities(texts)]

    def _prediction(self, text: str, raw: RawPrediction, target_class: str | None, attention: bool) -> Prediction:
        words = self._words(text) or [UNK]
        target = self._target(raw.probabilities, target_class)
        return Prediction(
            text=text,
            label=self._label(raw.probabilities),
            probabilities=dict(zip(self.labels, raw.probabilities.tolist(), strict=True)),
            words=words,
            running_scores=[] if raw.running_scores is None else raw.running_scores[:, target].tolist(),
            unknown=[word for word in words if not self.knows(word)],
            target=self.labels[target],
            attention=raw.attention.tolist() if attention and raw.attention is not None else None,
            several_labels=self.config.corpus.multi_label,
        )

    def _words(self, text: str) -> list[str]:
        return self.tokenizer(text, self.config.data.max_length)

    def _label(self, probabilities: np.ndarray) -> str:
        chosen = predicted_classes(probabilities, self.config.corpus.multi_label)
        return "|".join(self.labels[i] for i in np.flatnonzero(chosen))

    def _target(self, probabilities: np.ndarray, target_class: str | None) -> int:
        """The place of the class of the running scores; see `predictions`."""
        if target_class is not None:
            return self.labels.index(target_class)
        return 1 if len(self.labels) == 2 else int(probabilities.argmax())


def _run_folders(run: Any) -> list[Path]:
    """The run folders that `Predictor.load` is given. Raises TypeError."""
    if isinstance(run, str | PathLike):
        return [Path(run)]
    folders: list[Any] = list(run) if isinstance(run, Iterable) and not isinstance(run, dict) else [None]
    if not all(isinstance(folder, str | PathLike) for folder in folders):
        raise TypeError(f"expected a run folder, or several of them, as paths, got {described(run)}")
    return [Path(folder) for folder in folders]
