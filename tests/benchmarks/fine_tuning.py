"""Accuracy of `train.py` on few rows of one's own: from nothing, and from the weights of the shipped run.

    python -m tests.benchmarks.fine_tuning trec.train.tsv cr.tsv
    python -m tests.benchmarks.fine_tuning reviews.csv --rows=50,500 --seeds=5 -- --dropout=0.4

Of each corpus, some rows are held out for the test, the same for all; each seed draws other rows to train on. Both ways
learn from the same rows with the default flags, but for `--pretrain`.
"""

import argparse
import csv
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_textclf.jobs import SHIPPED_RUN
from rnn_textclf.preprocessing.corpora.corpus import Example
from rnn_textclf.preprocessing.corpora.files import open_corpus
from tests.benchmarks import machine
from tests.benchmarks.workers import ROOT, run

_TEST_SEED = 0


class Parts(NamedTuple):
    """Examples that are trained on, and those of the test."""

    train: list[Example]
    test: list[Example]


class Found(NamedTuple):
    """Test accuracies, in [0, 1], one a seed, on a corpus with so many rows to train on."""

    corpus: str
    num_rows: int
    from_nothing: list[float]
    fine_tuned: list[float]


def main() -> None:
    """Prints a row for each corpus and number of rows; says each as it is known on stderr."""
    options = _options()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    print(machine.describe(["tensorflow"]), file=sys.stderr, flush=True)
    found = []
    for path in options.corpora:
        examples = list(open_corpus(path).examples())
        for num_rows in map(int, options.rows.split(",")):
            found.append(compare(path.stem, examples, num_rows, options))
            print(table(found[-1:]).splitlines()[1], file=sys.stderr, flush=True)
    print(table(found))


def compare(name: str, examples: Sequence[Example], num_rows: int, options: argparse.Namespace) -> Found:
    """Trains both ways on so many rows, once a seed."""
    found = Found(name, num_rows, [], [])
    for seed in range(1, options.seeds + 1):
        parts, flags = draw(examples, num_rows, options.test_rows, seed), [*options.flags, f"--seed={seed}"]
        found.from_nothing.append(train(parts, [*flags, "--pretrain=none"]))
        found.fine_tuned.append(train(parts, [*flags, f"--pretrain={options.run}"]))
    return found


def draw(examples: Sequence[Example], num_rows: int, num_test: int, seed: int) -> Parts:
    """The test examples, the same for every seed, and `num_rows` of the others.

    Each class of the test has at least one example to train on, for no run can know a class that it has not seen.
    """
    order = np.random.default_rng(_TEST_SEED).permutation(len(examples))
    test, others = [examples[i] for i in order[:num_test]], order[num_test:]
    shuffled = [examples[i] for i in np.random.default_rng(seed).permutation(others)]
    first_of_class = {example.labels: example for example in reversed(shuffled)}
    chosen = list(first_of_class.values())
    chosen += [example for example in shuffled if first_of_class[example.labels] is not example]
    return Parts(chosen[:num_rows], [example for example in test if example.labels in first_of_class])


def train(parts: Parts, flags: Sequence[str]) -> float:
    """Test accuracy of `train.py` with these flags, in a process and a run folder that are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        files = [f"--{part}_file={_write(Path(folder) / f'{part}.tsv', rows)}" for part, rows in _named(parts)]
        run([sys.executable, "train.py", *files, *flags, f"--ckpt_dir={folder}/run"])
        return json.loads((Path(folder) / "run" / "metrics.json").read_text(encoding="utf-8"))["test_accuracy"]


def table(found: Sequence[Found]) -> str:
    """The rows as aligned text: means over the seeds in per cent, and the lowest and highest of each."""
    cells = [["corpus", "own rows", "from nothing", "fine-tuned", "difference"]]
    for row in found:
        gain = statistics.fmean(row.fine_tuned) - statistics.fmean(row.from_nothing)
        cells.append(
            [row.corpus, f"{row.num_rows:,}", _mean(row.from_nothing), _mean(row.fine_tuned), f"{100 * gain:+.1f}"]
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in cells)


def _mean(accuracies: Sequence[float]) -> str:
    return f"{statistics.fmean(accuracies):.1%} ({100 * min(accuracies):.1f}–{100 * max(accuracies):.1f})"


def _named(parts: Parts) -> Iterator[tuple[str, list[Example]]]:
    return zip(Parts._fields, parts, strict=True)


def _write(path: Path, examples: Sequence[Example]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(["label", "text"])
        writer.writerows((example.labels[0], " ".join(example.text.split())) for example in examples)
    return path


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", nargs="+", type=Path, help="labelled files, read as --train_file is")
    parser.add_argument("--run", type=Path, default=SHIPPED_RUN.relative_to(ROOT), help="fine-tuned (%(default)s)")
    parser.add_argument("--rows", default="100,300,1000", help="numbers of rows to train on (%(default)s)")
    parser.add_argument("--test_rows", type=int, default=1000, help="rows held out of each corpus (%(default)s)")
    parser.add_argument("--seeds", type=int, default=3, help="draws of those rows (%(default)s)")
    arguments = sys.argv[1:]
    place = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_args(arguments[:place])
    options.flags = arguments[place + 1 :]  # Of train.py.
    return options


if __name__ == "__main__":
    main()
