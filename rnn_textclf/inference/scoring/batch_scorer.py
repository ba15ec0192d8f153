"""Batch scorer: a restored model in a session of its own, ids in, arrays out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from rnn_textclf.inference.scoring.incremental_scorer import IncrementalScorer
from rnn_textclf.inference.scoring.process_threads import ProcessThreads, keep_in_forks
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.encoded.batches import pad
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.prefix_evaluation import PrefixBatch, score_prefixes
from rnn_textclf.runs.restoring import restore_best
from rnn_textclf.runs.sessions import Call, Sessions

BATCH_SIZE = 128
MIN_BATCH_SIZE = 16  # Sentences that are worth a thread of their own.
MAX_PROJECTION_CACHE = 256 << 20  # Bytes; see `models/layers/projection.py`.

# As large as batches get, so that operations share it out among threads if there are any.
_PROBE = np.ones([BATCH_SIZE, 32], np.int32), np.full(BATCH_SIZE, 32, np.int32)

_Ids = Sequence[Sequence[int]]
_Arrays = Sequence[np.ndarray]  # Of one batch.


class BatchScorer:
    """Scores batches with the best weights of a run; safe to use from several threads.

    Args:
      folder: the run.
      sessions: opens the session; as many batches are scored at a time as it has threads.
    """

    def __init__(self, folder: RunFolder, sessions: Sessions) -> None:
        with tf.Graph().as_default() as graph:
            self._session = sessions.on_calling_thread(graph)
            keep_in_forks(self._session)
            self._classifier = restore_best(folder, self._session, cache_projections=True)
            self._incremental = (
                None if self._classifier.next_word is None else IncrementalScorer(self._session, self._classifier)
            )
        # A batch a core uses the cores better than every operation on all of them.
        self._num_threads = sessions.threads
        self._words_to_cache = len(self._classifier.vocabulary)
        self._single_texts = self._incremental
        model, sample, flatten = self._classifier, self._classifier.sample, tf.nest.flatten
        fed = [model.ids, model.sequence_length]
        self._run_last = Call(self._session, [sample.probabilities], fed)
        after_each_word = [sample.probabilities, sample.running_scores, *flatten(sample.attention)]
        self._run_words = Call(self._session, after_each_word, fed)
        self._threads = ProcessThreads(self._num_threads, lambda: self._run_last(*_PROBE))

    def probabilities(self, ids: _Ids) -> np.ndarray:
        """Probabilities `[B, C]` after the last word of each sentence."""
        self._threads.check()
        if len(ids) == 1 and self._single_texts and self._single_texts.compile_when_it_pays(len(ids[0])):
            self._cache_when_it_pays(len(ids[0]))
            return self._single_texts.read(ids[0])[0]
        result = np.empty([len(ids), self._classifier.targets.shape[1]], np.float32)
        for places, (probabilities,) in self._in_batches(ids, self._run_last):
            result[places] = probabilities
        return result

    def by_word(self, ids: _Ids) -> list[tuple[np.ndarray, ...]]:
        """Probabilities `[C]`, running scores `[T, C]` and any attention `[T]` of each sentence."""
        self._threads.check()
        result: list[Any] = [None] * len(ids)
        for places, (probabilities, *after_words) in self._in_batches(ids, self._run_words):
            for i, place in enumerate(places):
                result[place] = (probabilities[i], *(values[i, : len(ids[place])] for values in after_words))
        return result

    def read_on(self, ids: Sequence[int], state: Any) -> tuple[np.ndarray, Any]:
        """See `IncrementalScorer.read`; not for a bidirectional model."""
        assert self._incremental
        self._threads.check()
        self._cache_when_it_pays(len(ids))
        self._incremental.compile_when_it_pays(len(ids))
        return self._incremental.read(ids, state)

    def expect_words(self, num_words: int) -> None:
        """See `ScoringBackend`."""
        self._cache_when_it_pays(num_words)
        self._words_to_cache, self._single_texts = 0, None

    def score_examples(self, batches: Iterable[Batch]) -> Iterator[PrefixBatch]:
        """Scores labelled examples; see `runs/prefix_evaluation.py`."""
        self._threads.check()
        return score_prefixes(self._session, self._classifier, batches)

    def _in_batches(self, ids: _Ids, run: Callable[..., _Arrays]) -> Iterator[tuple[list[int], _Arrays]]:
        """Batches of like length: the places of their sentences in `ids`, and what `run` returns for them."""
        self._cache_when_it_pays(sum(map(len, ids)))
        # The longest first, so that no thread is left with much to do when the others have ended.
        by_length = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
        size = min(BATCH_SIZE, max(MIN_BATCH_SIZE, -(-len(ids) // self._num_threads)))
        batches = [by_length[begin : begin + size] for begin in range(0, len(ids), size)]
        run_all = map if len(batches) == 1 else self._threads.map
        return zip(batches, run_all(lambda places: run(*pad([ids[place] for place in places])), batches), strict=True)

    def _cache_when_it_pays(self, num_words: int) -> None:
        """Fills the projection cache once as many words were read as there are: earlier it costs more than it saves."""
        cache = None if self._classifier.config.bidirectional else self._classifier.encoder.projection_cache
        if self._words_to_cache <= 0 or cache is None or cache.num_bytes > MAX_PROJECTION_CACHE:
            return
        self._words_to_cache -= num_words
        if self._words_to_cache <= 0:
            self._session.run(cache.fill)
