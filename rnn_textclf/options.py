"""Options: dataclass fields with a default, a range and a help of their own, checked, and strict JSON both ways.

No TensorFlow here: a wrong value is refused before it loads.
"""

import dataclasses
import math
import types
import typing
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
        check_keys(values, names)
        return cls(**values)


def field_type(field: dataclasses.Field[Any]) -> type:
    """The type of a field's value; of `X | None` it is X."""
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
