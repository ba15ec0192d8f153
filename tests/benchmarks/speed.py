"""Speed of training, scoring, answering and starting up, beside each peer at its best.

LSTM of 300 units, word vectors of 300, 18,000 words, batches of 64 rows of like length, the packaged Cornell
sentences, no dropout, Adam, clipping, float32, two threads for everyone. Every peer has our weights, and computes our
probabilities (to 1e-4) and gradients (to 1e-3) before it is timed; where it has several ways, the fastest counts.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tests.benchmarks.command_line import main
from tests.benchmarks.contest import Contest, Entry, Found, Player
from tests.benchmarks.peers.sizes import PREFIXES
from tests.benchmarks.table import Reach
from tests.benchmarks.training_runs import DefaultRun, Files, TrainScript
from tests.benchmarks.workers import Command, Worker

PACKAGES = (
    *("numpy", "tensorflow", "keras", "jax", "torch", "onnxruntime"),
    *("scikit-learn", "gensim", "fasttext-community"),
)
ROUNDS = 3
_SENTENCE = "it was the worst movie i have ever seen"
_RATE = "sentences/s"
_NAMES = {"lstm": "LSTM", "gru": "GRU", "rnn": "plain RNN"}
_TORCH = "PyTorch, sparse and fused Adam, the fastest of packed, padded and torch.compile"
_FLAGS_ALONE = 'python -c "import absl.flags, numpy"'
_TENSORFLOW_ALONE = 'python -c "import tensorflow"'


def contests(folder: Path) -> list[Contest]:
    """All of them; nothing starts before its turn. Files go to `folder`."""
    files = Files(folder)
    return [
        _lstm_training(folder),
        *(_other_unit(folder, unit) for unit in ("gru", "rnn")),
        _train_script(folder),
        _cornell(folder),
        _scoring(files),
        _answering(files),
        _start_up(files),
        _command_line(),
        _preparing(files),
        _word_vectors(folder),
    ]


def _lstm_training(folder: Path) -> Contest:
    measure, ours = f"training {_NAMES['lstm']}, examples/s", Found("ours", _RATE)
    flops = "share of the matmul roofline, GFLOP/s (6(E·4H + H·4H) a true word)"
    return Contest(
        [
            Entry(measure, _TORCH, ours, Found("PyTorch", _RATE), Reach(">=", 1.4)),
            Entry(measure, "Keras 3 on JAX, padded to nine lengths", ours, Found("Keras", _RATE), Reach(">=", 1.5)),
            Entry(
                flops,
                "the best large matmul measured",
                Found("ours", "gflops"),
                Found("matmul", "gflops"),
                Reach(">=", 0.8),
            ),
        ],
        {
            **_training_players(folder, "lstm"),
            "Keras": partial(Worker, "keras_training", folder=str(folder)),
            "matmul": partial(Worker, "matmul"),
        },
        least_rounds=3,
    )


def _other_unit(folder: Path, unit: str) -> Contest:
    measure = f"training {_NAMES[unit]}, examples/s"
    entry = Entry(measure, _TORCH, Found("ours", _RATE), Found("PyTorch", _RATE), Reach(">=", 1.4))
    return Contest([entry], _training_players(folder, unit))


def _training_players(folder: Path, unit: str) -> Mapping[str, Callable[[], Player]]:
    return {
        "ours": partial(Worker, "ours_training", folder=str(folder), unit=unit),
        "PyTorch": partial(Worker, "torch_training", folder=str(folder), unit=unit),
    }


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


def _cornell(folder: Path) -> Contest:
    run = folder / "default"
    peers = {"nbsvm": "NBSVM in scikit-learn", "fasttext": "fastText, pairs of words"}
    measures = {
        "seconds": "Cornell by default, corpus to report, seconds",
        "accuracy": "Cornell by default, test accuracy in %",
    }
    entries = [
        Entry(measure, f"{peer}, raw text to test accuracy", Found("train.py", number), Found(peer, number))
        for number, measure in measures.items()
        for peer in peers.values()
    ]
    program = "tests.benchmarks.peers.cornell_linear"
    players: dict[str, Callable[[], Player]] = {"train.py": partial(DefaultRun, run)}
    for name, peer in peers.items():
        players[peer] = partial(Command, ["-m", program, name, run], warm=False, prints=True)
    return Contest(entries, players)


def _scoring(files: Files) -> Contest:
    measure, ours = "scoring a file, sentences/s, text in, probabilities out", Found("ours", _RATE)
    peers = {"ONNX Runtime": 1.3, "PyTorch": 1.3}
    entries = [
        Entry(measure, f"{peer}, same net, batches of like length", ours, Found(peer, _RATE), Reach(">=", bound))
        for peer, bound in peers.items()
    ]
    return Contest(entries, _inference_players(files, "scoring", ("ONNX Runtime", "PyTorch")))


def _answering(files: Files) -> Contest:
    def against_onnx(measure: str, name: str) -> Entry:
        return Entry(measure, "ONNX Runtime", Found("ours", name), Found("ONNX Runtime", name), Reach("<=", 1))

    after = [Found("ours", f"word after {length}") for length in PREFIXES]
    players = {
        **_inference_players(files, "answering", ("ONNX Runtime",)),
        "limit": partial(Worker, "cache_limit"),
    }
    return Contest(
        [
            against_onnx("one sentence, p50 ms, model loaded", "sentence p50"),
            against_onnx("one more word, state carried, p50 ms", "word p50"),
            against_onnx("one more word, state carried, p99 ms", "word p99"),
            Entry(
                "one more word, state carried, p50 ms",
                "the limit: recurrent weights read once from cache",
                Found("ours", "word p50"),
                Found("limit", "ms"),
            ),
            *(
                Entry(
                    f"one more word after {length}, p50 ms",
                    "the whole prefix again",
                    found,
                    Found("ours", f"prefix of {length}"),
                    Reach("<=", 0.3, "ours"),
                )
                for length, found in zip(PREFIXES, after, strict=True)
            ),
            Entry(
                f"one more word after {PREFIXES[1]}, p50 ms: flat",
                f"after {PREFIXES[0]}",
                after[1],
                after[0],
                Reach("<=", 1.1),
            ),
        ],
        players,
        least_rounds=3,
    )


def _inference_players(files: Files, task: str, peers: tuple[str, ...]) -> dict[str, Callable[[], Player]]:
    modules = {"ONNX Runtime": f"onnx_{task}", "PyTorch": f"torch_{task}"}

    def ours() -> Player:
        return Worker(f"ours_{task}", run=str(files.run()), file=files.sentences(), reference=files.reference())

    def peer(name: str) -> Player:
        return Worker(modules[name], vocabulary=files.vocabulary(), file=files.sentences(), reference=files.reference())

    return {"ours": ours, **{name: partial(peer, name) for name in peers}}


def _start_up(files: Files) -> Contest:
    entries = [
        Entry(
            f"infer.py --text, {measure}",
            _TENSORFLOW_ALONE,
            Found("infer.py", name),
            Found("import", name),
            Reach("<=", bound),
        )
        for measure, name, bound in (
            ("whole process, seconds", "seconds", 0.85),
            ("peak memory, MB", "peak MB", 1.15),
        )
    ]
    players: dict[str, Callable[[], Player]] = {
        "infer.py": lambda: Command(["infer.py", f"--ckpt_dir={files.run()}", f"--text={_SENTENCE}"]),
        "import": lambda: Command(["-c", "import tensorflow"]),
    }
    return Contest(entries, players, least_rounds=5)


def _command_line() -> Contest:
    commands = {"train.py --help": ("--help", 0), "train.py, a wrong flag": ("--num_layer=2", 2)}
    entries = [
        Entry(f"{name}, seconds", _FLAGS_ALONE, Found(name, "seconds"), Found("import", "seconds"), Reach("<=", 1.5))
        for name in commands
    ]
    players: dict[str, Callable[[], Player]] = {
        name: partial(Command, ["train.py", flag], status=status) for name, (flag, status) in commands.items()
    }
    players["import"] = partial(Command, ["-c", "import absl.flags, numpy"])
    return Contest(entries, players, least_rounds=15)


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


if __name__ == "__main__":
    main(__doc__, contests, PACKAGES, ROUNDS)
