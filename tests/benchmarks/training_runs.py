"""Runs of `train.py` in the setting: measured themselves, or for others to score with; and the texts beside."""

import json
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.machine import THREADS
from tests.benchmarks.workers import run


class TrainScript:
    """`train.py` for three epochs, with its defaults but for the setting."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def measure(self) -> Answer:
        """Seconds of the third epoch, its validation and checkpoint included, and of the process an epoch."""
        began = time.perf_counter()
        train(self._folder, 3)
        seconds = time.perf_counter() - began
        last = json.loads((self._folder / "metrics.jsonl").read_text().splitlines()[-1])
        return {"seconds": last["seconds"], "process seconds": seconds / 3}

    def close(self) -> None:
        """Nothing is left to end."""


class DefaultRun:
    """`train.py` with its default flags on Cornell, from corpus to final report."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def measure(self) -> Answer:
        """Seconds of the whole process, and its test accuracy in percent."""
        began = time.perf_counter()
        flags = [f"--ckpt_dir={self._folder}", f"--data_dir={self._folder.parent}", f"--threads={THREADS}"]
        run([sys.executable, "train.py", "--overwrite", *flags])
        seconds = time.perf_counter() - began
        accuracy = json.loads((self._folder / "metrics.json").read_text())["test_accuracy"]
        return {"seconds": seconds, "accuracy": 100 * accuracy}

    def close(self) -> None:
        """Nothing is left to end."""


def train(folder: Path, epochs: int) -> None:
    """Runs `train.py` in the setting, anew."""
    flags = setting.flags(
        rnn_unit="lstm",
        ckpt_dir=folder,
        data_dir=folder.parent,
        num_epochs=epochs,
        threads=THREADS,
        overwrite=True,
    )
    run([sys.executable, "train.py", *flags])


class Files:
    """What several contests read, made when the first of them asks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cache  # noqa: B019
    def run(self) -> Path:
        """A run folder, trained for an epoch."""
        path = self._folder / "run"
        print("training a run to score with", file=sys.stderr, flush=True)
        train(path, 1)
        return path

    def reference(self) -> str:
        """What that run answers to the sentences, for the peers to compare; see `peers/same_net.py`."""
        return str(self._folder / "run.npz")

    def vocabulary(self) -> str:
        """The words of that run."""
        return str(self.run() / "vocab.txt")

    @cache  # noqa: B019
    def sentences(self) -> str:
        """The Cornell sentences, one a line."""
        return str(_write(self._folder / "sentences.txt", setting.cornell_sentences()))

    @cache  # noqa: B019
    def labelled(self) -> str:
        """The same with a label before each."""
        lines = (f"{number % 2}\t{text}" for number, text in enumerate(setting.cornell_sentences()))
        return str(_write(self._folder / "labelled.tsv", list(lines)))


def _write(path: Path, lines: Sequence[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
