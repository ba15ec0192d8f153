"""Long runs: memory, graph, file handles and disk over 2,000 epochs of training and a million scored sentences.

    python -m tests.benchmarks.long_runs
    python -m tests.benchmarks.long_runs --epochs=100 --sentences=50000

Forty sentences and a net of eight units, in one process. Ends with status 1 if anything grows after the first tenth,
in which caches fill. The history of epochs and TensorBoard's events, a row an epoch, are counted apart.
"""

import argparse
import contextlib
import io
import logging
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.reports.tables import aligned
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training import pipeline
from rnn_textclf.training.trainer import Trainer
from tests.tiny_runs import job, write_corpus

_SAMPLES = 10
_CHUNK = 1000  # Sentences scored at a time.
_SINGLE = 20  # Of them, sentences that are also read one at a time, word by word.
_MOST_MEGABYTES = 20.0  # That memory may grow by: an allocator's noise.
_WORDS = ("the", "film", "this", "story", "cast", "is", "wonderful", "dreadful", "fresh", "stale", "and", "unheard")
_HISTORY = ("metrics.jsonl", "events.out.tfevents.")


class Sample(NamedTuple):
    """What the process holds after `done` epochs or sentences.

    memory: megabytes resident; operations: in the graph; handles: open files; disk: megabytes of the run folder but
    for its history; history: kilobytes of that.
    """

    done: int
    memory: float
    operations: int
    handles: int
    disk: float
    history: float


def main() -> None:
    """Trains and scores for long, prints the samples and ends with the verdict."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0], allow_abbrev=False)
    parser.add_argument("--epochs", type=int, default=2000, metavar="N", help="epochs of the training")
    parser.add_argument("--sentences", type=int, default=1_000_000, metavar="N", help="sentences to score")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as scratch:
        trained = train_long(options.epochs, Path(scratch))
        scored = score_long(options.sentences, Path(scratch) / "run")
    for title, samples in (("epochs", trained), ("sentences", scored)):
        print("\n".join(table(title, samples)))
    growing = [
        f"{title}: {name} grows" for title, of in (("epochs", trained), ("sentences", scored)) for name in grown(of)
    ]
    print("\n".join(growing or ["nothing grows"]))
    sys.exit(1 if growing else 0)


def train_long(epochs: int, folder: Path) -> list[Sample]:
    """Trains into `folder / "run"`; a sample each tenth of the epochs."""
    samples, run = [], folder / "run"
    train_epoch = Trainer.train_epoch

    def sampled(trainer: Trainer, session: Any, stop: Any) -> Any:
        epoch = train_epoch(trainer, session, stop)
        if epoch.epoch % max(1, epochs // _SAMPLES) == 0:
            samples.append(_sample(epoch.epoch, session.graph, run))
        return epoch

    Trainer.train_epoch = sampled  # type: ignore[method-assign]
    try:
        asked = job(run, write_corpus(folder / "corpus"), num_epochs=epochs)
        with contextlib.redirect_stdout(io.StringIO()):
            pipeline.train_model(asked.replace(checkpoint_steps=3), Sessions(1))
    finally:
        Trainer.train_epoch = train_epoch  # type: ignore[method-assign]
    return samples


def score_long(sentences: int, run: Path) -> list[Sample]:
    """Scores made-up sentences with one predictor, some of them word by word too; a sample each tenth."""
    predictor = Predictor.load(run, 1)
    graph = predictor._backend._scorer._session.graph  # type: ignore[attr-defined]
    samples, done = [], 0
    for texts in _sentences(sentences):
        predictor.predict_proba(texts)
        stream = predictor.stream()
        for text in texts[:_SINGLE]:
            predictor.running_scores(text)
            stream.read(text)
        before, done = done, done + len(texts)
        if before * _SAMPLES // sentences != done * _SAMPLES // sentences:
            samples.append(_sample(done, graph, run))
    return samples


def grown(samples: Sequence[Sample]) -> list[str]:
    """What is larger at the end than after the first sample, in which caches were filled."""
    first, last = samples[0], samples[-1]
    allowed = {"memory": _MOST_MEGABYTES, "operations": 0, "handles": 0, "disk": 0.01}
    return [name for name, room in allowed.items() if getattr(last, name) > getattr(first, name) + room]


def table(title: str, samples: Sequence[Sample]) -> list[str]:
    """The samples as lines of text."""
    rows = [[title, "memory, MB", "graph", "handles", "disk, MB", "history, kB"]]
    rows += [
        [f"{s.done:,}", f"{s.memory:.0f}", f"{s.operations:,}", str(s.handles), f"{s.disk:.2f}", f"{s.history:,.0f}"]
        for s in samples
    ]
    return list(aligned(rows, ">>>>>>"))


def _sample(done: int, graph: Any, run: Path) -> Sample:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    sizes = {path: path.stat().st_size for path in run.rglob("*") if path.is_file()}
    history = sum(size for path, size in sizes.items() if path.name.startswith(_HISTORY))
    return Sample(
        done,
        pages * os.sysconf("SC_PAGESIZE") / 1e6,
        len(graph.get_operations()),
        len(os.listdir("/proc/self/fd")),
        (sum(sizes.values()) - history) / 1e6,
        history / 1e3,
    )


def _sentences(count: int) -> Iterator[list[str]]:
    """Sentences of 1 to 30 words, some of which no vocabulary has."""
    draw = random.Random(1)
    for begin in range(0, count, _CHUNK):
        yield [
            " ".join([*draw.choices(_WORDS, k=draw.randint(0, 29)), f"word{draw.randrange(10**6)}"])
            for _ in range(min(_CHUNK, count - begin))
        ]


if __name__ == "__main__":
    main()
