"""Memory, disk and speed as the corpus grows: 10 thousand, 100 thousand, 1 million and 10 million made-up sentences.

20 words each, of 50,000 that are as unevenly frequent as a language's (Zipf): labelled, in a TSV file that is given to
`train.py --train_file`, and as lines piped into `infer.py --input=-` while they are made. A net of 64 units, batches of
256, every other flag as it is by default. 10 million take most of an hour, and only run with `--only=10,000,000`.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path

from tests.benchmarks import processes
from tests.benchmarks.command_line import main
from tests.benchmarks.contest import Answer, Contest, Entry, Found, Player
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers.zipf import write_sentences
from tests.benchmarks.table import Reach
from tests.benchmarks.workers import Worker

PACKAGES = ("numpy", "tensorflow")
ROUNDS = 1
FLAGS = (
    "--num_hidden_units=64",
    "--embedding_size=64",
    "--batch_size=256",
    f"--threads={THREADS}",
    "--overwrite",
)
# Epochs, so that the smallest corpus too is trained on for some seconds.
EPOCHS = {10_000: 12, 100_000: 3, 1_000_000: 1, 10_000_000: 1}
SMALL, MIDDLE, LARGE, HUGE = EPOCHS


def contests(folder: Path) -> list[Contest]:
    """All of them; nothing starts before its turn. Files go to `folder`."""
    files = _Files(folder)
    return [_training(files), _preparing(files), _scoring(files)]


class Script:
    """A script that is run to its end for each measurement."""

    def __init__(self, measure: Callable[[], processes.Trained | processes.RawPrediction]) -> None:
        self._measure = measure

    def measure(self) -> Answer:
        """Runs it once."""
        return self._measure()._asdict()

    def close(self) -> None:
        """Nothing is left to end."""


class _Files:
    """Corpora, lines and runs, made when they are first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cache  # noqa: B019
    def corpus(self, size: int) -> Path:
        """Labelled sentences."""
        return write_sentences(self._folder / f"{size}.tsv", size, labelled=True)

    @cache  # noqa: B019
    def run(self) -> Path:
        """A run to score with."""
        self.train(SMALL)
        return self._run(SMALL)

    def train(self, size: int) -> processes.Trained:
        """Trains anew, the encoding of the corpus included."""
        flags = (
            f"--train_file={self.corpus(size)}",
            f"--ckpt_dir={self._run(size)}",
            f"--num_epochs={EPOCHS[size]}",
        )
        return processes.train([*flags, *FLAGS])

    def score(self, size: int) -> processes.RawPrediction:
        """Scores so many lines."""
        flags = (
            "--input=-",
            f"--ckpt_dir={self.run()}",
            f"--threads={THREADS}",
            "--format=tsv",
        )
        return processes.score(flags, ["-m", "tests.benchmarks.peers.zipf", str(size)])

    def _run(self, size: int) -> Path:
        return self._folder / f"run-{size}"


def _training(files: _Files) -> Contest:
    return Contest(
        _against_small("train.py, peak memory in MB, {}", "peak_mb", Reach("<=", 100, "difference"))
        + _against_small("train.py, training examples/s, {}", "examples_per_second", Reach(">=", 0.9)),
        _scripts(files.train),
    )


def _scoring(files: _Files) -> Contest:
    return Contest(
        _against_small("infer.py --input, peak memory in MB, {}", "peak_mb", Reach("<=", 50, "difference"))
        + _against_small("infer.py --input, lines/s, {}", "lines_per_second", Reach(">=", 0.9)),
        _scripts(files.score),
    )


def _preparing(files: _Files) -> Contest:
    entries = [
        Entry(
            f"preparing text, {measure} a row, {size:,} rows",
            f"itself, {MIDDLE:,} rows",
            Found(str(size), name),
            Found(str(MIDDLE), name),
            Reach("<=", 1.2),
            on_request=size == HUGE,
        )
        for size in (LARGE, HUGE)
        for measure, name in (("microseconds", "us/row"), ("bytes on disk", "bytes/row"))
    ]
    players: dict[str, Callable[[], Player]] = {
        str(size): partial(lambda size: Worker("ours_preparing", file=str(files.corpus(size))), size)
        for size in (MIDDLE, LARGE, HUGE)
    }
    return Contest(entries, players)


def _against_small(measure: str, name: str, reach: Reach) -> list[Entry]:
    """The larger sizes beside the smallest."""
    return [
        Entry(
            measure.format(f"{size:,} rows"),
            f"itself, {SMALL:,} rows",
            Found(str(size), name),
            Found(str(SMALL), name),
            reach,
            on_request=size == HUGE,
        )
        for size in (MIDDLE, LARGE, HUGE)
    ]


def _scripts(
    measure: Callable[[int], processes.Trained | processes.RawPrediction],
) -> Mapping[str, Callable[[], Player]]:
    return {str(size): partial(Script, partial(measure, size)) for size in EPOCHS}


if __name__ == "__main__":
    main(__doc__, contests, PACKAGES, ROUNDS)
