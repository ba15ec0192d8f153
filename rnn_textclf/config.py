"""What a run is: three frozen dataclasses, each option with its default, its range and its help in one place.

`flags.py` makes the command line from these fields, the run folder stores them as strict JSON, and
everything below takes them as plain values. No TensorFlow here: a wrong value is refused before it loads.
"""

import dataclasses
import math
import types
import typing
from dataclasses import dataclass
from typing import Any, Self

LARGEST_INT = 2**31 - 1  # what TensorFlow's shapes and seeds hold


class ConfigError(ValueError):
    """A value out of range, or a key that is missing, unknown or of the wrong type."""


def option(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    below: float | None = None,
    choices: tuple[str, ...] = (),
    adjustable: bool = False,
) -> Any:
    """A dataclass field with its help and range.

    Args:
      default: the value when nobody says otherwise.
      help: one sentence with the unit or range, shown by `--help`.
      low: the smallest value allowed.
      high: the largest value allowed.
      above: what the value must be larger than.
      below: what the value must be smaller than.
      choices: the strings allowed.
      adjustable: whether a run that is continued may change it.
    """
    bounds = {"low": low, "high": high, "above": above, "below": below}
    metadata = {"help": help, "bounds": bounds, "choices": choices, "adjustable": adjustable}
    return dataclasses.field(default=default, metadata=metadata)


class Config:
    """Checks and JSON that the configurations share; subclasses are frozen dataclasses of `option`s."""

    def __post_init__(self) -> None:
        """Raises ConfigError where a value is not allowed."""
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            _check(field, getattr(self, field.name))

    def to_json(self) -> dict[str, Any]:
        """A dictionary of JSON values, one key a field."""
        return dataclasses.asdict(self)  # type: ignore[call-overload]

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The inverse of `to_json`. Raises ConfigError on missing or unknown keys and wrong values."""
        names = {field.name for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
        _check_keys(values, names)
        return cls(**values)


@dataclass(frozen=True)
class ModelConfig(Config):
    """The shape of the network: what a checkpoint cannot be read without."""

    rnn_unit: str = option("gru", "The recurrent unit.", choices=("rnn", "gru", "lstm"))
    num_hidden_units: int = option(64, "Hidden units a layer (>= 1).", low=1)
    num_layers: int = option(1, "Recurrent layers (>= 1), each with its own weights.", low=1)
    embedding_size: int = option(64, "Width of a word's vector (>= 1).", low=1)
    direct_scores: bool = option(
        True, "Add learned scores of single words and of pairs of neighbours to the recurrent net's logits."
    )
    loss: str = option(
        "softmax",
        "Output layer and loss: softmax (one class each) or sigmoid (independent classes).",
        choices=("softmax", "sigmoid"),
    )


@dataclass(frozen=True)
class TrainConfig(Config):
    """How the weights are found."""

    learning_rate: float = option(4e-3, "Adam's step size in the first epoch (> 0).", above=0)
    learning_rate_decay_factor: float = option(
        1.0, "What the learning rate is multiplied by after each epoch (0 < x <= 1).", above=0, high=1
    )
    max_gradient_norm: float = option(5.0, "Gradients are clipped to this global norm (> 0).", above=0)
    num_epochs: int = option(
        5, "Passes over the training rows in total, earlier ones included (>= 1).", low=1, adjustable=True
    )
    batch_size: int = option(64, "Sentences a step (>= 1).", low=1)
    dropout: float = option(
        0.7,
        "Share of each layer's inputs and of the features dropped in training (0 <= x < 1).",
        low=0,
        below=1,
    )
    prefix_loss_weight: float = option(
        0.5, "Weight of the loss after each word against the loss at the last word (0 to 1).", low=0, high=1
    )
    patience: int = option(
        0,
        "Stop after this many epochs without a lower validation loss (>= 0; 0 never stops early).",
        low=0,
        adjustable=True,
    )
    keep_checkpoints: int = option(
        2, "How many of the last checkpoints are kept beside the best one (>= 1).", low=1, adjustable=True
    )
    class_weight: str = option(
        "", "Weight of each class in the loss: balanced, or name=weight,… (> 0); 1 for those left out."
    )
    log_count_ratio: float = option(
        0.1,
        "Direct scores start at this share of the class log-count ratios of the training rows (>= 0).",
        low=0,
    )
    calibrate: bool = option(
        True,
        "After training, fit the temperature that makes validation rows' probabilities match their accuracy.",
        adjustable=True,
    )
    ensemble: int = option(
        1, "Models to train that differ in order, first weights and dropout, and answer by their mean (>= 1).", low=1
    )
    distil_from: str | None = option(
        None, "Run folders, separated by commas, whose averaged probabilities are learned beside the labels."
    )
    distil_weight: float = option(
        0.7, "With --distil_from: weight of those probabilities against the labels (0 to 1).", low=0, high=1
    )
    seed: int = option(1, "Fixes the split, the order, the first weights and dropout (0 to 2^31 - 1).", low=0)

    def __post_init__(self) -> None:
        """Also refuses a weight of teachers that are not there."""
        super().__post_init__()
        if self.distil_from is None and self.distil_weight != TrainConfig.distil_weight:
            raise ConfigError("distil_weight needs --distil_from")
        if self.distil_from is not None and not all(self.distil_from.split(",")):
            raise ConfigError(f"distil_from={self.distil_from}: expected run folders, separated by commas")


@dataclass(frozen=True)
class FileOptions(Config):
    """How a user's own labelled files are read."""

    file_format: str | None = option(
        None,
        "Format of the files, where the ending does not tell.",
        choices=("tsv", "csv", "jsonl", "fasttext", "folder"),
    )
    text_field: str | None = option(None, "Name or number (from 1) of the field with the text.")
    label_field: str | None = option(None, "Name or number (from 1) of the field with the label.")
    encoding: str | None = option(None, "Encoding of the files; else UTF-8, or Windows-1252 where that fails.")
    skip_bad_rows: bool = option(False, "Leave out rows that cannot be read, rather than stop.")


