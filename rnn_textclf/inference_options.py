"""The options of `infer.py`, checked: what is shown, and which labelled file is scored."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from rnn_textclf.config import FileOptions
from rnn_textclf.options import Config, ConfigError, option

PLOT_ENDINGS = (".png", ".svg")
_EXPORTS = frozenset({"export", "export_vectors", "compact"})
_SERVED_WITH = frozenset({"serve", "host", "port", "ckpt_dir", "threads", "verbosity"})
_SHOW_NO_WORDS = _EXPORTS | {"text", "input", "evaluate", "top_k", "target_class", "plot", "html"}


@dataclass(frozen=True)
class ResultOptions(Config):
    """What is shown of each text."""

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
    plot: str | None = option(None, "Draw the running score of --text into this file (.png or .svg).")
    html: str | None = option(None, "Write the words with their running scores as a page of its own (.html).")

    def __post_init__(self) -> None:
        """Also refuses files that cannot be written."""
        super().__post_init__()
        _check_place("plot", self.plot, PLOT_ENDINGS)
        _check_place("html", self.html, (".html", ".htm"))


@dataclass(frozen=True)
class ScoringOptions(FileOptions):
    """Which labelled rows are scored, and how their file is read."""

    evaluate: str | None = option(
        None,
        "Score a labelled file (TSV, CSV, JSON lines, fastText; .gz) or folder and report the result.",
    )
    errors: int = option(0, "With --evaluate: show this many of the most confident mistakes (>= 0).", low=0)
    allow_training_rows: bool = option(False, "Score a file though some of its rows were trained on.")

    def __post_init__(self) -> None:
        """Also refuses options that mean nothing without a file to score."""
        super().__post_init__()
        for field in dataclasses.fields(self):
            if field.name != "evaluate" and getattr(self, field.name) != field.default and self.evaluate is None:
                raise ConfigError(f"{field.name} needs --evaluate")


def contradiction(results: ResultOptions, scoring: ScoringOptions, given: frozenset[str], form: str) -> str | None:
    """What is wrong with the options `given` together, results being printed as `form`, or None."""
    if "serve" in given and (others := sorted(given - _SERVED_WITH)):
        return f"--serve and --{others[0]} exclude each other"
    if "nearest" in given and (others := sorted(given & _SHOW_NO_WORDS)):
        return f"--nearest and --{others[0]} exclude each other"
    if scoring.evaluate is not None:
        if meaningless := sorted(given & (_EXPORTS | {"text", "input", "plot", "top_k", "attention"})):
            return f"--evaluate and --{meaningless[0]} exclude each other"
        if not scoring.errors and (results.html or results.target_class):
            return "--evaluate shows texts only with --errors=N: give it, or leave out --html and --target_class"
    if results.plot is not None and "input" in given:
        return "--plot draws one sentence: give --text, or for many sentences --html"
    if given & _EXPORTS and given & {"text", "input"}:
        return "an export scores no text: leave out --text and --input"
    if "compact_words" in given and "compact" not in given:
        return "--compact_words needs --compact"
    if given & _EXPORTS and given & {"top_k", "target_class", "plot", "html", "attention"}:
        return "an export scores no text: leave out --top_k, --target_class, --plot, --html and --attention"
    if results.attention and "input" in given and form != "jsonl" and results.html is None:
        return "--attention shows words, and --input prints none: give --format=jsonl, --html=PAGE, or one --text"
    return None


def _check_place(name: str, place: str | None, endings: tuple[str, ...]) -> None:
    if place is None:
        return
    path = Path(place)
    if path.suffix.lower() not in endings:
        raise ConfigError(f"{name}={place}: must end in {' or '.join(endings)}")
    if not path.parent.is_dir():
        raise ConfigError(f"{name}={place}: the folder {path.parent} does not exist; make it first")
    if path.is_dir():
        raise ConfigError(f"{name}={place}: is a folder; name a file")
