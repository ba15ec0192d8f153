"""Incremental scorer: one text read on from a state, some words a call, without a loop in the graph.

On one sentence TensorFlow's loop costs about as much as the network that it repeats. Unrolled steps do not, but
building them takes as long as some hundred sentences do.
"""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from rnn_textclf.models.inference_graph import NextWord
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Call

BLOCKS = (16, 8, 4, 2)  # Words a call once these are built; the rest of a text is read one by one.
WORDS_TO_UNROLL = 8192  # Words of single texts after which building has paid for itself.


class IncrementalScorer:
    """Reads single texts with a unidirectional classifier; safe from several threads.

    Args:
      session: holds the weights; its graph is not finalized before the blocks are built.
      model: the classifier.
    """

    def __init__(self, session: Any, model: TextClassifier) -> None:
        self._session, self._model = session, model
        self._state = tf.nest.flatten(model.initial_state)
        self._zero_state = session.run(self._state, {model.ids: [[0]]})
        assert model.next_word
        self._calls = [(1, self._call(model.next_word))]  # From long to short; replaced as a whole.
        self._words_to_unroll = WORDS_TO_UNROLL
        self._unrolling = threading.Lock()

    def read(self, ids: Sequence[int], state: Sequence[np.ndarray] | None = None) -> tuple[np.ndarray, Any]:
        """Reads one word or more on from a state, None at first: probabilities `[1, C]`, the state after them."""
        words, begin = np.array([ids], np.int32), 0
        after: Sequence[np.ndarray] = self._zero_state if state is None else state
        for count, call in self._calls:
            while len(ids) - begin >= count:
                probabilities, *after = call(words[:, begin : begin + count], *after)
                begin += count
        return probabilities, after

    def unroll_when_it_pays(self, num_words: int) -> bool:
        """Counts the words of a text about to be read; returns whether unrolled blocks are there to read it."""
        self._words_to_unroll -= num_words
        if self._words_to_unroll > 0:
            return False
        # Not waited for: meanwhile the loop reads as well, and a forked process may have it locked for ever.
        if len(self._calls) == 1 and self._unrolling.acquire(blocking=False):
            try:
                if len(self._calls) == 1:
                    self._unroll()
            finally:
                self._unrolling.release()
        return len(self._calls) > 1

    def _unroll(self) -> None:
        graph = self._session.graph
        with graph.as_default():
            blocks = [(count, self._call(self._model.next_words(count))) for count in BLOCKS]
        graph.finalize()
        self._calls = [*blocks, *self._calls]

    def _call(self, after: NextWord) -> Call:
        fetches = [after.probabilities, *tf.nest.flatten(after.state)]
        return Call(self._session, fetches, [self._model.ids, *self._state])
