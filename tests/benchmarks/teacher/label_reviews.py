"""Soft labels of a teacher that knows no Cornell row, so that one pretraining serves every fold.

    python -m tests.benchmarks.teacher.label_reviews --transfer=vectors/imdb --rows=reviews.tsv \\
        --output=reviews.jsonl.gz
    python train.py --train_file=reviews.tsv --soft_labels=reviews.jsonl.gz ...

The head is a logistic regression of the class of a sentence's review on the sentence's vector. Most sentences of a
review say little, so that its answers are near one half; --temperature makes them surer. Some sentences with their
review's class are kept as rows, which `train.py` needs to validate on.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from tests.benchmarks.teacher.answers import write, write_rows
from tests.benchmarks.teacher.label import fit, side_by_side, tempered
from tests.benchmarks.teacher.transfer import LABELS

_STRENGTH = 10.0


def main() -> None:
    """Writes the rows and the soft labels."""
    options = _options()
    try:
        classes = review_classes()
        texts, blocks = side_by_side(options.transfer)
        vectors = np.concatenate(list(blocks))
        kept, learned = drawn(texts, classes, options.kept, options.learned)
        write_rows(options.rows, ((classes[texts[row]], texts[row]) for row in kept))
        head = fit(vectors[learned], [classes[texts[row]] for row in learned], _STRENGTH)
        write(options.output, answers(texts, vectors, head, set(kept), options.temperature), LABELS)
    except UserError as error:
        sys.exit(str(error))


def review_classes() -> dict[str, str]:
    """The class of the review of each sentence; of the first one where several say it."""
    found = dict[str, str]()
    for text, (label, *_) in unlabelled_texts("imdb50k").examples():
        found.setdefault(text, label)
    return found


def drawn(texts: Sequence[str], classes: dict[str, str], kept: int, learned: int) -> tuple[list[int], list[int]]:
    """Whole sentences at random: places of those to keep as rows, and of others to fit the head on."""
    whole = [place for place, text in enumerate(texts) if text in classes]
    random.Random(1).shuffle(whole)
    return whole[:kept], whole[kept : kept + learned]


def answers(
    texts: Sequence[str], vectors: np.ndarray, head: Any, kept: set[int], temperature: float
) -> Iterator[tuple[str, np.ndarray]]:
    """Texts that are not kept as rows, and their probabilities `[2]`, in the order of `LABELS`."""
    columns = [list(head.classes_).index(label) for label in LABELS]
    for place, (text, both) in enumerate(zip(texts, head.predict_proba(vectors)[:, columns], strict=True)):
        if place not in kept:
            yield text, tempered(both, temperature)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None, allow_abbrev=False)
    parser.add_argument("--transfer", required=True, metavar="FOLDERS", help="vectors of IMDB sentences")
    parser.add_argument("--learned", type=int, default=60_000, help="sentences the head learns from (%(default)s)")
    parser.add_argument("--kept", type=int, default=6_000, help="sentences kept as rows (%(default)s)")
    parser.add_argument("--temperature", type=float, default=0.5, help="divides the logits (%(default)s)")
    parser.add_argument("--rows", type=Path, required=True, metavar="PATH", help="TSV for the sentences kept")
    parser.add_argument("--output", type=Path, required=True, metavar="PATH", help="JSON lines (.gz) to write")
    return parser.parse_args()


if __name__ == "__main__":
    main()
