"""Transfer set: unlabelled texts of the kind that people type, for a teacher to label, or labelled by their frame.

    python -m tests.benchmarks.teacher.transfer --imdb=600000 --output=imdb.jsonl
    python -m tests.benchmarks.teacher.transfer --plain=80000 --judged=frames.jsonl.gz

Sentences of the packaged IMDB reviews, and beginnings of them, for the teacher; and plain short sentences about many
things, made of frames and word lists, whose answer is certain, as soft labels for `train.py --soft_labels`. Texts whose
words are those of a Cornell row are left out, so that none of them can be a row that validates or tests. The same seed
gives the same texts.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from rnn_textclf.atomic import replacing
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.preprocessing.corpora.packaged import PackagedCornell
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.splits import split
from rnn_textclf.preprocessing.tokens import Tokenizer
from tests.benchmarks.teacher.answers import write
from tests.benchmarks.teacher.noise import beginning
from tests.benchmarks.teacher.transfer_sentences import Judged, draw_judged

_LONGEST = 40  # Words of an IMDB sentence.
_BEGINNINGS = 0.3  # Share of the IMDB sentences that are cut.
_TRIES = 50
LABELS = ("negative", "positive")
_POSITIVE = "positive"
FRACTION = 0.1  # Of the rows to choose on, and to test on, as `train.py` draws them.


def main() -> None:
    """Writes the texts, an object a line."""
    options = _options()
    try:
        known = cornell_words()
        if options.judged:
            judged = judged_texts(options.plain, options.seed, known)
            write(options.judged, ((text, np.array([1 - p, p])) for text, p in judged), LABELS)
        if options.output:
            with replacing(options.output) as file:
                for text in imdb_texts(options.imdb, options.seed, known):
                    file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
    except UserError as error:
        sys.exit(str(error))


def cornell_words() -> set[tuple[str, ...]]:
    """The words of each packaged Cornell row."""
    return words_of(PackagedCornell())


def words_of(corpus: Corpus) -> set[tuple[str, ...]]:
    """The words of each row of a corpus. Raises UserError where it cannot be read."""
    tokenizer = Tokenizer()
    return {tuple(tokenizer(text)) for text, _ in corpus.examples()}


def training_rows(seed: int) -> list[tuple[str, int]]:
    """The texts and classes of the packaged Cornell rows that `train.py --seed=S` trains on; 1 is positive."""
    corpus = PackagedCornell()
    with tempfile.TemporaryDirectory(prefix="teacher-") as folder:
        encoded = encode_corpus(corpus, Tokenizer(), 1000, Path(folder) / "encoded")
        classes, positive = encoded.strata, list(encoded.labels).index(_POSITIVE)
        train = split(encoded.keys, classes, FRACTION, FRACTION, seed).train
        texts = [text for text, _ in corpus.examples()]
        return [(texts[row], int(classes[row] == positive)) for row in train]


def judged_texts(count: int, seed: int, left_out: set[tuple[str, ...]]) -> Iterator[Judged]:
    """Texts of frames with their answers; no two have the same words.

    Args:
      count: of the texts; fewer where the frames give no more.
      seed: fixes all of them.
      left_out: words of texts that must not be among them.
    """
    draw, is_new = random.Random(seed), _Unseen(left_out)
    found = (judged for judged in (draw_judged(draw) for _ in range(_TRIES * count)) if is_new(judged.text))
    return islice(found, count)


def imdb_texts(count: int, seed: int, left_out: set[tuple[str, ...]]) -> Iterator[str]:
    """Sentences of IMDB reviews in random order, some of them cut; arguments as for `judged_texts`."""
    draw, is_new = random.Random(seed), _Unseen(left_out)
    sentences = [text for text, _ in unlabelled_texts("imdb50k").examples() if 2 < len(text.split()) <= _LONGEST]
    draw.shuffle(sentences)
    cut = (beginning(text, draw) if draw.random() < _BEGINNINGS else text for text in sentences)
    return islice((text for text in cut if is_new(text)), count)


class _Unseen:
    """Tells texts whose words have not come before."""

    def __init__(self, left_out: set[tuple[str, ...]]) -> None:
        self._seen, self._tokenizer = set(left_out), Tokenizer(skip_addresses=True)

    def __call__(self, text: str) -> bool:
        words = tuple(self._tokenizer(text))
        new = bool(words) and words not in self._seen
        self._seen.add(words)
        return new


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None, allow_abbrev=False)
    parser.add_argument("--plain", type=int, default=80_000, help="texts made of frames (%(default)s)")
    parser.add_argument("--judged", type=Path, metavar="PATH", help="JSON lines (.gz) for those, with their answers")
    parser.add_argument("--imdb", type=int, default=20_000, help="IMDB sentences and beginnings of them (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="fixes the texts (%(default)s)")
    parser.add_argument("--output", type=Path, metavar="PATH", help="JSON lines for those")
    return parser.parse_args()


if __name__ == "__main__":
    main()
