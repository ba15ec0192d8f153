"""Incremental scorer: one text read on from a state, first word by word, later some words a call in a compiled loop.

A compiled loop reads a sentence in half the time or less, but compiling it takes as long as a thousand sentences do.
"""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from rnn_textclf.inference.scoring.process_threads import is_fork
from rnn_textclf.models.inference_graph import NextWord
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Call

MOST_WORDS = 32  # A call of the compiled loop.
WORDS_TO_COMPILE = 8192  # Words of single texts after which compiling has paid for itself.


class IncrementalScorer:
    """Reads single texts with a unidirectional classifier; safe from several threads.

    Args:
      session: holds the weights; its graph is not finalized before the loop is compiled.
      model: the classifier.
    """

    def __init__(self, session: Any, model: TextClassifier) -> None:
        self._session, self._model = session, model
        self._state = tf.nest.flatten(model.initial_state)
        self._zero_state = session.run(self._state, {model.ids: [[0]]})
        assert model.next_word
        self._read_one = self._call(model.next_word)
        self._read_some: Call | None = None
        self._words_to_compile = WORDS_TO_COMPILE
        self._compiling = threading.Lock()

    def read(self, ids: Sequence[int], state: Sequence[np.ndarray] | None = None) -> tuple[np.ndarray, Any]:
        """Reads one word or more on from a state, None at first: probabilities `[1, C]`, the state after them."""
        words, begin = np.array([ids], np.int32), 0
        after: Sequence[np.ndarray] = self._zero_state if state is None else state
        while begin < len(ids):
            is_last = begin == len(ids) - 1
            read, count = (self._read_one, 1) if is_last or not self._read_some else (self._read_some, MOST_WORDS)
            probabilities, *after = read(words[:, begin : begin + count], *after)
            begin += count
        return probabilities, after

    def compile_when_it_pays(self, num_words: int) -> bool:
        """Counts the words of a text about to be read; returns whether the compiled loop is there to read it."""
        self._words_to_compile -= num_words
        if self._words_to_compile > 0:
            return False
        # A fork of a process that has compiled lacks XLA's threads: compiling there would wait for ever.
        # Nor is the lock waited for: meanwhile TensorFlow's loop reads as well.
        if self._read_some is None and not is_fork() and self._compiling.acquire(blocking=False):
            try:
                if self._read_some is None:
                    self._compile()
            finally:
                self._compiling.release()
        return self._read_some is not None

    def _compile(self) -> None:
        graph = self._session.graph
        with graph.as_default():
            call = self._call(self._model.next_words(MOST_WORDS))
        graph.finalize()
        call(np.ones([1, 2], np.int32), *self._zero_state)
        self._read_some = call

    def _call(self, after: NextWord) -> Call:
        fetches = [after.probabilities, *tf.nest.flatten(after.state)]
        return Call(self._session, fetches, [self._model.ids, *self._state])
