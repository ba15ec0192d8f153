"""Model of a cluster's traffic: bytes of a synchronous step, and the speed that a network leaves."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tests.benchmarks import setting
from tests.benchmarks.table import shown

NETWORKS = {"1 Gbit/s": 1e9 / 8, "10 Gbit/s": 1e10 / 8, "100 Gbit/s": 1e11 / 8}  # Bytes a second, each way.
_WORKERS = (1, 2, 10, 100)
_FLOAT, _ID = 4, 8  # Bytes; ids travel as int64.


class Traffic(NamedTuple):
    """Bytes that a worker receives before a step, which are as many as it sends after it.

    dense: of the weights that every batch needs.
    rows: of the word vectors that its share of a batch looks up.
    """

    dense: float
    rows: float

    @property
    def one_way(self) -> float:
        """Both together."""
        return self.dense + self.rows

    def step(self, workers: int) -> float:
        """What all workers together receive and send in a step."""
        return 2 * workers * self.one_way


class Farm(NamedTuple):
    """Machines that train together, each worker on a whole batch of its own size: `--batch_size` grows with them.

    traffic: of a worker with that batch.
    seconds: that a worker computes for a batch.
    examples: in a batch.
    """

    traffic: Traffic
    seconds: float
    examples: int

    def rate(self, workers: int, servers: int, speed: float) -> float:
        """Examples a second: first all receive, then compute, then send, at the speed of the busiest link.

        Args:
          workers: their number; one alone holds the weights itself.
          servers: parameter servers that share the weights evenly.
          speed: bytes a second of each machine's link, each way.
        """
        busiest = max(1.0, workers / servers) * self.traffic.one_way / speed if workers > 1 else 0.0
        return workers * self.examples / (self.seconds + 2 * busiest)

    def most_workers(self, servers: int, speed: float) -> int:
        """Workers at which the network takes as long as the computing, so that each is worth half; 1 or more."""
        return max(1, math.floor(servers * self.seconds * speed / (2 * self.traffic.one_way)))


def dense_bytes(unit: str = "lstm", classes: int = 2) -> float:
    """Bytes of the setting's weights but for the word vectors: the recurrent layer and the output layer."""
    gates, hidden = setting.GATES[unit], setting.HIDDEN
    return _FLOAT * (gates * hidden * (setting.EMBEDDING + hidden + 1) + (hidden + 1) * classes)


def mean_rows(folder: Path, workers: int) -> float:
    """Unique words of the share of one of so many workers in a batch of the setting, mean of an epoch."""
    rows = setting.cornell_rows(folder, training_part=True)
    counts = []
    for batch in rows.batches().epoch(1):
        counts.append(len(np.unique(batch.ids[::workers])))
    return sum(counts) / len(counts)


def row_bytes(rows: float) -> float:
    """Bytes of so many word vectors with their ids."""
    return rows * (_FLOAT * setting.EMBEDDING + _ID)


def estimate(farm: Farm, networks: dict[str, float] = NETWORKS) -> str:
    """Table of examples a second, and of the speed-up, by workers, parameter servers and network."""
    title = ["workers", "servers", *networks]
    lines = [title]
    for workers in _WORKERS:
        for servers in _servers(workers):
            rates = [farm.rate(workers, servers, speed) for speed in networks.values()]
            alone = farm.rate(1, 1, 1.0)
            lines.append([str(workers), str(servers), *(f"{shown(rate)} ({rate / alone:.1f}x)" for rate in rates)])
    for servers in (1, 10):
        most = [f"{farm.most_workers(servers, speed):,}" for speed in networks.values()]
        lines.append(["half each at", str(servers), *most])
    return _aligned(lines)


def _servers(workers: int) -> tuple[int, ...]:
    return (1,) if workers <= 2 else (1, workers // 2)


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