@dataclass(frozen=True)
class DataConfig(FileOptions):
    """Which text is learned from, and how it becomes ids."""

    dataset: str = option("rt-polarity", "The corpus, unless --train_file names another.", choices=("rt-polarity",))
    data_dir: str = option("data", "Folder of the corpus files, when they are there.", adjustable=True)
    train_file: str | None = option(
        None, "Your own labelled text: a file (TSV, CSV, JSON lines, fastText; .gz) or folder."
    )
    valid_file: str | None = option(None, "Validation rows of their own, in place of --valid_fraction.")
    test_file: str | None = option(None, "Test rows of their own, in place of --test_fraction.")
    vocab_size: int = option(20_000, "Most words known, padding and unknown included (>= 3).", low=3)
    min_count: int = option(1, "Times a word must occur in the training rows to be known (>= 1).", low=1)
    stems: bool = option(True, "Words that begin alike share a vector beside their own; unknown words have that one.")
    max_length: int = option(1_000, "Words read of one text; the rest is cut off (>= 1).", low=1)
    valid_fraction: float = option(0.1, "Share of the rows kept for validation (0 < x < 1).", above=0, below=1)
    test_fraction: float = option(0.1, "Share of the rows kept for the test (0 < x < 1).", above=0, below=1)
    folds: int = option(
        0, "Cross-validate: train as often, each time tested on another part of the rows (>= 2; 0: no).", low=0
    )

    def __post_init__(self) -> None:
        """Also refuses fractions that leave nothing to train on, and folds that leave nothing to test on."""
        super().__post_init__()
        if self.folds == 1:
            raise ConfigError("folds must be 0 or >= 2: with one fold nothing is left to train on")
        for name in ("valid_file", "test_file"):
            if self.folds and getattr(self, name) is not None:
                raise ConfigError(f"{name} and --folds exclude each other: folds are parts of the training file")
        if self.valid_fraction + self.test_fraction >= 1:
            raise ConfigError("valid_fraction and test_fraction must add up to less than 1")
        for name in ("valid_file", "test_file", "file_format", "text_field", "label_field", "encoding"):
            if getattr(self, name) is not None and self.train_file is None:
                raise ConfigError(f"{name} needs --train_file")


