"""Corpus, file format, vocabulary and split."""

from dataclasses import dataclass

from rnn_textclf.options import Config, ConfigError, PathKind, option

TOKENIZER_VERSION = 2  # See `preprocessing/tokens.py`.
IMDB = ("imdb", "imdb50k")  # See `preprocessing/corpora/packaged.py`.


@dataclass(frozen=True)
class FileOptions(Config):
    """Format of a user's own labelled files."""

    file_format: str | None = option(
        None,
        "Format of the files, where the ending does not tell.",
        choices=("tsv", "csv", "jsonl", "fasttext", "folder"),
    )
    text_field: str | None = option(
        None, "Name or number (from 1) of the field with the text; a,b joins several; a.b is nested JSON."
    )
    label_field: str | None = option(
        None, "Name or number (from 1) of the field with the label; a,b,… are fields of 0 and 1, one for each label."
    )
    encoding: str | None = option(None, "Encoding of the files; else UTF-8, or the one detected.")
    skip_bad_rows: bool = option(False, "Leave out rows that cannot be read, rather than stop.")


@dataclass(frozen=True)
class DataConfig(FileOptions):
    """Corpus, vocabulary and split."""

    dataset: str = option(
        "rt-polarity",
        "The corpus, unless --train_file names another: Cornell's, or IMDB sentences with their review's label, of "
        "25,000 or 50,000 reviews.",
        choices=("rt-polarity", *IMDB),
    )
    data_dir: str = option(
        "data", "Folder of the corpus files, when they are there.", path=PathKind.FOLDER, adjustable=True
    )
    # Files may move: a run that is resumed knows its rows by their hash.
    train_file: str | None = option(
        None,
        "Your own labelled text: a file (TSV, CSV, JSON lines, fastText; .gz) or folder.",
        path=PathKind.DATA,
        adjustable=True,
    )
    valid_file: str | None = option(
        None, "Validation rows of their own, in place of --valid_fraction.", path=PathKind.DATA, adjustable=True
    )
    test_file: str | None = option(
        None, "Test rows of their own, in place of --test_fraction.", path=PathKind.DATA, adjustable=True
    )
    vocab_size: int = option(20_000, "Most words known, padding and unknown included (>= 3).", low=3)
    min_count: int = option(1, "Times a word must occur in the training rows to be known (>= 1).", low=1)
    stems: bool = option(True, "Words that begin alike share a vector beside their own; unknown words have that one.")
    symbolize: bool = option(
        False, "Read numbers, years, money, web addresses, @users, emoticons and quoted titles as one symbol a kind."
    )
    mask_entities: bool = option(
        False,
        "Read names of people and places, nationalities, races, religions and orientations as one symbol a kind, and "
        "no addresses: words of lists, and those that the English --unlabelled text writes with a capital.",
        absent=False,
    )
    correct_typos: bool = option(
        False,
        "Read an unknown word as the known one that differs from it by two neighbouring letters exchanged, or by one "
        "letter doubled.",
        absent=False,
    )
    tokenizer_version: int = option(
        TOKENIZER_VERSION,
        "Rules that make words: 1 drops emoji and reads Chinese as one word between spaces; 2 does not (1 or 2).",
        low=1,
        high=TOKENIZER_VERSION,
        absent=1,
    )
    max_length: int = option(1_000, "Words read of one text; the rest is cut off (>= 1).", low=1)
    valid_fraction: float = option(0.1, "Share of the rows kept for validation (0 < x < 1).", above=0, below=1)
    test_fraction: float = option(0.1, "Share of the rows kept for the test (0 < x < 1).", above=0, below=1)
    embeddings: str | None = option(
        None,
        "First word vectors: a file (GloVe, word2vec, fastText .vec, Numberbatch; .gz), glove, or skipgram. They "
        "decide --embedding_size, or fill its first numbers where a larger one is given.",
        path=PathKind.FILE,
        words=("glove", "skipgram"),
    )
    vector_words: int = option(
        20_000, "Most words taken from --embeddings beyond those of the training rows (>= 0).", low=0
    )
    unlabelled: str | None = option(
        None, "Packaged text for --embeddings=skipgram, --pretrain and --distil_sentences.", choices=IMDB
    )
    unlabelled_file: str | None = option(
        None,
        "Your own text for --embeddings=skipgram, --pretrain=lm and --distil_sentences, a text a line (.gz).",
        path=PathKind.FILE,
    )
    folds: int = option(
        0, "Cross-validate: train as often, each time tested on another part of the rows (>= 2; 0: no).", low=0
    )

    def __post_init__(self) -> None:
        """Also refuses fractions that leave nothing to train on, and one fold, which leaves nothing to test on."""
        super().__post_init__()
        if self.folds == 1:
            raise ConfigError("folds must be 0 or >= 2: with one fold nothing is left to train on")
        if self.valid_fraction + self.test_fraction >= 1:
            raise ConfigError("valid_fraction and test_fraction must add up to less than 1")
