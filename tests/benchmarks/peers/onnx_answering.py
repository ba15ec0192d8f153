"""ONNX Runtime on one sentence, text in, probabilities out, and on one more word of the same cell."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from rnn_textclf.preprocessing.text_encoder import TextEncoder
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers import onnx_net, same_net
from tests.benchmarks.peers.latency import WORDS, asked_sentences, percentiles_ms
from tests.benchmarks.peers.like_length import Score, padded, scored
from tests.benchmarks.workers import serve


def prepare(vocabulary: str, file: str, reference: str) -> Callable[[], Answer]:
    """Exports the net; a measurement gives p50 and p99 in milliseconds, on one thread or on two, as is faster."""
    encoder = TextEncoder(Vocabulary.load(vocabulary))
    weights = same_net.read_weights(Path(reference))
    ids = [encoder.ids(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    nets = []
    for threads in (1, THREADS):
        sentences = onnx_net.sentences(weights, threads)
        same_net.check(Path(reference), scored(sentences, ids, 64))
        step = onnx_net.one_more_word(weights, threads)
        _check_steps(step, sentences, ids[0])
        nets.append((sentences, step))
    texts = asked_sentences()
    words = [word for text in texts for word in encoder.words(text)][:WORDS]

    def measure() -> Answer:
        answers = [
            {
                **percentiles_ms("sentence", lambda text, net=net: net(*padded([encoder.ids(text)])), texts),
                **percentiles_ms("word", _Reader(step, encoder).read, words),
            }
            for net, step in nets
        ]
        return {name: min(answer[name] for answer in answers) for name in answers[0]}

    measure()
    return measure


class _Reader:
    """Reads one text on, word by word."""

    def __init__(self, step: onnx_net.Step, encoder: TextEncoder) -> None:
        self._step, self._encoder = step, encoder
        self._state = [np.zeros((1, 1, setting.HIDDEN), np.float32)] * 2

    def read(self, word: str) -> dict[int, float]:
        """Probabilities by class after one more word."""
        probabilities, *self._state = self._step(np.array([self._encoder.ids(word)]), *self._state)
        return dict(enumerate(probabilities[0].tolist()))


def _check_steps(step: onnx_net.Step, sentences: Score, ids: list[int]) -> None:
    """Steps must end where the whole sentence does."""
    state = [np.zeros((1, 1, setting.HIDDEN), np.float32)] * 2
    for word in ids:
        probabilities, *state = step(np.array([[word]]), *state)
    difference = np.abs(probabilities - sentences(*padded([ids]))).max()
    if difference > same_net.OUTPUT_TOLERANCE:
        raise same_net.DifferentNetError(f"steps differ from the whole sentence by {difference:.3g}")


if __name__ == "__main__":
    serve(prepare)
