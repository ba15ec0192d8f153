"""Sentences typed word by word over the page's WebSocket."""

import json
import time
from collections.abc import Callable
from itertools import islice

import numpy as np
from websockets.sync.client import ClientConnection, connect

from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.peers.served_run import ServedRun
from tests.benchmarks.workers import serve

_SENTENCES = 150
_WARM_UP = 400  # Enough for the steps that the server builds only once they pay.


def prepare() -> Callable[[], Answer]:
    """Starts the server; a measurement types some sentences that were not typed before."""
    server = ServedRun()
    sentences = iter(setting.cornell_sentences())
    socket = connect(f"ws://127.0.0.1:{server.port}/v1/words")

    def measure() -> Answer:
        latencies = [seconds for text in islice(sentences, _SENTENCES) for seconds in _typed(socket, text)]
        p50, p99 = np.percentile(latencies, [50, 99]) * 1e3
        return {"word p50 ms": p50, "word p99 ms": p99, "words": float(len(latencies))}

    for text in islice(sentences, _WARM_UP):
        _typed(socket, text)
    return measure


def _typed(socket: ClientConnection, sentence: str) -> list[float]:
    """Seconds from each word to its answer."""
    chunks, latencies = sentence.split(), []
    for count in range(1, len(chunks) + 1):
        began = time.perf_counter()
        socket.send(json.dumps({"id": count, "text": " ".join(chunks[:count])}))
        answer = json.loads(socket.recv())
        latencies.append(time.perf_counter() - began)
        assert answer["first"] + len(answer["words"]) == answer["total"]
    return latencies


if __name__ == "__main__":
    serve(prepare)
