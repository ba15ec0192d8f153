"""Soft labels of the teacher: heads on sentence vectors, each fitted on the training rows of one fold alone.

    python -m tests.benchmarks.teacher.label --rows=vectors/cornell --transfer=vectors/transfer \\
        --folds=10 --output='soft-{fold}.jsonl.gz'
    python train.py --folds=10 --soft_labels='soft-{fold}.jsonl.gz'

The folds are those of `train.py --folds=K --seed=S`; without --folds the split is that of `train.py --seed=S`. The head
is a logistic regression whose strength is chosen on the fold's validation rows. A training row is answered by heads
that were fitted without it (five parts); texts of the transfer set by the head of all training rows. No row that
validates or tests is answered, nor is a text of its words. Several folders of vectors, separated by commas, are read
side by side.
"""

import argparse
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.files import open_corpus
from rnn_textclf.preprocessing.corpora.packaged import PackagedCornell
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.splits import Split, folds, split
from rnn_textclf.preprocessing.tokens import Tokenizer
from tests.benchmarks.teacher.answers import write
from tests.benchmarks.teacher.encode import read_vectors
from tests.benchmarks.teacher.encoder import needed

FOLD = "{fold}"
_STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_PARTS = 5
_FRACTION = 0.1  # Of the rows to choose on, and to test on, as `train.py` draws them.
_BLOCK = 8192


class Rows(NamedTuple):
    """Labelled rows with their vectors.

    texts: of length N. keys: uint64 `[N]`, equal for texts with the same words. classes: int `[N]`.
    labels: the names of the classes. vectors: float32 `[N, E]`, each folder's of length one.
    """

    texts: Sequence[str]
    keys: np.ndarray
    classes: np.ndarray
    labels: Sequence[str]
    vectors: np.ndarray


class FoldTeacher(NamedTuple):
    """Answers for one split.

    of_rows: float `[n, C]`, of the training rows, in order. head: fitted on all of them.
    valid, test: its accuracy on those rows, in [0, 1].
    """

    of_rows: np.ndarray
    head: Any
    valid: float
    test: float


def main() -> None:
    """Writes the soft labels of each fold, and prints the teacher's own accuracy."""
    options = _options()
    try:
        if bool(options.folds) != (FOLD in str(options.output)):
            raise UserError(f"--output={options.output}: --folds and {FOLD} in the name go together")
        rows = cornell_rows(options.rows)
        left_out = {text for text, _ in open_corpus(options.left_out).examples()} if options.left_out else set()
        if options.folds:
            splits = folds(rows.keys, rows.classes, options.folds, options.seed, _FRACTION)
        else:
            splits = [split(rows.keys, rows.classes, _FRACTION, _FRACTION, options.seed)]
        for number, part in enumerate(splits, start=1):
            teacher = teach(rows, part)
            path = Path(str(options.output).replace(FOLD, str(number)))
            found = answers(rows, part, teacher, options.transfer, options.temperature, left_out)
            write(path, found, rows.labels)
            print(f"{path}: the teacher has {teacher.valid:.1%} of validation rows, {teacher.test:.1%} of test rows")
    except UserError as error:
        sys.exit(str(error))


def cornell_rows(vectors: str) -> Rows:
    """The packaged Cornell rows with their vectors. Raises UserError where those are of other texts."""
    corpus = PackagedCornell()
    texts = [text for text, _ in corpus.examples()]
    with tempfile.TemporaryDirectory(prefix="teacher-") as folder:
        encoded = encode_corpus(corpus, Tokenizer(), 1000, Path(folder) / "encoded")
        keys, classes, labels = encoded.keys.copy(), encoded.strata, encoded.labels
    found, blocks = side_by_side(vectors)
    if found != texts:
        raise UserError(f"{vectors}: has vectors of other texts; encode them with --cornell")
    return Rows(texts, keys, classes, labels, np.concatenate(list(blocks)))


def side_by_side(folders: str) -> tuple[list[str], Iterator[np.ndarray]]:
    """The texts and, block by block, the vectors of some folders beside each other, each scaled to length one."""
    read = [read_vectors(Path(folder)) for folder in folders.split(",")]
    texts = read[0][0]
    if any(other != texts for other, _ in read[1:]):
        raise UserError(f"{folders}: these folders have vectors of different texts; encode the same for each")

    def blocks() -> Iterator[np.ndarray]:
        for start in range(0, len(texts), _BLOCK):
            parts = [vectors[start : start + _BLOCK].astype(np.float32) for _, vectors in read]
            yield np.concatenate([part / np.linalg.norm(part, axis=1, keepdims=True) for part in parts], axis=1)

    return texts, blocks()


