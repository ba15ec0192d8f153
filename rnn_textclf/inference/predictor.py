"""`Predictor`: a run folder -> labels, probabilities, and the running score of each word."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.inference.batch_scorer import BATCH_SIZE, BatchScorer
from rnn_textclf.inference.stream import Stream
from rnn_textclf.preprocessing.encoded.batches import Batches
from rnn_textclf.preprocessing.encoded.dataset import Dataset
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.text_encoder import TextEncoder
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vocabulary import UNK
from rnn_textclf.runs.calibration import read_temperature
from rnn_textclf.runs.checkpoints import checkpoint_path, checkpoint_steps
from rnn_textclf.runs.evaluation import PrefixEvaluation, predicted_classes
from rnn_textclf.runs.run_folder import RunFolder

# Texts sorted by length together: enough for batches of like length, few enough to stay in memory.
MAX_CHUNK = 8192


class Prediction(NamedTuple):
    """What the model says of one text.

    text: as it was given.
    label: the most probable class; of a run whose texts may have several, those from 0.5 on, joined by |.
    probabilities: class name -> probability in [0, 1].
    words: as the model read them; one `<unk>` for a text without words.
    running_scores: the probability of the class `target` after each word, in [0, 1].
    unknown: those of `words` that the vocabulary does not have.
    target: whose score is running.
    attention: each word's share in the features after the last word, together 1, where it was asked for.
    """

    text: str
    label: str
    probabilities: dict[str, float]
    words: list[str]
    running_scores: list[float]
    unknown: list[str]
    target: str
    attention: list[float] | None = None

    @property
    def shares(self) -> Sequence[float | None]:
        """The attention to each of `words`, None where it was not asked for."""
        return self.attention or [None] * len(self.words)


class Predictor:
    """A trained run, ready to score text; safe to use from several threads.

    Make one with `Predictor.load`. `labels` are the class names in the order of every array's last
    axis; `config` is the run's; `checkpoint` is the path that the weights came from, `temperature` what its
    logits are divided by; `models` are the run folders of all weights, one but for an ensemble.
    """

    def __init__(self, folder: RunFolder, threads: int = 0) -> None:
        self.config = folder.read_config()
        self.labels = folder.read_labels()
        self.vocabulary = folder.read_vocabulary()
        self.tokenizer = Tokenizer.from_config(self.config.data)
        self._encoder = TextEncoder(self.vocabulary, self.tokenizer, self.config.data.max_length)
        self._scorer = BatchScorer(folder, threads)
        self.step = checkpoint_steps(folder.best)[-1]
        self.checkpoint = checkpoint_path(folder.best, self.step)
        self.temperature = read_temperature(folder, self.step)
        self.models = [folder]

    @staticmethod
    def load(run: str | Path | Iterable[str | Path], threads: int = 0) -> "Predictor":
        """Restores the best checkpoint of a run folder, or of several whose probabilities are averaged.

        Args:
          run: the folder, or some; that of an ensemble answers as the mean of its members.
          threads: batches that are scored at a time; 0 is as many as there are cores.

        Raises:
          UserError: the folder holds no run, or its files are damaged or not of one run; or the runs have
            other classes.
        """
        from rnn_textclf.inference.averaging import load_predictor  # it builds on this module

        runs = [run] if isinstance(run, str | Path) else run
        return load_predictor([Path(folder) for folder in runs], threads)

    def predict(self, texts: Iterable[str]) -> list[str]:
        """The most probable class of each text, or all its classes joined by |; see `Prediction.label`."""
        return [self._label(row) for row in self.predict_proba(texts)]

    def predict_proba(self, texts: Iterable[str]) -> np.ndarray:
        """Probabilities `[B, C]` in [0, 1] of the classes, one row a text."""
        parts = [self._probabilities(chunk) for chunk in growing_chunks(_several(texts), MAX_CHUNK)]
        return np.concatenate([np.zeros([0, len(self.labels)], np.float32), *parts])

    def predictions(
        self, texts: Iterable[str], target_class: str | None = None, *, attention: bool = False, by_word: bool = True
    ) -> Iterator[Prediction]:
        """All there is to say of each text, in order, as the texts come in.

        Args:
          texts: any number of them; no more than some thousands are held at a time.
          target_class: whose running score is given; by default the last of two classes, and of more
            than two the most probable one of each text.
          attention: whether to give that too.
          by_word: whether running scores are wanted; else there are none. Of a run that reads both ways they
            take as long as scoring every prefix of the text.

        Raises:
          UserError: there is no such class, or no attention.
        """
        if attention and not self.attends:
            raise UserError("no attention to give: not every model here was trained with --pooling=attention")
        if target_class is not None and target_class not in self.labels:
            raise UserError(f"no class {target_class!r}; the classes are {', '.join(self.labels)}")
        return (self._prediction(scored, target_class, attention) for scored in self._scored(texts, by_word))

    def running_scores(self, text: str, target_class: str | None = None) -> list[tuple[str, float]]:
        """Each word of `text` with the probability of the target class after it; see `predictions`."""
        prediction = next(self.predictions([text], target_class))
        return list(zip(prediction.words, prediction.running_scores, strict=True))

    def stream(self) -> Stream:
        """A reader that takes one word at a time and keeps the state; each thread needs its own.

        Of a run that reads both ways it keeps the words, and reads them all again with each new one.
        """
        return Stream(self.read_on, self.labels)

    @property
    def attends(self) -> bool:
        """Whether there is attention to be given."""
        return self.config.model.pooling == "attention"

    def score_rows(self, encoded: EncodedCorpus) -> PrefixEvaluation:
        """Scores the labelled rows of a corpus that was encoded with this run's tokenizer and classes."""
        rows = Batches(Dataset(encoded, self.vocabulary), np.arange(len(encoded)), BATCH_SIZE)
        return self._scorer.score_rows(rows.by_length(), self.config.corpus.multi_label)

    def _label(self, probabilities: np.ndarray) -> str:
        chosen = predicted_classes(probabilities, self.config.corpus.multi_label)
        return "|".join(self.labels[i] for i in np.flatnonzero(chosen))

    def _prediction(self, scored: "RawPrediction", target_class: str | None, attention: bool) -> Prediction:
        words = self._encoder.words(scored.text) or [UNK]
        if target_class is None:
            target = len(self.labels) - 1 if len(self.labels) == 2 else int(scored.probabilities.argmax())
        else:
            target = self.labels.index(target_class)
        return Prediction(
            text=scored.text,
            label=self._label(scored.probabilities),
            probabilities=dict(zip(self.labels, scored.probabilities.tolist(), strict=True)),
            words=words,
            running_scores=[] if scored.running_scores is None else scored.running_scores[:, target].tolist(),
            unknown=[word for word in words if not self.knows(word)],
            target=self.labels[target],
            attention=scored.attention.tolist() if attention and scored.attention is not None else None,
        )

    def knows(self, word: str) -> bool:
        """Whether the vocabulary has a word, as one of `Prediction.words`."""
        return self.vocabulary.is_known(self.vocabulary.id(word))

    def read_on(self, text: str, state: Any) -> tuple[np.ndarray, Any, bool]:
        """See `stream.ReadOn`; `state` is None before the first word."""
        if self.config.model.bidirectional:
            return self._read_again(text, state)
        probabilities, state = self._scorer.read_on(self._encoder.ids(text), state)
        return probabilities[0], state, bool(self._encoder.words(text))

    def _read_again(self, text: str, state: Any) -> tuple[np.ndarray, Any, bool]:
        """As `read_on`; the state is the ids so far."""
        ids = [*(state or ()), *self._encoder.ids(text)]
        return self._scorer.probabilities([ids])[0], ids, bool(self._encoder.words(text))

    def _scored(self, texts: Iterable[str], by_word: bool) -> Iterator["RawPrediction"]:
        # A list is there already: nothing is gained by a first small batch.
        for chunk in growing_chunks(_several(texts), MAX_CHUNK if isinstance(texts, Sequence) else 1):
            yield from self._score_chunk(chunk, by_word)

    def _score_chunk(self, texts: list[str], by_word: bool) -> list["RawPrediction"]:
        ids = [self._encoder.ids(text) for text in texts]
        if not by_word:
            return [RawPrediction(*row) for row in zip(texts, self._scorer.probabilities(ids), strict=True)]
        return [RawPrediction(text, *arrays) for text, arrays in zip(texts, self._scorer.by_word(ids), strict=True)]

    def _probabilities(self, texts: list[str]) -> np.ndarray:
        return self._scorer.probabilities([self._encoder.ids(text) for text in texts])


def _several(texts: Iterable[str]) -> Iterable[str]:
    if isinstance(texts, str):
        raise TypeError("expected a list of texts, got one text: put it into a list")
    return texts


class RawPrediction(NamedTuple):
    """A text with its probabilities `[C]`, its running scores `[T, C]` and the attention to its words `[T]`."""

    text: str
    probabilities: np.ndarray
    running_scores: np.ndarray | None = None
    attention: np.ndarray | None = None


def growing_chunks(texts: Iterable[str], size: int = 1, largest: int = MAX_CHUNK) -> Iterator[list[str]]:
    """Cuts a stream into lists of 1, 2, 4 … `largest`: the first answer comes at once, the rest fast."""
    iterator = iter(texts)
    while chunk := list(islice(iterator, size)):
        yield chunk
        size = min(2 * size, largest)
