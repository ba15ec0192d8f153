"""Options of `infer.py`: the text, the results, an evaluation and exports."""

from dataclasses import dataclass
from pathlib import Path

from rnn_textclf.config import FileOptions
from rnn_textclf.config.shards import Shard
from rnn_textclf.options import Config, ConfigError, PathKind, option

PLOT_ENDINGS = (".png", ".svg")


@dataclass(frozen=True)
class TextOptions(Config):
    """Text to score."""

    text: str = option("it was the worst movie i have ever seen", "The sentence to score.", may_be_empty=True)
    input: str | None = option(
        None,
        "Score each line of this file (- for standard input) instead; with --text_field, a column of the table in it.",
        path=PathKind.TEXT,
        words=("-",),
    )
    shard: str | None = option(
        None,
        "With --input: score only part i of n, i/n with i from 1 to n; the outputs of 1/n, 2/n, … n/n one after the "
        "other are that of the whole. With --encoding too, lines and JSON lines outside of the part are not read.",
    )

    def __post_init__(self) -> None:
        """Also refuses what is no part."""
        super().__post_init__()
        try:
            Shard.parse(self.shard)
        except ValueError as error:
            raise ConfigError(f"shard={self.shard}: {error}") from None


@dataclass(frozen=True)
class FormatOptions(Config):
    """Format of everything that is printed."""

    format: str = option(
        "table",
        "Format of the results: for people, as tab-separated values, or as one JSON object a line.",
        choices=("table", "tsv", "jsonl"),
    )


@dataclass(frozen=True)
class ResultOptions(Config):
    """Results shown of each text."""

    top_k: int | None = option(
        None,
        "Show this many of the most probable classes (1 to their number), not all in the run's order.",
        low=1,
    )
    target_class: str | None = option(
        None,
        "Class whose running score is shown; else the last of two, and of more the most probable one.",
    )
    attention: bool = option(
        False, "Also show how much attention each word has after the last one (a run with --pooling=attention)."
    )
    plot: str | None = option(
        None,
        "Draw the running score of --text into this file (.png or .svg).",
        path=PathKind.NEW_FILE,
        endings=PLOT_ENDINGS,
    )
    html: str | None = option(
        None,
        "Write the words with their running scores as a page of its own (.html).",
        path=PathKind.NEW_FILE,
        endings=(".html", ".htm"),
    )
    output: str | None = option(
        None,
        "Write the table in --input with label and probabilities added to this file (.csv, .tsv or .jsonl).",
        path=PathKind.NEW_FILE,
        endings=(".csv", ".tsv", ".jsonl"),
    )


@dataclass(frozen=True)
class ScoringOptions(FileOptions):
    """Labelled file to score, and its format."""

    evaluate: str | None = option(
        None,
        "Score a labelled file (TSV, CSV, JSON lines, fastText; .gz) or folder and report the result.",
        path=PathKind.DATA,
    )
    errors: int = option(0, "With --evaluate: show this many of the most confident mistakes (>= 0).", low=0)
    unseen_rows: bool = option(False, "With --evaluate: leave out the rows that were trained on.")
    allow_training_rows: bool = option(False, "Score a file though some of its rows were trained on.")


@dataclass(frozen=True)
class VectorOptions(Config):
    """Words to show."""

    nearest: str | None = option(None, "Show the words whose vectors are nearest to those of a word, or a,b,…")


@dataclass(frozen=True)
class ExportOptions(Config):
    """Folders to write."""

    export: Path | None = option(None, "Write a SavedModel for raw text to this new folder.", path=PathKind.NEW_FOLDER)
    export_vectors: Path | None = option(
        None, "Write the word vectors to this new folder, for TensorBoard.", path=PathKind.NEW_FOLDER
    )
    compact: Path | None = option(
        None, "Write a small copy of the run, in 8 bits a weight, to this new folder.", path=PathKind.NEW_FOLDER
    )
    compact_words: int = option(30_000, "With --compact: most words that stay, the most frequent ones (>= 3).", low=3)
