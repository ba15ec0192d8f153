"""Where the numbers come from: processor, cores, versions, and how busy others kept it meanwhile."""

import os
import platform
import re
import resource
import sys
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import numpy as np

THREADS = 2
SHARED = 0.1  # Spread of the matmul alone from which others must have had the machine too.


def use_two_cores() -> None:
    """Ties this process and its children to two of the cores that it may use."""
    cores = sorted(os.sched_getaffinity(0))[:THREADS]
    os.sched_setaffinity(0, cores)
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = str(len(cores))


def describe(packages: Sequence[str]) -> str:
    """One line each for the machine and for the versions of what is compared."""
    cores, used = os.cpu_count(), len(os.sched_getaffinity(0))
    versions = [f"{name} {metadata.version(name)}" for name in packages]
    return (
        f"Machine: {_processor()}, {cores} cores, {used} used, {platform.system()} {platform.release()}\n"
        f"Versions: Python {platform.python_version()}, {', '.join(versions)}"
    )


def missing(packages: Sequence[str]) -> str | None:
    """What to tell a user without one of the packages, or None where all are installed."""
    for name in packages:
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            return f"{name} is not installed: pip install -r tests/benchmarks/requirements.txt"
    return None


class Neighbours:
    """Measures what share of the used cores other programs took between two moments."""

    def __init__(self) -> None:
        self._start = _ticks()

    def share(self) -> float:
        """In [0, 1], since this was made; only ended children count as our own."""
        busy, total, own = (now - then for now, then in zip(_ticks(), self._start, strict=True))
        return max(0.0, busy - own) / max(total, 1e-9)

    def report(self) -> None:
        """Says it on stderr."""
        print(f"Other programs took {self.share():.0%} of the machine meanwhile", file=sys.stderr)


class Matmul:
    """The rate of one product of matrices, time and again: nothing but other programs makes it vary."""

    _SIZE, _TIMES = 1536, 5

    def __init__(self) -> None:
        random = np.random.default_rng(0)
        self._a, self._b = (random.standard_normal((self._SIZE, self._SIZE), np.float32) for _ in range(2))
        self._rates: list[float] = []
        self.measure()
        self._rates.clear()

    def measure(self) -> None:
        """Takes the rate some times."""
        for _ in range(self._TIMES):
            began = time.perf_counter()
            np.matmul(self._a, self._b)
            self._rates.append(2 * self._SIZE**3 / (time.perf_counter() - began) / 1e9)

    def report(self) -> None:
        """Says on stderr how far apart the middle half of all rates is, and whether the machine was shared."""
        low, middle, high = np.percentile(self._rates, [25, 50, 75])
        spread = (high - low) / middle
        verdict = "the machine was shared: ratios count, rates do not" if spread > SHARED else "as of an idle machine"
        print(f"A matmul alone: {middle:.0f} GFLOP/s, spread {spread:.0%}, {verdict}", file=sys.stderr)


def _ticks() -> tuple[float, float, float]:
    """Seconds of all cores: busy, all, and those of this process and its ended children."""
    user, nice, system, idle, wait, *rest = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:9])
    busy, tick = user + nice + system + sum(rest), os.sysconf("SC_CLK_TCK")
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    own = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return busy / tick, (busy + idle + wait) / tick, own


def _processor() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found.group(1) if found else platform.processor() or platform.machine()
