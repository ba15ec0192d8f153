"""From a configuration to rows ready for training: corpora, split, vocabulary."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnn_textclf.config import DataConfig, FileOptions
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.cornell import find_cornell
from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.preprocessing.corpora.files import open_corpus
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.encoded.dataset import Dataset, build_vocabulary
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.splits import Split, load_split, split
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.preprocessing.vectors.word_vectors import WordVectors
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.run_folder import RunFolder

logger = logging.getLogger(__name__)

# Each class costs memory for every word of a batch; more of them than this is a wrong column.
MAX_CLASSES = 10_000
_BLOCK = 4096


class Subset(NamedTuple):
    """Some rows `[n]` of a dataset."""

    dataset: Dataset
    rows: np.ndarray

    def class_counts(self) -> np.ndarray:
        """How many of the rows have each class, int `[C]`."""
        counts = np.zeros(self.dataset.num_classes, int)
        for begin in range(0, len(self.rows), _BLOCK):
            counts += self.dataset.targets(self.rows[begin : begin + _BLOCK]).sum(0).astype(int)
        return counts


class PreparedData(NamedTuple):
    """Who trains, who validates and who tests, and the words and classes they are made of.

    vectors: what words begin with, of a run that begins with vectors.
    """

    train: Subset
    valid: Subset
    test: Subset
    vocabulary: Vocabulary
    labels: tuple[str, ...]
    vectors: WordVectors | None = None


FindVectors = Callable[[Split, Vocabulary], WordVectors]


class EncodedCorpora(NamedTuple):
    """The corpora of a run as ids: `main`, which is split, and those that have files of their own."""

    main: EncodedCorpus
    valid: EncodedCorpus | None
    test: EncodedCorpus | None
    description: str

    @property
    def present(self) -> list[EncodedCorpus]:
        """Those that are there."""
        return [encoded for encoded in (self.main, self.valid, self.test) if encoded is not None]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of each, in hexadecimal, separated by spaces."""
        return " ".join(encoded.fingerprint for encoded in self.present)

    @property
    def num_rows(self) -> int:
        """Rows of all."""
        return sum(len(encoded) for encoded in self.present)

    @property
    def multi_label(self) -> bool:
        """Whether some row has other than one label."""
        return any((encoded.label_ids.lengths != 1).any() for encoded in self.present)


def encode_corpora(config: DataConfig, run: RunFolder, *, several_labels: bool, download: bool) -> EncodedCorpora:
    """Finds the corpora, says where on stderr, and encodes them beside the run.

    Args:
      config: which corpora.
      run: where the encoded files go, or are already.
      several_labels: whether a text may have several labels, `a|b`.
      download: whether the Cornell corpus may be fetched.

    Raises:
      UserError: a corpus cannot be read, or its labels cannot be classes.
    """

    def encode(corpus: Corpus, name: str) -> EncodedCorpus:
        return encode_corpus(corpus, tokenizer, config.max_length, run.encoded / name)

    tokenizer = Tokenizer.from_config(config)
    run.path.mkdir(parents=True, exist_ok=True)
    corpus = main_corpus(config, several_labels, download)
    logger.info(f"Corpus: {corpus.source}")
    main = encode(corpus, "main")
    _check_classes(main, corpus.paths[0])
    _check_labels(main, corpus.paths[0], several_labels)
    held_out = []
    for name, path in (("valid", config.valid_file), ("test", config.test_file)):
        own = encode(own_corpus(path, config, several_labels, main.labels), name) if path else None
        if path and own:
            _check_labels(own, Path(path), several_labels)
        held_out.append(own)
    valid, test = held_out
    return EncodedCorpora(main, valid, test, corpus.source)


def draw_split(sources: EncodedCorpora, config: DataConfig, seed: int) -> Split:
    """Draws a new split; rows that have files of their own are not drawn."""
    valid_fraction = 0.0 if sources.valid else config.valid_fraction
    test_fraction = 0.0 if sources.test else config.test_fraction
    return split(sources.main.keys, sources.main.strata, valid_fraction, test_fraction, seed)


def prepare(
    sources: EncodedCorpora,
    config: DataConfig,
    rows: Split,
    find_vectors: FindVectors | None = None,
    first_words: Vocabulary | None = None,
) -> PreparedData:
    """The rows of a new split, with the vocabulary of its training rows.

    `find_vectors` gives vectors for those words; other words that it has vectors for become known too.
    `first_words`, those of a pretrained run, come before all and keep their ids.
    """

    def vocabulary(more_words: Sequence[str] = ()) -> Vocabulary:
        return build_vocabulary(sources.main, rows.train, config.vocab_size, config.min_count, config.stems, more_words)

    vectors = find_vectors(rows, vocabulary()) if find_vectors else None
    words = vocabulary(vectors.words if vectors else ())
    if first_words is not None:
        words = first_words.followed_by(words)
    return _prepared(sources, rows, words)._replace(vectors=vectors)


def restore(sources: EncodedCorpora, run: RunFolder, find_vectors: FindVectors | None = None) -> PreparedData:
    """The split, the vocabulary and the classes of a run that is continued; vectors where it has not trained yet."""
    rows = load_split(run.checked(run.split_path), len(sources.main), sources.main.fingerprint)
    if run.read_labels() != sources.main.labels:
        raise UserError(f"{run.labels_path}: its classes are not those of the corpus; restore the file")
    vocabulary = run.read_vocabulary()
    vectors = find_vectors(rows, vocabulary) if find_vectors else None
    return _prepared(sources, rows, vocabulary)._replace(vectors=vectors)


def _prepared(sources: EncodedCorpora, rows: Split, vocabulary: Vocabulary) -> PreparedData:
    main = Dataset(sources.main, vocabulary)

    def held_out(own: EncodedCorpus | None, drawn: np.ndarray) -> Subset:
        if own is None:
            return Subset(main, drawn)
        return Subset(Dataset(own, vocabulary), np.arange(len(own), dtype=np.int32))

    for own, name in ((sources.valid, "--valid_file"), (sources.test, "--test_file")):
        if own is not None and (shared := np.isin(own.keys, sources.main.keys[rows.train]).sum()):
            logger.warning(f"Warning: {shared:,} of the {len(own):,} rows of {name} are training rows too")
    valid, test = held_out(sources.valid, rows.valid), held_out(sources.test, rows.test)
    return PreparedData(Subset(main, rows.train), valid, test, vocabulary, sources.main.labels)


def main_corpus(config: DataConfig, several_labels: bool = False, download: bool = False) -> Corpus:
    """The corpus that `--train_file` or `--dataset` names; see `encode_corpora`."""
    if config.train_file is not None:
        return own_corpus(config.train_file, config, several_labels, None)
    if config.dataset == "rt-polarity":
        return find_cornell(config.data_dir, download)
    return unlabelled_texts(config.dataset)  # whose sentences carry their review's label


def own_corpus(path: str, options: FileOptions, several_labels: bool, labels: tuple[str, ...] | None) -> Corpus:
    """A user's own labelled file; see `open_corpus` for `labels` and for what it raises."""
    return open_corpus(
        path,
        file_format=options.file_format,
        text_field=options.text_field,
        label_field=options.label_field,
        encoding=options.encoding,
        label_separator="|" if several_labels else None,
        skip_bad_rows=options.skip_bad_rows,
        labels=labels,
    )


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
