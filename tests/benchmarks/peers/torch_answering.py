"""PyTorch on one sentence, text in, probabilities out."""

from collections.abc import Callable

import torch

from rnn_textclf.preprocessing.text_encoder import TextEncoder
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers.latency import SENTENCES, p50_ms
from tests.benchmarks.peers.torch_net import BatchScorer
from tests.benchmarks.workers import serve


def prepare(vocabulary: str) -> Callable[[], Answer]:
    """Builds the net; a measurement gives the p50 in milliseconds."""
    torch.set_num_threads(THREADS)
    words = Vocabulary.load(vocabulary)
    encoder = TextEncoder(words)
    scorer = BatchScorer(len(words), num_classes=2)
    sentences = setting.cornell_sentences()[:: 8530 // SENTENCES]

    def measure() -> Answer:
        return {"sentence": p50_ms(lambda sentence: scorer.probabilities([encoder.ids(sentence)], 1), sentences)}

    measure()
    return measure


if __name__ == "__main__":
    serve(prepare)