def teach(rows: Rows, part: Split) -> FoldTeacher:
    """Fits heads on the training rows of a split, and answers these rows by heads that have not seen them."""
    train = part.train
    heads = [_head(rows, train, strength) for strength in _STRENGTHS]
    losses = [_loss(head, rows, part.valid) for head in heads]
    best = int(np.argmin(losses))
    of_rows = np.zeros([len(train), len(rows.labels)])
    for inner in folds(rows.keys[train], rows.classes[train], _PARTS, 1, 0.0):
        without = _head(rows, train[inner.train], _STRENGTHS[best])
        of_rows[inner.test] = without.predict_proba(rows.vectors[train[inner.test]])
    valid, test = (
        float(heads[best].score(rows.vectors[held_out], rows.classes[held_out])) for held_out in (part.valid, part.test)
    )
    return FoldTeacher(of_rows, heads[best], valid, test)


def answers(
    rows: Rows,
    part: Split,
    teacher: FoldTeacher,
    transfer: str | None,
    temperature: float = 1.0,
    left_out: Collection[str] = (),
) -> Iterator[tuple[str, np.ndarray]]:
    """Texts and their probabilities `[C]`: training rows, then texts of the transfer set that are no held-out row.

    Args:
      rows: of the corpus.
      part: the split.
      teacher: its answers.
      transfer: folders of vectors, separated by commas; None for no further texts.
      temperature: divides the logits (> 0); below 1 it makes the teacher surer.
      left_out: texts of the transfer set that must not be answered.
    """
    own = {rows.texts[row]: chances for row, chances in zip(part.train, teacher.of_rows, strict=True)}
    for text, chances in own.items():
        yield text, tempered(chances, temperature)
    if transfer is None:
        return
    tokenizer, seen = Tokenizer(), {*own, *left_out}  # A text has one answer.
    held_out = {tuple(tokenizer(rows.texts[row])) for row in (*part.valid, *part.test)}
    texts, blocks = side_by_side(transfer)
    chances_of_texts = (chances for block in blocks for chances in teacher.head.predict_proba(block))
    for text, chances in zip(texts, chances_of_texts, strict=True):
        if text not in seen and tuple(tokenizer(text)) not in held_out:
            seen.add(text)
            yield text, tempered(chances, temperature)


def tempered(chances: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities `[C]` with their logits divided by a temperature."""
    powers = np.power(chances, 1 / temperature)
    return powers / powers.sum()


def fit(vectors: np.ndarray, classes: Any, strength: float) -> Any:
    """A head: logistic regression of classes `[n]` on vectors `[n, E]`; `strength` is scikit-learn's C."""
    return needed("sklearn.linear_model").LogisticRegression(C=strength, max_iter=1000).fit(vectors, classes)


def _head(rows: Rows, indices: np.ndarray, strength: float) -> Any:
    return fit(rows.vectors[indices], rows.classes[indices], strength)


def _loss(head: Any, rows: Rows, indices: np.ndarray) -> float:
    """Cross entropy a row, in nats."""
    chances = head.predict_proba(rows.vectors[indices])[np.arange(len(indices)), rows.classes[indices]]
    return float(-np.log(np.maximum(chances, 1e-12)).mean())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None, allow_abbrev=False)
    parser.add_argument("--rows", required=True, metavar="FOLDERS", help="vectors of the Cornell sentences")
    parser.add_argument("--transfer", metavar="FOLDERS", help="vectors of further texts")
    parser.add_argument("--left_out", type=Path, metavar="PATH", help="labelled file whose texts must not be answered")
    parser.add_argument("--folds", type=int, default=0, help="those of train.py; 0: its split (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of train.py (%(default)s)")
    parser.add_argument("--temperature", type=float, default=1.0, help="divides the teacher's logits (%(default)s)")
    parser.add_argument("--output", required=True, metavar="PATH", help=f"JSON lines (.gz), with {FOLD} for folds")
    return parser.parse_args()


if __name__ == "__main__":
    main()
