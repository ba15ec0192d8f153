"""Options: dataclass fields with a default, a range and a help of their own, checked, and strict JSON both ways.

A flag of either script is one `option(...)`. No TensorFlow here: a wrong value is refused before it loads.
"""

import dataclasses
import math
import types
import typing
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Self

LARGEST_INT = 2**31 - 1  # what TensorFlow's shapes and seeds hold


class ConfigError(ValueError):
    """Value out of range, or key that is missing, unknown or of the wrong type."""


class PathKind(Enum):
    """Kinds of path that an option can hold; the value says what it must name."""

    DATA = "a file or folder"  # read; must exist
    FILE = "a file"  # read; must exist
    TEXT = "a file, or - for standard input"  # read; must exist
    RUN = "a run folder"  # read; must exist
    RUNS = "run folders, separated by commas"  # read; must exist
    FOLD_FILE = "a file, or with {fold} in its name a file for each fold"  # read; must exist
    FOLDER = "a folder"  # may exist
    NEW_FOLDER = "a new folder"  # written; must not exist, or be empty
    NEW_FILE = "a file to write"  # written, and its folder must exist


def option(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    below: float | None = None,
    choices: tuple[str, ...] = (),
    path: PathKind | None = None,
    endings: tuple[str, ...] = (),
    words: tuple[str, ...] = (),
    may_be_empty: bool = False,
    adjustable: bool = False,
    absent: Any = dataclasses.MISSING,
) -> Any:
    """Dataclass field with its help and range.

    Args:
      default: the value where none is given.
      help: one sentence with the unit or range, shown by `--help`.
      low: the smallest value allowed.
      high: the largest value allowed.
      above: what the value must be larger than.
      below: what the value must be smaller than.
      choices: the strings allowed.
      path: the kind of path that the value is.
      endings: those that the path may have, with their dot.
      words: values that are no path.
      may_be_empty: whether the command line may give an empty string.
      adjustable: whether a run that is resumed may change it.
      absent: the value where a stored configuration lacks the option, for options that came later; by default it
        must not.
    """
    metadata = {
        "help": help,
        "bounds": {"low": low, "high": high, "above": above, "below": below},
        "choices": choices,
        "path": path,
        "endings": endings,
        "words": words,
        "may_be_empty": may_be_empty or default == "",
        "adjustable": adjustable,
        "absent": absent,
    }
    return dataclasses.field(default=default, metadata=metadata)


def options_of(config: "type[Config] | Config") -> list[dataclasses.Field[Any]]:
    """The fields that are options, those that a class shares with others last."""
    kind = config if isinstance(config, type) else type(config)
    fields = [field for field in dataclasses.fields(kind) if "help" in field.metadata]  # type: ignore[arg-type]
    return sorted(fields, key=lambda field: field.name not in kind.__annotations__)


def all_options(config: "Config") -> Iterator[tuple[dataclasses.Field[Any], Any]]:
    """Every option with its value, those of the fields that are configurations themselves included."""
    for field in dataclasses.fields(config):  # type: ignore[arg-type]
        value = getattr(config, field.name)
        if "help" in field.metadata:
            yield field, value
        elif isinstance(value, Config):
            yield from all_options(value)


class Config:
    """Checks and JSON that the configurations share; subclasses are frozen dataclasses of `option`s.

    A field that is no option, such as a configuration within another, is not checked.
    """

    def __post_init__(self) -> None:
        """Raises ConfigError where a value is not allowed."""
        for field in options_of(self):
            _check(field, getattr(self, field.name))

    def to_json(self) -> dict[str, Any]:
        """Dictionary of JSON values, one key a field."""
        return dataclasses.asdict(self)  # type: ignore[call-overload]

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """Inverse of `to_json`. Raises ConfigError on missing or unknown keys and wrong values."""
        fields = dataclasses.fields(cls)  # type: ignore[arg-type]
        if isinstance(values, dict):
            absent = {field.name: field.metadata.get("absent", dataclasses.MISSING) for field in fields}
            values = {name: value for name, value in absent.items() if value is not dataclasses.MISSING} | values
        check_keys(values, {field.name for field in fields})
        return cls(**values)


def field_type(field: dataclasses.Field[Any]) -> type:
    """Type of a field's value; of `X | None` it is X."""
    if isinstance(field.type, types.UnionType):
        return next(part for part in typing.get_args(field.type) if part is not types.NoneType)
    return typing.cast(type, field.type)


def check_keys(values: Any, names: set[str]) -> None:
    """Raises ConfigError where `values` is no dictionary with just these keys."""
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
    if field.metadata["path"] is PathKind.NEW_FILE:
        _check_new_file(field.name, Path(value), field.metadata["endings"])


def _check_new_file(name: str, path: Path, endings: tuple[str, ...]) -> None:
    if path.suffix.lower() not in endings:
        raise ConfigError(f"{name}={path}: must end in {' or '.join(endings)}")
    if not path.parent.is_dir():
        raise ConfigError(f"{name}={path}: the folder {path.parent} does not exist; make it first")
    if path.is_dir():
        raise ConfigError(f"{name}={path}: is a folder; name a file")


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
