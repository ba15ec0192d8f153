"""`Predictor`: a run folder -> labels, probabilities, and the running score of each word."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np

from rnn_textclf.apps.stream import Stream
from rnn_textclf.errors import UserError
from rnn_textclf.graph.tf1 import tf
from rnn_textclf.runs import sessions
from rnn_textclf.runs.checkpoints import PREFIX, checkpoint_steps
from rnn_textclf.runs.restoring import restore_best
from rnn_textclf.runs.run_folder import RunFolder
from rnn_textclf.runs.scoring import ScoredRows, decisions, score_rows
from rnn_textclf.text.batches import Batches, pad
from rnn_textclf.text.dataset import Dataset
from rnn_textclf.text.encoded import EncodedCorpus
from rnn_textclf.text.text_encoder import TextEncoder
from rnn_textclf.text.tokens import Tokenizer
from rnn_textclf.text.vocabulary import UNK

BATCH_SIZE = 128
# Texts sorted by length together: enough for batches of like length, few enough to stay in memory.
MAX_CHUNK = 8192


SMALLEST_SHARE = 16  # Texts that are worth a thread of their own.
LARGEST_TABLE = 256 << 20  # Bytes of a folded table; see `graph/folding.py`.

_Arrays = Sequence[np.ndarray]  # Of one batch.


class Prediction(NamedTuple):
    """What the model says of one text.

    text: as it was given.
    label: the most probable class; of a run whose texts may have several, those from 0.5 on, joined by |.
    probabilities: class name -> probability in [0, 1].
    words: as the model read them; one `<unk>` for a text without words.
    running_scores: the probability of the class `target` after each word, in [0, 1].
    unknown: those of `words` that the vocabulary does not have.
    target: whose score is running.
    """

    text: str
    label: str
    probabilities: dict[str, float]
    words: list[str]
    running_scores: list[float]
    unknown: list[str]
    target: str


class Predictor:
    """A trained run, ready to score text; safe to use from several threads.

    Make one with `Predictor.load`. `labels` are the class names in the order of every array's last
    axis; `config` is the run's; `checkpoint` is the path that the weights came from.
    """

    def __init__(self, folder: RunFolder, threads: int = 0) -> None:
        self.config = folder.read_config()
        self.labels = folder.read_labels()
        self.vocabulary = folder.read_vocabulary()
        self.tokenizer = Tokenizer()
        self._encoder = TextEncoder(self.vocabulary, self.tokenizer, self.config.data.max_length)
        with tf.Graph().as_default() as graph:
            self._session = sessions.new_caller_session(graph)
            self._classifier = restore_best(folder, self._session, foldable=True)
            graph.finalize()
        self._make_callables()
        # A batch a core: that uses cores better than each operation on all of them.
        self._threads = threads or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._threads)
        self._words_to_fold = len(self.vocabulary)
        self.step = checkpoint_steps(folder.best)[-1]
        self.checkpoint = folder.best / f"{PREFIX}-{self.step}"

    @classmethod
    def load(cls, run: str | Path, threads: int = 0) -> Self:
        """Restores the best checkpoint of a run folder.

        Args:
          run: the folder.
          threads: batches that are scored at a time; 0 is as many as there are cores.

        Raises:
          UserError: the folder holds no run, or its files are damaged or not of one run.
        """
        return cls(RunFolder(Path(run)), threads)

    def predict(self, texts: Iterable[str]) -> list[str]:
        """The most probable class of each text, or all its classes joined by |; see `Prediction.label`."""
        return [self._label(row) for row in self.predict_proba(texts)]

    def predict_proba(self, texts: Iterable[str]) -> np.ndarray:
        """Probabilities `[B, C]` in [0, 1] of the classes, one row a text."""
        _refuse_one(texts)
        parts = [np.zeros([0, len(self.labels)], np.float32)]
        for chunk in growing_chunks(texts, MAX_CHUNK):
            ids = [self._encoder.ids(text) for text in chunk]
            part = np.empty([len(ids), len(self.labels)], np.float32)
            for rows, (probabilities,) in self._in_batches(ids, self._probabilities):
                part[rows] = probabilities
            parts.append(part)
        return np.concatenate(parts)

    def predictions(self, texts: Iterable[str], target_class: str | None = None) -> Iterator[Prediction]:
        """All there is to say of each text, in order, as the texts come in.

        Args:
          texts: any number of them; no more than some thousands are held at a time.
          target_class: whose running score is given; by default the last of two classes, and of more
            than two the most probable one of each text.

        Raises:
          UserError: there is no such class.
        """
        if target_class is not None and target_class not in self.labels:
            raise UserError(f"no class {target_class!r}; the classes are {', '.join(self.labels)}")
        return (self._prediction(scored, target_class) for scored in self._scored(texts))

    def running_scores(self, text: str, target_class: str | None = None) -> list[tuple[str, float]]:
        """Each word of `text` with the probability of the target class after it; see `predictions`."""
        prediction = next(self.predictions([text], target_class))
        return list(zip(prediction.words, prediction.running_scores, strict=True))

    def stream(self) -> Stream:
        """A reader that takes one word at a time and keeps the state; each thread needs its own."""
        return Stream(self._read_on, self.labels)

    def score_rows(self, encoded: EncodedCorpus) -> ScoredRows:
        """Scores the labelled rows of a corpus that was encoded with this run's tokenizer and classes."""
        rows = Batches(Dataset(encoded, self.vocabulary), np.arange(len(encoded)), BATCH_SIZE)
        return score_rows(self._session, self._classifier, rows.by_length(), self.config.corpus.multi_label)

    def _make_callables(self) -> None:
        """`_probabilities` and, with running scores, `_sample`: from ids, lengths. `_next_word`: from ids, state."""
        model, session, flatten = self._classifier, self._session, tf.nest.flatten
        fed = [model.ids, model.sequence_length]
        self._probabilities = session.make_callable([model.sample.probabilities], fed)
        self._sample = session.make_callable([model.sample.running_scores, model.sample.probabilities], fed)
        state = flatten(model.initial_state)
        self._next_word = session.make_callable(
            [model.next_word.probabilities, *flatten(model.next_word.state)], [model.ids, *state]
        )
        self._zero_state = session.run(state, {model.ids: [[0]]})

    def _label(self, probabilities: np.ndarray) -> str:
        chosen = decisions(probabilities, self.config.corpus.multi_label)
        return "|".join(self.labels[i] for i in np.flatnonzero(chosen))

    def _prediction(self, scored: "_Scored", target_class: str | None) -> Prediction:
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
            running_scores=scored.running_scores[:, target].tolist(),
            unknown=[word for word, id_ in zip(words, scored.ids, strict=True) if not self.vocabulary.is_known(id_)],
            target=self.labels[target],
        )

    def _read_on(self, text: str, state: Any) -> tuple[np.ndarray, Any, bool]:
        """See `stream.ReadOn`; `state` is None before the first word."""
        state = self._zero_state if state is None else state
        for word in self._encoder.ids(text):
            probabilities, *state = self._next_word(np.array([[word]], np.int32), *state)
        return probabilities[0], state, bool(self._encoder.words(text))

    def _scored(self, texts: Iterable[str]) -> Iterator["_Scored"]:
        _refuse_one(texts)
        # A list is there already: nothing is gained by a first small batch.
        for chunk in growing_chunks(texts, MAX_CHUNK if isinstance(texts, Sequence) else 1):
            yield from self._score_chunk(chunk)

    def _score_chunk(self, texts: list[str]) -> list["_Scored"]:
        ids = [self._encoder.ids(text) for text in texts]
        results: list[_Scored | None] = [None] * len(ids)
        for rows, (scores, probabilities) in self._in_batches(ids, self._sample):
            for i, row in enumerate(rows):
                results[row] = _Scored(texts[row], ids[row], probabilities[i], scores[i, : len(ids[row])])
        return [result for result in results if result]

    def _in_batches(self, ids: Sequence[list[int]], run: Callable[..., _Arrays]) -> Iterator[tuple[list[int], _Arrays]]:
        """Batches of like length: the places of their rows in `ids`, and what `run` makes of the rows."""
        self._fold_when_it_pays(sum(map(len, ids)))
        by_length = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        size = min(BATCH_SIZE, max(SMALLEST_SHARE, -(-len(ids) // self._threads)))
        batches = [by_length[begin : begin + size] for begin in range(0, len(ids), size)]
        run_all = map if len(batches) == 1 else self._pool.map
        return zip(batches, run_all(lambda rows: run(*pad([ids[row] for row in rows])), batches), strict=True)

    def _fold_when_it_pays(self, num_words: int) -> None:
        """Folds once as many words were read as there are: until then it would cost more than it saves."""
        folded = self._classifier.encoder.folded
        if self._words_to_fold <= 0 or folded is None or folded.num_bytes > LARGEST_TABLE:
            return
        self._words_to_fold -= num_words
        if self._words_to_fold <= 0:
            self._session.run(folded.fill)


def _refuse_one(texts: Iterable[str]) -> None:
    if isinstance(texts, str):
        raise TypeError("expected a list of texts, got one text: put it into a list")


class _Scored(NamedTuple):
    text: str
    ids: list[int]
    probabilities: np.ndarray
    running_scores: np.ndarray


def growing_chunks(texts: Iterable[str], size: int = 1, largest: int = MAX_CHUNK) -> Iterator[list[str]]:
    """Cuts a stream into lists of 1, 2, 4 … `largest`: the first answer comes at once, the rest fast."""
    iterator = iter(texts)
    while chunk := list(islice(iterator, size)):
        yield chunk
        size = min(2 * size, largest)
