"""Speed and memory of `infer.py --serve` with the shipped run, under load from a second process.

Cornell sentences, one a request, over 32 connections that stay open, each asking again as soon as it is answered;
then sentences typed word by word over the page's WebSocket. Server and load share two cores.
`--only=sentences` and `--only=word` leave out the hundred thousand requests over which memory must stay flat.
"""

from functools import partial
from pathlib import Path

from tests.benchmarks.command_line import main
from tests.benchmarks.contest import Contest, Entry, Found
from tests.benchmarks.peers.sizes import CONNECTIONS
from tests.benchmarks.table import Reach
from tests.benchmarks.workers import Worker

PACKAGES = ("numpy", "tensorflow", "starlette", "uvicorn", "websockets")
ROUNDS = 3
REQUESTS, MANY_REQUESTS = 5_000, 100_000
# Until TensorFlow's allocator has seen batches of most shapes, which takes longer than until the server is fast.
WARM_UP, LONG_WARM_UP = 3_000, 30_000
_LOAD = f"HTTP, {CONNECTIONS} connections, "


def contests(folder: Path) -> list[Contest]:
    """All of them; nothing starts before its turn."""
    return [_speed(), _typing(), _memory()]


def _speed() -> Contest:
    found = partial(Found, "server")
    return Contest(
        [
            Entry(
                f"{_LOAD}sentences/s",
                "one connection",
                found("sentences/s"),
                found("sentences/s alone"),
                Reach(">=", 500, "ours"),
            ),
            Entry(f"{_LOAD}sentences, p99 ms", "p50 ms", found("p99 ms"), found("p50 ms"), Reach("<=", 150, "ours")),
            Entry(
                f"{_LOAD}sentences not answered",
                "sentences asked",
                found("errors"),
                found("requests"),
                Reach("<=", 0, "ours"),
            ),
        ],
        {"server": partial(Worker, "serving_load", requests=REQUESTS, warm_up=WARM_UP)},
    )


def _typing() -> Contest:
    entry = Entry(
        "one typed word over the stream, p99 ms",
        "p50 ms",
        Found("server", "word p99 ms"),
        Found("server", "word p50 ms"),
        Reach("<=", 20, "ours"),
    )
    return Contest([entry], {"server": partial(Worker, "serving_typing")})


def _memory() -> Contest:
    entry = Entry(
        f"memory of the server after {MANY_REQUESTS:,} requests, MB",
        "before them",
        Found("server", "MB after"),
        Found("server", "MB before"),
        Reach("<=", 20, "difference"),
    )
    return Contest([entry], {"server": partial(Worker, "serving_load", requests=MANY_REQUESTS, warm_up=LONG_WARM_UP)})


if __name__ == "__main__":
    main(__doc__, contests, PACKAGES, ROUNDS)
