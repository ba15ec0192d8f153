"""How right `train.py --tune` is beside the default flags and fastText's autotune, given the same time.

    python -m tests.benchmarks.tuning --train_file=trec.train.tsv --test_file=trec.test.tsv --minutes=5

Everybody learns from the same training rows, in the same words, and chooses on the same validation rows, which are
drawn from the training file; the test rows are scored once, at the end. Flags after `--` go to both runs of
`train.py`: with `--embeddings=glove` both have its vectors. Without it the tuning tries them where their package is
installed; fastText has none.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_textclf.preprocessing.corpora.corpus import Example
from rnn_textclf.preprocessing.corpora.files import open_corpus
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.splits import split
from rnn_textclf.preprocessing.tokens import Tokenizer
from tests.benchmarks import machine
from tests.benchmarks.folds import Parts, Rows
from tests.benchmarks.peers.fasttext_autotune import autotuned
from tests.benchmarks.workers import ROOT

PACKAGES = ["optuna", "fasttext-community"]
_MAX_LENGTH, _VALID_FRACTION, _SEED = 1000, 0.1, 1  # those of train.py


class Score(NamedTuple):
    """Test rows that are right, of how many, and the minutes that it took."""

    model: str
    right: int
    total: int
    minutes: float


def main() -> None:
    """Prints a row a model."""
    options = _options()
    if complaint := machine.missing(PACKAGES):
        sys.exit(complaint)
    machine.use_two_cores()
    print(machine.describe(["tensorflow", *PACKAGES]), file=sys.stderr, flush=True)
    neighbours = machine.Neighbours()
    data = [f"--train_file={options.train_file}", f"--test_file={options.test_file}", *options.flags]
    tuned = ["--tune=10000", f"--tune_minutes={options.minutes}"]
    scores = [
        train("train.py, default flags", data),
        train("train.py --tune", [*data, *tuned]),
        fasttext(options.train_file, options.test_file, options.minutes),
    ]
    neighbours.report()
    print(f"{'model':<24}  test accuracy  right       minutes")
    for score in scores:
        shares = f"{score.right / score.total:>13.2%}  {f'{score.right} of {score.total}':<10}"
        print(f"{score.model:<24}  {shares}  {score.minutes:>7.1f}")


def train(name: str, flags: Sequence[str]) -> Score:
    """A run of `train.py` in a process and a folder that are gone afterwards; its messages are on stderr."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        command = [sys.executable, "train.py", *flags, f"--seed={_SEED}", f"--ckpt_dir={folder}/run"]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        minutes = (time.perf_counter() - began) / 60
        (path,) = [*Path(folder).glob("run/metrics.json"), *Path(folder).glob("run/trials/*/metrics.json")]
        found = json.loads(path.read_text(encoding="utf-8"))
        if (best := Path(folder) / "run" / "best.flags").exists():
            print(best.read_text(encoding="utf-8"), file=sys.stderr)
    return Score(name, found["test_right"], found["test_rows"], minutes)


def fasttext(train_file: Path, test_file: Path, minutes: float) -> Score:
    """fastText's search on the rows that `train.py` validates on."""
    parts = draw_parts(train_file, test_file)
    began = time.perf_counter()
    right = autotuned(parts, round(60 * minutes), machine.THREADS)
    return Score("fastText, autotune", int(right.sum()), len(right), (time.perf_counter() - began) / 60)


def draw_parts(train_file: Path, test_file: Path) -> Parts:
    """The rows of two files, the first split as `train.py` does, in its words."""
    corpus, tokenizer = open_corpus(train_file), Tokenizer()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        encoded = encode_corpus(corpus, tokenizer, _MAX_LENGTH, Path(folder) / "encoded")
        drawn = split(encoded.keys, encoded.strata, _VALID_FRACTION, 0.0, _SEED)
        labels = encoded.labels
    examples = list(corpus.examples())

    def rows(chosen: Sequence[Example]) -> Rows:
        texts = [" ".join(tokenizer(example.text, _MAX_LENGTH)) for example in chosen]
        return Rows(texts, np.array([labels.index(example.labels[0]) for example in chosen]))

    train, valid = (rows([examples[row] for row in part]) for part in (drawn.train, drawn.valid))
    return Parts(train, valid, rows(list(open_corpus(test_file, labels=labels).examples())))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train_file", type=Path, required=True, help="labelled rows, as train.py reads them")
    parser.add_argument("--test_file", type=Path, required=True, help="labelled rows to test on")
    parser.add_argument("--minutes", type=float, default=5.0, help="for each search (%(default)s)")
    parser.add_argument("flags", nargs="*", help="flags of train.py, after --")
    return parser.parse_args()


if __name__ == "__main__":
    main()
