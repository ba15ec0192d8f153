"""How often the default model is right on test rows, beside linear models on the same rows and words.

    python -m tests.benchmarks.accuracy --seeds=8

Each seed draws its own split of the Cornell sentences (80, 10 and 10 % for training, validation and test) and
trains once; the peers learn from the same training rows, and their strength of regularization is chosen on the
same validation rows. A difference under 0.4 points between means is noise: half of it or more.
"""

import argparse
import contextlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tests.benchmarks import machine

Rows = tuple[list[str], np.ndarray]  # texts, and the class of each
_STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0)


class Parts(NamedTuple):
    """The three parts of a split."""

    train: Rows
    valid: Rows
    test: Rows


def main() -> None:
    """Prints a row a model: mean, lowest and highest accuracy over the seeds, and seconds a training."""
    options = _options()
    if complaint := machine.missing(["scikit-learn"]):
        sys.exit(complaint)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    print(machine.describe(["tensorflow", "scikit-learn"]), file=sys.stderr, flush=True)
    flags = options.flags or []
    results: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        for seed in range(1, options.seeds + 1):
            accuracy, seconds, parts = _ours(Path(folder) / str(seed), [f"--seed={seed}", *flags])
            results.setdefault("rnn_textclf, default flags", []).append((accuracy, seconds))
            for name, peer in PEERS.items():
                began = time.perf_counter()
                accuracy = peer(parts)
                results.setdefault(name, []).append((accuracy, time.perf_counter() - began))
            print(f"seed {seed}: " + ", ".join(f"{k} {v[-1][0]:.2%}" for k, v in results.items()), file=sys.stderr)
    print(_table(results))


def _ours(run: Path, flags: Sequence[str]) -> tuple[float, float, Parts]:
    """Trains with these flags -> accuracy on the test rows, seconds, and the rows as text for the peers."""
    from absl.flags import FlagValues

    from rnn_textclf import flags as command_line
    from rnn_textclf.runs.training import train

    line = command_line.training_command_line(FlagValues())
    job = command_line.training_job(["train.py", f"--ckpt_dir={run}", *flags], line)
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        outcome = train(job)
    seconds = time.perf_counter() - began
    found = outcome.test.probabilities.argmax(1) == outcome.test.targets.argmax(1)
    return float(found.mean()), seconds, _parts(job.data.data_dir, run)


def _parts(data_dir: str, run: Path) -> Parts:
    import json

    from rnn_textclf.text.corpora.cornell import find_cornell

    corpus = find_cornell(data_dir)
    rows = list(corpus.rows())
    texts = np.array([row.text for row in rows], object)
    classes = np.array([row.labels[0] == "positive" for row in rows], int)
    split = json.loads((run / "split.json").read_text(encoding="utf-8"))
    held_out = set(split["valid"]) | set(split["test"])
    train = [number for number in range(len(rows)) if number not in held_out]
    return Parts(*((texts[part].tolist(), classes[part]) for part in (train, split["valid"], split["test"])))


def _counts(parts: Parts, **options: Any) -> list[Any]:
    from sklearn.feature_extraction.text import CountVectorizer

    from rnn_textclf.text.tokens import tokenize

    counter = CountVectorizer(tokenizer=tokenize, token_pattern=None, lowercase=False, ngram_range=(1, 2), **options)
    return [counter.fit_transform(parts.train[0]), *(counter.transform(part[0]) for part in parts[1:])]


def nbsvm(parts: Parts) -> float:
    """Wang and Manning (2012): a linear SVM on words and pairs, each scaled by its log-count ratio."""
    from sklearn.svm import LinearSVC

    features = _counts(parts, binary=True)
    positive, negative = (np.asarray(features[0][parts.train[1] == c].sum(0)).ravel() + 1 for c in (1, 0))
    ratio = np.log((positive / positive.sum()) / (negative / negative.sum()))
    return _best([f.multiply(ratio).tocsr() for f in features], parts, lambda c: LinearSVC(C=c / 10))


def tf_idf(parts: Parts) -> float:
    """Logistic regression on the tf-idf of words and pairs."""
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression

    counts = _counts(parts)
    transformer = TfidfTransformer(sublinear_tf=True).fit(counts[0])
    features = [transformer.transform(count) for count in counts]
    return _best(features, parts, lambda c: LogisticRegression(C=c, max_iter=1000))


def _best(features: Sequence[Any], parts: Parts, make: Callable[[float], Any]) -> float:
    """Test accuracy of the strength of regularization that is best on the validation rows."""
    models = [make(strength).fit(features[0], parts.train[1]) for strength in _STRENGTHS]
    chosen = max(models, key=lambda model: model.score(features[1], parts.valid[1]))
    return float(chosen.score(features[2], parts.test[1]))


PEERS: dict[str, Callable[[Parts], float]] = {"NBSVM": nbsvm, "tf-idf, logistic regression": tf_idf}


def _table(results: dict[str, list[tuple[float, float]]]) -> str:
    width = max(map(len, results))
    lines = [f"{'model':<{width}}    mean  lowest  highest  seconds"]
    for name, found in results.items():
        accuracies, seconds = zip(*found, strict=True)
        mean, low, high = np.mean(accuracies), min(accuracies), max(accuracies)
        lines.append(f"{name:<{width}}  {mean:6.2%}  {low:6.2%}   {high:6.2%}  {np.mean(seconds):7.1f}")
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=8, help="splits and trainings (%(default)s)")
    parser.add_argument("flags", nargs="*", help="flags of train.py, after --")
    return parser.parse_args()


if __name__ == "__main__":
    main()
