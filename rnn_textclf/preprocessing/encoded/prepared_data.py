"""Prepared data: the corpora of a run as ids, its training, validation and test examples, and its vocabulary."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_textclf.config import DataConfig
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.preprocessing.corpora.selection import labelled_file, main_corpus
from rnn_textclf.preprocessing.encoded.dataset import Dataset, build_vocabulary
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.splits import Split, split
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vocabulary import Vocabulary

logger = logging.getLogger(__name__)

# Each class costs memory for every word of a batch; more of them than this is a wrong column.
MAX_CLASSES = 10_000
_BLOCK = 4096


class Subset(NamedTuple):
    """Some examples of a dataset, by their indices, int32 `[n]`."""

    dataset: Dataset
    indices: np.ndarray

    def class_counts(self) -> np.ndarray:
        """The number of examples of each class, int `[C]`."""
        counts = np.zeros(self.dataset.num_classes, int)
        for begin in range(0, len(self.indices), _BLOCK):
            counts += self.dataset.targets(self.indices[begin : begin + _BLOCK]).sum(0).astype(int)
        return counts


class PreparedData(NamedTuple):
    """The examples to train, validate and test on, and the words and classes that their ids stand for."""

    train: Subset
    valid: Subset
    test: Subset
    vocabulary: Vocabulary
    labels: tuple[str, ...]


class EncodedCorpora(NamedTuple):
    """The corpora of a run as ids: `main`, which is split, and those of `--valid_file` and `--test_file`."""

    main: EncodedCorpus
    valid: EncodedCorpus | None
    test: EncodedCorpus | None
    description: str

    @property
    def present(self) -> list[EncodedCorpus]:
        """The corpora that are not None."""
        return [encoded for encoded in (self.main, self.valid, self.test) if encoded is not None]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of each corpus, in hexadecimal, separated by spaces."""
        return " ".join(encoded.fingerprint for encoded in self.present)

    @property
    def num_examples(self) -> int:
        """The examples of all corpora."""
        return sum(len(encoded) for encoded in self.present)

    @property
    def multi_label(self) -> bool:
        """Whether some example has other than one label."""
        return any((encoded.label_ids.lengths != 1).any() for encoded in self.present)

    def held_out_keys(self, split: Split) -> np.ndarray:
        """The keys, uint64, of all examples that validate or test."""
        drawn = np.concatenate([split.valid, split.test]).astype(np.int64)
        own = [encoded.keys for encoded in (self.valid, self.test) if encoded is not None]
        return np.concatenate([self.main.keys[drawn], *own])


def encode_corpora(config: DataConfig, folder: Path, *, several_labels: bool, download: bool) -> EncodedCorpora:
    """Finds the corpora, logs where, and encodes them.

    Args:
      config: the options that name the corpora.
      folder: the place of the encoded files, which are used where they are there already.
      several_labels: whether a text may have several labels, `a|b`.
      download: whether the Cornell corpus may be fetched.

    Raises:
      UserError: a corpus cannot be read, or its labels cannot be classes.
    """

    def encode(corpus: Corpus, name: str) -> EncodedCorpus:
        encoded = encode_corpus(corpus, tokenizer, config.max_length, folder / name)
        _check_labels(encoded, corpus.paths[0], several_labels)
        return encoded

    def encode_held_out(path: str | None, name: str) -> EncodedCorpus | None:
        return encode(labelled_file(path, config, several_labels, main.labels), name) if path else None

    tokenizer = Tokenizer.from_config(config)
    folder.mkdir(parents=True, exist_ok=True)
    corpus = main_corpus(config, several_labels, download)
    logger.info(f"Corpus: {corpus.source}")
    main = encode(corpus, "main")
    _check_classes(main, corpus.paths[0])
    valid, test = encode_held_out(config.valid_file, "valid"), encode_held_out(config.test_file, "test")
    return EncodedCorpora(main, valid, test, corpus.source)


def draw_split(corpora: EncodedCorpora, config: DataConfig, seed: int) -> Split:
    """Draws a new split; validation or test examples that have a file of their own are not drawn."""
    valid_fraction = 0.0 if corpora.valid else config.valid_fraction
    test_fraction = 0.0 if corpora.test else config.test_fraction
    return split(corpora.main.keys, corpora.main.strata, valid_fraction, test_fraction, seed)


def training_vocabulary(
    corpora: EncodedCorpora,
    split: Split,
    config: DataConfig,
    more_words: Sequence[str] = (),
    aliases: Mapping[str, str] | None = None,
) -> Vocabulary:
    """The vocabulary of the training examples, and of further words, such as those of pretrained vectors."""
    return build_vocabulary(
        corpora.main,
        split.train,
        config.vocab_size,
        config.min_count,
        config.stems,
        more_words,
        aliases,
        config.correct_typos,
    )


def prepare(corpora: EncodedCorpora, split: Split, vocabulary: Vocabulary) -> PreparedData:
    """The examples of a split, read through a vocabulary; logs how many held-out ones are training examples too."""
    main = Dataset(corpora.main, vocabulary)

    def held_out(own: EncodedCorpus | None, drawn: np.ndarray, name: str) -> Subset:
        if own is None:
            return Subset(main, drawn)
        if shared := np.isin(own.keys, corpora.main.keys[split.train]).sum():
            logger.warning(f"Warning: {shared:,} of the {len(own):,} rows of {name} are training rows too")
        return Subset(Dataset(own, vocabulary), np.arange(len(own), dtype=np.int32))

    valid = held_out(corpora.valid, split.valid, "--valid_file")
    test = held_out(corpora.test, split.test, "--test_file")
    return PreparedData(Subset(main, split.train), valid, test, vocabulary, corpora.main.labels)


def _check_classes(encoded: EncodedCorpus, path: Path) -> None:
    count = len(encoded.labels)
    if count < 2:
        raise UserError(f"{path}: all rows have the label {encoded.labels[0]!r}; a classifier needs two or more")
    if count > MAX_CLASSES:
        raise UserError(
            f"{path}: {count:,} different labels, more than {MAX_CLASSES:,}; name the right column with --label_field"
        )


def _check_labels(encoded: EncodedCorpus, path: Path, several_labels: bool) -> None:
    if not several_labels and (encoded.label_ids.lengths != 1).any():
        raise UserError(f"{path}: some rows have other than one label; they need --loss=sigmoid")
