"""ROC AUC of `train.py` on rows of which few are of one class, beside tf-idf with logistic regression.

    python -m tests.benchmarks.imbalance --seeds=5
    python -m tests.benchmarks.imbalance -- --class_weight=balanced

Of the packaged Cornell sentences, 2,400 are learned from, 1 % or 5 % of them negative; 1,000 others, half of them
negative, are scored. `train.py` keeps a tenth of the 2,400 for validation; tf-idf learns from all of them.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import numpy as np

from rnn_textclf.preprocessing.corpora.packaged import PackagedCornell
from rnn_textclf.runs.metrics import roc_auc
from tests.benchmarks.machine import THREADS
from tests.benchmarks.table import Reach, Row, aligned, write_json
from tests.benchmarks.workers import run

_TRAIN_ROWS, _TEST_ROWS = 2400, 1000
_RARE_SHARES = (0.01, 0.05)

LabelledRows = list[tuple[str, str]]


class Parts(NamedTuple):
    """Texts with their labels."""

    train: LabelledRows
    test: LabelledRows


def draw(share: float, seed: int) -> Parts:
    """Rows to learn from, of which `share` are negative, and as many positive as negative ones to test on."""
    generator = np.random.default_rng(seed)
    by_label: dict[str, LabelledRows] = {"negative": [], "positive": []}
    for text, (label,) in PackagedCornell().examples():
        by_label[label].append((" ".join(text.split()), label))
    negative, positive = ([rows[i] for i in generator.permutation(len(rows))] for rows in by_label.values())
    half, rare = _TEST_ROWS // 2, round(share * _TRAIN_ROWS)
    train = negative[half : half + rare] + positive[half : half + _TRAIN_ROWS - rare]
    return Parts([train[i] for i in generator.permutation(_TRAIN_ROWS)], negative[:half] + positive[:half])


def ours(parts: Parts, seed: int, flags: Sequence[str]) -> float:
    """AUC of `train.py`."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        folder = Path(name)
        for part, rows in parts._asdict().items():
            lines = (json.dumps({"text": text, "label": label}) + "\n" for text, label in rows)
            (folder / f"{part}.jsonl").write_text("".join(lines))
        files = [f"--{part}_file={folder / part}.jsonl" for part in parts._fields]
        options = [*files, f"--ckpt_dir={folder / 'run'}", f"--seed={seed}", f"--threads={THREADS}", *flags]
        run([sys.executable, "train.py", *options])
        return json.loads((folder / "run" / "metrics.json").read_text())["test"]["roc_auc"]


def tf_idf(parts: Parts) -> float:
    """AUC of logistic regression on the tf-idf of words and pairs of words, with scikit-learn's defaults."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    (texts, labels), (test_texts, test_labels) = (zip(*rows, strict=True) for rows in parts)
    features = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\S+")
    model = LogisticRegression(max_iter=1000).fit(features.fit_transform(texts), labels)
    scores = model.predict_proba(features.transform(test_texts))[:, 1]
    auc = roc_auc(np.array(test_labels) == "positive", scores)
    assert auc is not None
    return auc


def main() -> None:
    """Prints a row for each share of the rare class: means over the seeds."""
    options = _options()
    rows = []
    for share in options.shares:
        found = []
        for seed in range(1, options.seeds + 1):
            parts = draw(share, seed)
            found.append((ours(parts, seed, options.flags), tf_idf(parts)))
            print(
                f"{share:.0%}, seed {seed}: {found[-1][0]:.4f}, tf-idf {found[-1][1]:.4f}", file=sys.stderr, flush=True
            )
        measure = f"ROC AUC, {1 - share:.0%} to {share:.0%}"
        rows.append(Row(measure, "tf-idf", *map(mean, zip(*found, strict=True)), Reach(">=", 0, "difference")))
    print(aligned(rows))
    if options.json:
        write_json(options.json, rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3, help="draws of rows (%(default)s)")
    parser.add_argument(
        "--shares", type=float, nargs="+", default=_RARE_SHARES, help="shares of the rare class (0.01 0.05)"
    )
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the rows there too, as a list of objects")
    parser.add_argument("flags", nargs="*", help="flags of train.py, after --")
    return parser.parse_args()


if __name__ == "__main__":
    main()
