"""Our Predictor on one sentence, and on one more word after a short and a long prefix."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rnn_textclf.inference.predictor import Predictor
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers.latency import WORDS, asked_sentences, percentiles_ms, times_ms
from tests.benchmarks.peers.ours_scoring import write_reference
from tests.benchmarks.peers.sizes import PREFIXES
from tests.benchmarks.workers import serve

_WORDS_A_PREFIX = 10  # Read after each.


def prepare(run: str, file: str, reference: str) -> Callable[[], Answer]:
    """Loads the run, and stores its answers for the peers; a measurement gives times in milliseconds."""
    predictor = Predictor.load(run, THREADS)
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    write_reference(predictor, run, predictor.predict_proba(lines), Path(reference))
    sentences = asked_sentences()
    words = [word for sentence in sentences for word in predictor.tokenizer(sentence)]

    def measure() -> Answer:
        answer = {
            **percentiles_ms("sentence", lambda sentence: predictor.predict_proba([sentence]), sentences),
            **percentiles_ms("word", predictor.stream().read, words[:WORDS]),
        }
        for length in PREFIXES:
            answer[f"word after {length}"] = _one_more_word(predictor, words, length)
            prefixes = [" ".join(words[first : first + length]) for first in range(50)]
            asked = times_ms(lambda prefix: predictor.predict_proba([prefix]), prefixes)
            answer[f"prefix of {length}"] = float(np.median(asked))
        return answer

    measure()
    return measure


def _one_more_word(predictor: Predictor, words: Sequence[str], length: int) -> float:
    """The p50 of a word that follows `length` to `length + 9` others, in milliseconds."""
    times: list[float] = []
    for first in range(0, 20 * _WORDS_A_PREFIX, _WORDS_A_PREFIX):
        stream = predictor.stream()
        stream.read(" ".join(words[first : first + length]))
        times += times_ms(stream.read, words[first + length : first + length + _WORDS_A_PREFIX])
    return float(np.median(times))


if __name__ == "__main__":
    serve(prepare)
