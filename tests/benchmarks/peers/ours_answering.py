"""Our Predictor on one sentence, and on one more word after a short and a long prefix."""

from collections.abc import Callable, Sequence

from rnn_textclf.inference.predictor import Predictor
from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers.latency import SENTENCES, p50_ms
from tests.benchmarks.peers.sizes import PREFIXES
from tests.benchmarks.workers import serve

_WORDS = 200  # More words read after each prefix.


def prepare(run: str) -> Callable[[], Answer]:
    """Loads the run; a measurement gives p50 times in milliseconds."""
    predictor = Predictor.load(run, THREADS)
    sentences = setting.cornell_sentences()[:: 8530 // SENTENCES]
    words = [word for sentence in sentences for word in predictor.tokenizer(sentence)]

    def measure() -> Answer:
        answer = {"sentence": p50_ms(lambda sentence: predictor.predict_proba([sentence]), sentences)}
        for length in PREFIXES:
            answer[f"word after {length}"] = _one_more_word(predictor, words, length)
            prefixes = [" ".join(words[first : first + length]) for first in range(50)]
            answer[f"prefix of {length}"] = p50_ms(lambda prefix: predictor.predict_proba([prefix]), prefixes)
        return answer

    measure()
    return measure


def _one_more_word(predictor: Predictor, words: Sequence[str], length: int) -> float:
    """The p50 of a word that follows `length` to `length + 9` others, in milliseconds."""
    times = []
    for first in range(0, _WORDS, 10):
        stream = predictor.stream()
        stream.read(" ".join(words[first : first + length]))
        times.append(p50_ms(stream.read, words[first + length : first + length + 10]))
    return sorted(times)[len(times) // 2]


if __name__ == "__main__":
    serve(prepare)