@dataclass(frozen=True)
class CorpusFacts(Config):
    """Where a run's sentences came from and what they were like, as found when it began."""

    source: str = option("", "Where the rows were found.")
    num_rows: int = option(0, "Labelled rows (>= 0).", low=0)
    sha256: str = option("", "SHA-256 of the corpus files' bytes, in hexadecimal.")
    multi_label: bool = option(False, "Whether some row has other than one label.")
    class_weights: dict | None = option(  # noqa: RUF009 - nothing changes it
        None, "Class name -> weight in the loss, where classes are weighted."
    )


@dataclass(frozen=True)
class RunConfig:
    """All that a run folder's `config.json` holds beside its format version."""

    model: ModelConfig
    train: TrainConfig
    data: DataConfig
    corpus: CorpusFacts

    def to_json(self) -> dict[str, Any]:
        """A dictionary of JSON values, one section a configuration."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The inverse of `to_json`. Raises ConfigError, naming the section and the key."""
        sections: dict[str, Any] = {field.name: field_type(field) for field in dataclasses.fields(cls)}
        _check_keys(values, set(sections))
        parts = {}
        for name, section in sections.items():
            try:
                parts[name] = section.from_json(values[name])
            except ConfigError as error:
                raise ConfigError(f"{name}: {error}") from None
        return cls(**parts)


def field_type(field: dataclasses.Field[Any]) -> type:
    """The type of a field's value; of `X | None` it is X."""
    if isinstance(field.type, types.UnionType):
        return next(part for part in typing.get_args(field.type) if part is not types.NoneType)
    return typing.cast(type, field.type)


def _check_keys(values: Any, names: set[str]) -> None:
    if not isinstance(values, dict):
        raise ConfigError(f"expected an object with the keys {', '.join(sorted(names))}")
    if unknown := sorted(set(values) - names):
        raise ConfigError(f"unknown key {unknown[0]!r}")
    if missing := sorted(names - set(values)):
        raise ConfigError(f"missing key {missing[0]!r}")


def _check(field: dataclasses.Field[Any], value: Any) -> None:
    if value is None and isinstance(field.type, types.UnionType):
        return
    wanted = field_type(field)
    accepted: Any = (int, float) if wanted is float else wanted
    if not isinstance(value, accepted) or (isinstance(value, bool) and wanted is not bool):
        raise ConfigError(f"{field.name} must be of type {wanted.__name__}, got {value!r}")
    if field.metadata["choices"] and value not in field.metadata["choices"]:
        raise ConfigError(f"{field.name} must be one of {', '.join(field.metadata['choices'])}, got {value!r}")
    if wanted in (int, float):
        _check_bounds(field, value)


def _check_bounds(field: dataclasses.Field[Any], value: float) -> None:
    rules = {
        "low": (">=", lambda bound: value >= bound),
        "above": (">", lambda bound: value > bound),
        "high": ("<=", lambda bound: value <= bound),
        "below": ("<", lambda bound: value < bound),
    }
    broken = [
        f"{sign} {field.metadata['bounds'][name]}"
        for name, (sign, holds) in rules.items()
        if field.metadata["bounds"][name] is not None and not holds(field.metadata["bounds"][name])
    ]
    if isinstance(value, int) and value > LARGEST_INT:
        broken.append(f"<= {LARGEST_INT}")
    if broken or not math.isfinite(value):
        raise ConfigError(f"{field.name} must be {' and '.join(broken) or 'finite'}, got {value}")
