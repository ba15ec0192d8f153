"""The folds of `train.py --folds=K --seed=S` as words, for the peers."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_textclf.preprocessing.corpora.cornell import find_cornell
from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.splits import Split, folds
from rnn_textclf.preprocessing.tokens import Tokenizer

_MAX_LENGTH = 1000


class Rows(NamedTuple):
    """texts: words separated by spaces; classes: int `[n]`."""

    texts: list[str]
    classes: np.ndarray


class Parts(NamedTuple):
    """One fold: what is learned from, chosen on and tested on."""

    train: Rows
    valid: Rows
    test: Rows


class LabelledText(NamedTuple):
    """Labelled rows. keys, strata: see `splits.folds`; texts: words separated by spaces."""

    keys: np.ndarray
    strata: np.ndarray
    texts: Sequence[str]

    def splits(self, num_folds: int, seed: int) -> list[Split]:
        """Those that `train.py` draws."""
        return folds(self.keys, self.strata, num_folds, seed)

    def folds(self, num_folds: int, seed: int) -> Iterator[Parts]:
        """The same as words and classes."""
        for split in self.splits(num_folds, seed):
            yield Parts(*(Rows([self.texts[row] for row in part], self.strata[part]) for part in split))


def cornell(data_dir: str) -> LabelledText:
    """The sentences in a folder, or else those of the package, in the words of `rnn_textclf`."""
    return labelled_text(find_cornell(data_dir))


def labelled_text(corpus: Corpus) -> LabelledText:
    """The rows of a corpus with one label each, in the words of `rnn_textclf`."""
    tokenizer = Tokenizer()
    texts = [" ".join(tokenizer(example.text, _MAX_LENGTH)) for example in corpus.examples()]
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        encoded: EncodedCorpus = encode_corpus(corpus, tokenizer, _MAX_LENGTH, Path(folder) / "encoded")
        return LabelledText(encoded.keys.copy(), encoded.strata, texts)
