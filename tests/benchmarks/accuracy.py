"""How often `train.py` is right in cross-validation, beside linear models and fastText on the same folds and words.

    python -m tests.benchmarks.accuracy --folds=10 --seeds=3
    python -m tests.benchmarks.accuracy --no_peers -- --rnn_unit=lstm --num_hidden_units=100
    python -m tests.benchmarks.accuracy --ablation
    python -m tests.benchmarks.accuracy --train_file=cr.tsv

Each seed draws its own folds; everybody learns from the same training rows, and whatever is chosen (the epoch, the
strength of regularization, the step size) is chosen on the same validation rows. Half of any difference under 0.4
points between means is noise.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rnn_textclf.preprocessing.corpora.files import open_corpus
from tests.benchmarks import machine
from tests.benchmarks.folds import LabelledText, Parts, cornell, labelled_text
from tests.benchmarks.peers.fasttext_model import fasttext
from tests.benchmarks.peers.linear_models import nbsvm, nbsvm_with_stems, tf_idf
from tests.benchmarks.workers import ROOT

PACKAGES = ["scikit-learn", "fasttext-community"]

PEERS: dict[str, Callable[[Parts], int]] = {
    "NBSVM": nbsvm,
    "NBSVM, stems too": nbsvm_with_stems,
    "tf-idf, logistic regression": tf_idf,
    "fastText, pairs of words": fasttext,
}

# What each piece adds: its name, and the flags that take it away from, or add it to, those that are asked for.
ABLATION: dict[str, Sequence[str]] = {
    "without direct scores": ["--nodirect_scores"],
    "without stems": ["--nostems"],
    "without direct scores and stems": ["--nodirect_scores", "--nostems"],
    "without the prefix loss": ["--prefix_loss_weight=0"],
    "direct scores from zero, all as fast": ["--log_count_ratio=0"],
    "half as many units and numbers a word": ["--num_hidden_units=64", "--embedding_size=64"],
    "weights averaged over steps": ["--average_weights=0.99"],
    "adversarial vectors": ["--adversarial=1"],
    "words dropped": ["--word_dropout=0.1"],
    "one dropout mask a sentence": ["--variational_dropout"],
    "labels smoothed": ["--label_smoothing=0.03"],
    "mean pooling": ["--pooling=mean"],
    "attention": ["--pooling=attention"],
    "read both ways": ["--bidirectional"],
    "GloVe vectors": ["--embeddings=glove"],
    "symbols": ["--symbolize"],
    "five models averaged": ["--ensemble=5"],
}


class Fold(NamedTuple):
    """How a model did on one fold: test rows that are right, of how many, and seconds with training and choosing."""

    right: int
    total: int
    seconds: float


class Found(NamedTuple):
    """A model, and the folds of all seeds."""

    model: str
    folds: Sequence[Fold]

    def to_json(self) -> dict[str, Any]:
        """Shares in [0, 1]; std is the standard deviation of the folds (n - 1)."""
        accuracies = [fold.right / fold.total for fold in self.folds]
        return {
            "model": self.model,
            "mean": statistics.fmean(accuracies),
            "std": statistics.stdev(accuracies),
            "right": sum(fold.right for fold in self.folds),
            "total": sum(fold.total for fold in self.folds),
            "seconds_a_fold": statistics.fmean(fold.seconds for fold in self.folds),
            "folds": len(self.folds),
        }


def main() -> None:
    """Prints a row a model; says each as it is known on stderr."""
    options = _options()
    if not options.no_peers and not options.ablation and (complaint := machine.missing(PACKAGES)):
        sys.exit(complaint)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    packages = [name for name in ("tensorflow", *PACKAGES) if machine.missing([name]) is None]
    print(machine.describe(packages), file=sys.stderr, flush=True)
    found: list[Found] = []
    for name, evaluate in _models(options).items():
        folds = [fold for seed in range(1, options.seeds + 1) for fold in evaluate(seed)]
        found.append(Found(name, folds))
        print(table(found[-1:]).splitlines()[1], file=sys.stderr, flush=True)
    print(table(found))
    if options.json:
        options.json.write_text(json.dumps([row.to_json() for row in found], indent=2) + "\n", encoding="utf-8")


def _models(options: argparse.Namespace) -> dict[str, Callable[[int], list[Fold]]]:
    """Name -> what makes the folds of a seed."""
    rows = f"--train_file={options.train_file}" if options.train_file else f"--data_dir={options.data_dir}"
    flags = [rows, *(options.flags or [])]

    def ours(more: Sequence[str]) -> Callable[[int], list[Fold]]:
        return lambda seed: train(options.folds, seed, [*flags, *more])

    models: dict[str, Callable[[int], list[Fold]]] = {}
    if not options.peers_only:
        models["rnn_textclf"] = ours([])
    if options.ablation:
        return models | {name: ours(more) for name, more in ABLATION.items()}
    if not options.no_peers:
        text = labelled_text(open_corpus(options.train_file)) if options.train_file else cornell(options.data_dir)
        peers = peers_for(set(text.strata.tolist()))
        models |= {name: _of_peer(peer, text, options.folds) for name, peer in peers.items()}
    return models


def peers_for(classes: Collection[int]) -> dict[str, Callable[[Parts], int]]:
    """Those that can tell so many classes apart: log-count ratios are of two."""
    return {name: peer for name, peer in PEERS.items() if len(classes) == 2 or peer not in (nbsvm, nbsvm_with_stems)}


def train(num_folds: int, seed: int, flags: Sequence[str]) -> list[Fold]:
    """The folds of `train.py` with these flags, in a process and a run folder that are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        own = [f"--folds={num_folds}", f"--seed={seed}", f"--ckpt_dir={folder}/run"]
        subprocess.run([sys.executable, "train.py", *flags, *own], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        found = json.loads((Path(folder) / "run" / "folds.json").read_text(encoding="utf-8"))
    return [Fold(fold["right"], fold["total"], fold["seconds"]) for fold in found["folds"]]


def _of_peer(peer: Callable[[Parts], int], text: LabelledText, num_folds: int) -> Callable[[int], list[Fold]]:
    def evaluate(seed: int) -> list[Fold]:
        folds = []
        for parts in text.folds(num_folds, seed):
            began = time.perf_counter()
            right = peer(parts)
            folds.append(Fold(right, len(parts.test.texts), time.perf_counter() - began))
        return folds

    return evaluate


def table(found: Sequence[Found]) -> str:
    """The rows as aligned text; differences are to the first."""
    cells = [["model", "mean of folds", "difference", "std", "right", "seconds a fold"]]
    first = found[0].to_json()["mean"]
    for row in found:
        values = row.to_json()
        cells.append(
            [
                row.model,
                f"{values['mean']:.2%}",
                f"{100 * (values['mean'] - first):+.2f}",
                f"{values['std']:.2%}",
                f"{values['right']:,} of {values['total']:,}",
                f"{values['seconds_a_fold']:.1f}",
            ]
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for name, *numbers in cells:
        right = (cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True))
        lines.append("  ".join([name.ljust(widths[0]), *right]))
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=10, help="parts of the rows (%(default)s)")
    parser.add_argument(
        "--seeds", type=int, default=3, help="cross-validations, each with folds of its own (%(default)s)"
    )
    parser.add_argument("--data_dir", default="data", help="folder of the whole corpus, if it is there (%(default)s)")
    parser.add_argument("--train_file", type=Path, help="other labelled rows in their place, as train.py reads them")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the rows there too, as a list of objects")
    parser.add_argument("--ablation", action="store_true", help="what each piece adds, in place of the peers")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--peers_only", action="store_true", help="leave out rnn_textclf")
    which.add_argument("--no_peers", action="store_true", help="leave out the peers")
    parser.add_argument("flags", nargs="*", help="flags of train.py, after --")
    options = parser.parse_args()
    if options.ablation and options.peers_only:
        parser.error("--ablation has no peers")
    return options


if __name__ == "__main__":
    main()
