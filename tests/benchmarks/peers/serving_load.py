"""Sentences asked over many connections at a time; HTTP by hand, so that asking costs little of the two cores."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle, islice
from typing import NamedTuple

import numpy as np

from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.peers.served_run import ServedRun
from tests.benchmarks.peers.sizes import CONNECTIONS
from tests.benchmarks.workers import serve

_ALONE = 500


class Load(NamedTuple):
    """What became of some requests: seconds each, how many were not answered with 200, seconds in all."""

    latencies: list[float]
    errors: int
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds


def prepare(requests: int, warm_up: int) -> Callable[[], Answer]:
    """Starts the server and sends it some requests unmeasured; a measurement sends `requests` more."""
    server = ServedRun()
    bodies = cycle([_request(sentence, server.port) for sentence in setting.cornell_sentences()])

    def load(count: int, connections: int) -> Load:
        return asyncio.run(_load(server.port, islice(bodies, count), connections))

    def measure() -> Answer:
        alone = load(_ALONE, 1)
        before = server.megabytes()
        together = load(requests, CONNECTIONS)
        p50, p99 = np.percentile(together.latencies, [50, 99]) * 1e3
        return {
            "sentences/s": together.rate,
            "sentences/s alone": alone.rate,
            "p50 ms": p50,
            "p99 ms": p99,
            "errors": float(alone.errors + together.errors),
            "requests": float(_ALONE + requests),
            "MB before": before,
            "MB after": server.megabytes(),
        }

    load(warm_up, CONNECTIONS)
    return measure


def _request(sentence: str, port: int) -> bytes:
    body = json.dumps({"texts": [sentence]}).encode()
    head = (
        f"POST /v1/score HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _load(port: int, requests: Iterable[bytes], connections: int) -> Load:
    """Sends requests over connections that take turns as they come free."""
    waiting, latencies, errors = iter(requests), [], 0

    async def ask(requests: Iterator[bytes]) -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in requests:
            began = time.perf_counter()
            writer.write(request)
            errors += await _status(reader) != 200
            latencies.append(time.perf_counter() - began)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(ask(waiting) for _ in range(connections)))
    return Load(latencies, errors, time.perf_counter() - began)


async def _status(reader: asyncio.StreamReader) -> int:
    """Reads one answer to its end."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])


if __name__ == "__main__":
    serve(prepare)
