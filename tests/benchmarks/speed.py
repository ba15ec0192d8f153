"""Speed of training, scoring, answering and preparing text, beside what a person would run instead.

LSTM of 300 units, word vectors of 300, 18,000 words, batches of 64 rows of like length, the packaged Cornell
sentences, no dropout, Adam, clipping, float32, the third epoch and later ones, two threads for everyone.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.benchmarks.command_line import main
from tests.benchmarks.contest import Contest, Entry, Found, Player
from tests.benchmarks.peers.sizes import PREFIXES
from tests.benchmarks.table import Reach
from tests.benchmarks.training_runs import Files, TrainScript
from tests.benchmarks.workers import Command, Worker

PACKAGES = ("numpy", "tensorflow", "keras", "torch", "scikit-learn", "gensim")
ROUNDS = 3
_SENTENCE = "it was the worst movie i have ever seen"
_RATE = "sentences/s"
_TRAINING = "training {}, examples/s"


def contests(folder: Path) -> list[Contest]:
    """All of them; nothing starts before its turn. Files go to `folder`."""
    files = Files(folder)
    return [
        _lstm_training(folder),
        *(_other_unit(folder, unit) for unit in ("gru", "rnn")),
        _train_script(folder),
        _scoring(files),
        _answering(files),
        _start_up(files),
        _preparing(files),
        _word_vectors(folder),
    ]


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


def _scoring(files: Files) -> Contest:
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


def _answering(files: Files) -> Contest:
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


def _start_up(files: Files) -> Contest:
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


def _preparing(files: Files) -> Contest:
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


def _word_vectors(folder: Path) -> Contest:
    entry = Entry(
        "skip-gram vectors of 64, window 5, 5 negatives, words/s",
        "gensim, the same two threads, from a file",
        Found("ours", "words/s"),
        Found("gensim", "words/s"),
        Reach(">=", 300_000, "ours"),
    )
    players: dict[str, Callable[[], Player]] = {
        "ours": partial(Worker, "ours_vectors", folder=str(folder)),
        "gensim": partial(Worker, "gensim_vectors", folder=str(folder)),
    }
    return Contest([entry], players)


def _pair(task: str, **arguments: str) -> dict[str, Callable[[], Player]]:
    return {
        "ours": partial(Worker, f"ours_{task}", **arguments),
        "PyTorch": partial(Worker, f"torch_{task}", **arguments),
    }


if __name__ == "__main__":
    main(__doc__, contests, PACKAGES, ROUNDS)
