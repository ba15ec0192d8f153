"""Soft labels of many classes that say all of a sentence's vector, not only its mood.

    python -m tests.benchmarks.teacher.label_vectors --transfer=vectors/imdb --left_out=reviews.tsv --rows=sides.tsv \\
        --output=sides.jsonl.gz
    python train.py --train_file=sides.tsv --soft_labels=sides.jsonl.gz --loss=sigmoid --nodirect_scores ...

A class is a principal direction of the vectors: the probability is near one where a vector lies far on its positive
side, one half in the middle. A net that learns them has the features of the encoder before it learns any mood (compare
Romero et al. 2015, "FitNets: hints for thin deep nets"). Some texts are kept as rows, labelled by the sides on which
they lie, since `train.py` needs rows to validate on; the rows that the next training validates on are left out.
"""

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.files import open_corpus
from tests.benchmarks.teacher.answers import write, write_rows
from tests.benchmarks.teacher.label import side_by_side
from tests.benchmarks.teacher.principal_axes import principal_axes

_SAMPLE = 50_000  # Vectors that decide the directions.
_STEEPNESS = 1.5  # Logit of a standard deviation from the middle.


def main() -> None:
    """Writes the rows and the soft labels."""
    options = _options()
    try:
        texts, blocks = side_by_side(options.transfer)
        chances = sides(np.concatenate(list(blocks)), options.directions)
        names = [f"side{number}" for number in range(1, options.directions + 1)]
        left_out = {text for text, _ in open_corpus(options.left_out).examples()}
        own = [row for row, text in enumerate(texts) if text not in left_out]
        random.Random(1).shuffle(own)
        write_rows(options.rows, ((sides_of(chances[row], names), texts[row]) for row in own[: options.kept]))
        write(options.output, ((texts[row], chances[row]) for row in own[options.kept :][: options.most]), names)
    except UserError as error:
        sys.exit(str(error))


def sides(vectors: np.ndarray, directions: int) -> np.ndarray:
    """Float `[n, D]` in (0, 1) for vectors `[n, E]`: the logistic function of each standardised principal component."""
    sample = vectors[np.random.default_rng(1).permutation(len(vectors))[:_SAMPLE]]
    middle = sample.mean(axis=0)
    axes = principal_axes(sample - middle, directions)
    scores = (vectors - middle) @ axes / ((sample - middle) @ axes).std(axis=0)
    return 1 / (1 + np.exp(-_STEEPNESS * scores))


def sides_of(chances: np.ndarray, names: Sequence[str]) -> str:
    """The names of the sides on which a text lies, separated by |."""
    return "|".join(name for name, chance in zip(names, chances, strict=True) if chance > 0.5)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None, allow_abbrev=False)
    parser.add_argument("--transfer", required=True, metavar="FOLDERS", help="vectors of texts")
    parser.add_argument("--left_out", type=Path, required=True, metavar="PATH", help="rows that must not be among them")
    parser.add_argument("--directions", type=int, default=64, help="classes (%(default)s)")
    parser.add_argument("--most", type=int, default=420_000, help="texts to answer, drawn at random (%(default)s)")
    parser.add_argument("--kept", type=int, default=4_000, help="texts kept as rows (%(default)s)")
    parser.add_argument("--rows", type=Path, required=True, metavar="PATH", help="TSV for the texts kept")
    parser.add_argument("--output", type=Path, required=True, metavar="PATH", help="JSON lines (.gz) to write")
    return parser.parse_args()


if __name__ == "__main__":
    main()
