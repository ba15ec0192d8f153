"""A restored model in a session of its own: ids in, arrays out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from rnn_textclf.inference.incremental_scorer import IncrementalScorer
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.encoded.batches import pad
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.runs import sessions
from rnn_textclf.runs.evaluation import PrefixEvaluation, evaluate_prefixes
from rnn_textclf.runs.restoring import restore_best
from rnn_textclf.runs.run_folder import RunFolder

BATCH_SIZE = 128
SMALLEST_SHARE = 16  # Sentences that are worth a thread of their own.
LARGEST_TABLE = 256 << 20  # Bytes of a projection cache; see `models/layers/projection.py`.

_Ids = Sequence[Sequence[int]]
_Arrays = Sequence[np.ndarray]  # Of one batch.


class BatchScorer:
    """The best weights of a run, safe to use from several threads.

    Args:
      folder: the run.
      threads: batches that are scored at a time; 0 is as many as there are cores.
    """

    def __init__(self, folder: RunFolder, threads: int = 0) -> None:
        with tf.Graph().as_default() as graph:
            self._session = sessions.Sessions.on_calling_thread(graph)
            self._classifier = restore_best(folder, self._session, cache_projections=True)
            self._reader = (
                None if self._classifier.next_word is None else IncrementalScorer(self._session, self._classifier)
            )
        # A batch a core: that uses cores better than each operation on all of them.
        self._threads = sessions.Sessions(threads).threads
        self._pool = ThreadPoolExecutor(self._threads)
        self._words_to_fold = len(self._classifier.vocabulary)
        model, sample, flatten = self._classifier, self._classifier.sample, tf.nest.flatten
        fed = [model.ids, model.sequence_length]
        self._whole = sessions.Call(self._session, [sample.probabilities], fed)
        words = [sample.probabilities, sample.running_scores, *flatten(sample.attention)]
        self._words = sessions.Call(self._session, words, fed)

    def probabilities(self, ids: _Ids) -> np.ndarray:
        """After the last word of each sentence, `[B, C]`."""
        if len(ids) == 1 and self._reader and self._reader.unroll_when_it_pays(len(ids[0])):
            self._fold_when_it_pays(len(ids[0]))
            return self._reader.read(ids[0])[0]
        result = np.empty([len(ids), self._classifier.targets.shape[1]], np.float32)
        for rows, (probabilities,) in self._in_batches(ids, self._whole):
            result[rows] = probabilities
        return result

    def by_word(self, ids: _Ids) -> list[tuple[np.ndarray, ...]]:
        """Of each sentence probabilities `[C]`, running scores `[T, C]` and, where there is any, attention `[T]`."""
        result: list[Any] = [None] * len(ids)
        for rows, (probabilities, *of_words) in self._in_batches(ids, self._words):
            for i, row in enumerate(rows):
                result[row] = (probabilities[i], *(values[i, : len(ids[row])] for values in of_words))
        return result

    def read_on(self, ids: Sequence[int], state: Any) -> tuple[np.ndarray, Any]:
        """See `IncrementalScorer.read`; not of a model that reads both ways."""
        assert self._reader
        self._fold_when_it_pays(len(ids))
        self._reader.unroll_when_it_pays(len(ids))
        return self._reader.read(ids, state)

    def score_rows(self, batches: Iterable[Batch], multi_label: bool) -> PrefixEvaluation:
        """See `evaluation.evaluate_prefixes`."""
        return evaluate_prefixes(self._session, self._classifier, batches, multi_label)

    def _in_batches(self, ids: _Ids, run: Callable[..., _Arrays]) -> Iterator[tuple[list[int], _Arrays]]:
        """Batches of like length: the places of their rows in `ids`, and what `run` makes of the rows."""
        self._fold_when_it_pays(sum(map(len, ids)))
        # The longest first, so that no thread is left with much to do when the others have ended.
        by_length = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
        size = min(BATCH_SIZE, max(SMALLEST_SHARE, -(-len(ids) // self._threads)))
        batches = [by_length[begin : begin + size] for begin in range(0, len(ids), size)]
        run_all = map if len(batches) == 1 else self._pool.map
        return zip(batches, run_all(lambda rows: run(*pad([ids[row] for row in rows])), batches), strict=True)

    def _fold_when_it_pays(self, num_words: int) -> None:
        """Folds once as many words were read as there are: until then it would cost more than it saves."""
        cache = None if self._classifier.config.bidirectional else self._classifier.encoder.projection_cache
        if self._words_to_fold <= 0 or cache is None or cache.num_bytes > LARGEST_TABLE:
            return
        self._words_to_fold -= num_words
        if self._words_to_fold <= 0:
            self._session.run(cache.fill)
