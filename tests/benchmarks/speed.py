"""Speed of training, scoring, answering and preparing text, beside what a person would run instead.

LSTM of 300 units, word vectors of 300, 18,000 words, batches of 64 rows of like length, the packaged Cornell
sentences, no dropout, Adam, clipping, float32, the third epoch and later ones, two threads for everyone.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

from tests.benchmarks import setting
from tests.benchmarks.command_line import main
from tests.benchmarks.contest import Answer, Contest, Entry, Found, Player
from tests.benchmarks.machine import THREADS
from tests.benchmarks.peers.sizes import PREFIXES
from tests.benchmarks.table import Reach
from tests.benchmarks.workers import Command, Worker, run

PACKAGES = ("numpy", "tensorflow", "keras", "torch", "scikit-learn")
ROUNDS = 3
_SENTENCE = "it was the worst movie i have ever seen"
_RATE = "sentences/s"
_TRAINING = "training {}, examples/s"


def contests(folder: Path) -> list[Contest]:
    """All of them; nothing starts before its turn. Files go to `folder`."""
    files = _Files(folder)
    return [
        _lstm_training(folder),
        *(_other_unit(folder, unit) for unit in ("gru", "rnn")),
        _train_script(folder),
        _scoring(files),
        _answering(files),
        _start_up(files),
        _preparing(files),
    ]


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


class _Files:
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


def _lstm_training(folder: Path) -> Contest:
    measure, ours = _TRAINING.format("LSTM"), Found("ours", _RATE)
    flops = "share of the matmul roofline, GFLOP/s (6(E·4H + H·4H) a true word)"
    return Contest(
        [
            Entry(
                measure,
                "PyTorch nn.LSTM, packed, same batches, Adam",
                ours,
                Found("PyTorch", _RATE),
                Reach(">=", 1.6),
            ),
            Entry(
                measure,
                "Keras 3 LSTM, model.fit, padded to the maximum",
                ours,
                Found("Keras", _RATE),
                Reach(">=", 4),
            ),
            Entry(
                measure,
                "the tutorial's way on this TensorFlow",
                ours,
                Found("tutorial", _RATE),
                Reach(">=", 3),
            ),
            Entry(
                flops,
                "the best large matmul measured",
                Found("ours", "gflops"),
                Found("matmul", "gflops"),
                Reach(">=", 0.7),
            ),
        ],
        {
            "ours": partial(Worker, "ours_training", folder=str(folder), unit="lstm"),
            "PyTorch": partial(Worker, "torch_training", folder=str(folder), unit="lstm"),
            "Keras": partial(Worker, "keras_training", folder=str(folder)),
            "tutorial": partial(Worker, "tutorial_training", folder=str(folder)),
            "matmul": partial(Worker, "matmul"),
        },
    )


def _other_unit(folder: Path, unit: str) -> Contest:
    name = {"gru": "GRU", "rnn": "RNN"}[unit]
    entry = Entry(
        _TRAINING.format("GRU" if unit == "gru" else "plain RNN"),
        f"PyTorch nn.{name}, packed, same batches, Adam",
        Found("ours", _RATE),
        Found("PyTorch", _RATE),
        Reach(">=", 1.3),
    )
    return Contest([entry], _pair("training", folder=str(folder), unit=unit))


def _train_script(folder: Path) -> Contest:
    entry = Entry(
        "train.py, seconds an epoch (validation, checkpoint and all)",
        "the bare step loop on the same rows",
        Found("train.py", "seconds"),
        Found("bare loop", "seconds"),
        Reach("<=", 1.1),
    )
    bare = partial(Worker, "ours_training", folder=str(folder), unit="lstm", training_part=True)
    return Contest([entry], {"train.py": partial(TrainScript, folder / "trained"), "bare loop": bare})


def _scoring(files: _Files) -> Contest:
    entry = Entry(
        "scoring a file, sentences/s, text in, probabilities out",
        "PyTorch, same net, batches of 256, text in",
        Found("ours", _RATE),
        Found("PyTorch", _RATE),
        Reach(">=", 2),
    )
    return Contest(
        [entry],
        {
            "ours": lambda: Worker("ours_scoring", run=str(files.run()), file=files.sentences()),
            "PyTorch": lambda: Worker("torch_scoring", vocabulary=files.vocabulary(), file=files.sentences()),
        },
    )


def _answering(files: _Files) -> Contest:
    short, long = (Found("ours", f"word after {length}") for length in PREFIXES)
    words = [
        Entry(
            f"one more word after {length}, state carried, p50 ms",
            "the whole prefix again",
            Found("ours", f"word after {length}"),
            Found("ours", f"prefix of {length}"),
            Reach("<=", 0.3, "ours"),
        )
        for length in PREFIXES
    ]
    return Contest(
        [
            Entry(
                "one sentence, p50 ms, model loaded",
                "PyTorch",
                Found("ours", "sentence"),
                Found("PyTorch", "sentence"),
                Reach("<=", 1),
            ),
            *words,
            Entry(
                f"one more word after {PREFIXES[1]}, p50 ms: flat",
                f"after {PREFIXES[0]}",
                long,
                short,
                Reach("<=", 1.1),
            ),
        ],
        {
            "ours": lambda: Worker("ours_answering", run=str(files.run())),
            "PyTorch": lambda: Worker("torch_answering", vocabulary=files.vocabulary()),
        },
    )


def _start_up(files: _Files) -> Contest:
    entry = Entry(
        "infer.py --text, whole process, seconds",
        'python -c "import tensorflow"',
        Found("infer.py", "seconds"),
        Found("import", "seconds"),
        Reach("<=", 1.25),
    )
    players: dict[str, Callable[[], Player]] = {
        "infer.py": lambda: Command(["infer.py", f"--ckpt_dir={files.run()}", f"--text={_SENTENCE}"]),
        "import": lambda: Command(["-c", "import tensorflow"]),
    }
    return Contest([entry], players, least_rounds=7)


def _preparing(files: _Files) -> Contest:
    entry = Entry(
        "preparing text on one core, sentences/s",
        "scikit-learn CountVectorizer.fit_transform, same words",
        Found("ours", _RATE),
        Found("scikit-learn", _RATE),
        Reach(">=", 1),
    )
    players: dict[str, Callable[[], Player]] = {
        "ours": lambda: Worker("ours_preparing", file=files.labelled()),
        "scikit-learn": lambda: Worker("sklearn_preparing", file=files.labelled()),
    }
    return Contest([entry], players, least_rounds=7)


def _pair(task: str, **arguments: str) -> dict[str, Callable[[], Player]]:
    return {
        "ours": partial(Worker, f"ours_{task}", **arguments),
        "PyTorch": partial(Worker, f"torch_{task}", **arguments),
    }


if __name__ == "__main__":
    main(__doc__, contests, PACKAGES, ROUNDS)
