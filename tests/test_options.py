"""Options: their checks, JSON and kinds of path."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rnn_textclf.options import Config, ConfigError, PathKind, all_options, field_type, option, options_of


@dataclass(frozen=True)
class Shared(Config):
    size: int = option(3, "A size (1 to 9).", low=1, high=9)


@dataclass(frozen=True)
class Inner(Shared):
    name: str | None = option(None, "A name.", choices=("a", "b"))
    share: float = option(0.5, "A share (0 < x < 1).", above=0, below=1)


@dataclass(frozen=True)
class Outer(Config):
    picture: str | None = option(None, "A picture.", path=PathKind.NEW_FILE, endings=(".png", ".svg"))
    inner: Inner = field(default_factory=Inner)
    note: str = ""


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"size": 0}, "size must be >= 1, got 0"),
        ({"size": 10}, "size must be <= 9, got 10"),
        ({"size": 2**31}, "size must be <= 9 and <= 2147483647"),
        ({"size": 1.0}, "size must be of type int, got 1.0"),
        ({"name": "c"}, "name must be one of a, b, got 'c'"),
        ({"share": 1}, "share must be < 1, got 1"),
        ({"share": float("nan")}, "share must be > 0 and < 1, got nan"),
    ],
)
def test_wrong_values_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Inner(**values)  # type: ignore[arg-type]


def test_a_whole_number_is_a_share_where_one_is_wanted() -> None:
    @dataclass(frozen=True)
    class Rate(Config):
        rate: float = option(1.0, "A rate (>= 0).", low=0)

    assert Rate(rate=2).rate == 2


def test_own_options_come_before_shared_ones_and_other_fields_are_none() -> None:
    assert [each.name for each in options_of(Inner)] == ["name", "share", "size"]
    assert [each.name for each in options_of(Outer())] == ["picture"]


def test_all_options_include_those_of_configurations_within() -> None:
    found = {each.name: value for each, value in all_options(Outer(inner=Inner(size=7)))}
    assert found == {"picture": None, "size": 7, "name": None, "share": 0.5}


def test_the_type_of_an_optional_field() -> None:
    assert [field_type(each) for each in options_of(Inner)] == [str, float, int]


def test_a_file_to_write_has_an_ending_and_a_folder(tmp_path: Path) -> None:
    assert Outer(picture=str(tmp_path / "a.SVG")).picture
    (tmp_path / "b.png").mkdir()
    for name, message in {
        "a.gif": r"a\.gif: must end in \.png or \.svg",
        "no/a.png": "the folder .*no does not exist; make it first",
        "b.png": "is a folder; name a file",
    }.items():
        with pytest.raises(ConfigError, match=message):
            Outer(picture=str(tmp_path / name))


def test_only_an_option_without_a_value_may_be_empty_on_the_command_line() -> None:
    assert option("", "No default.").metadata["may_be_empty"]
    assert not option("x", "A default.").metadata["may_be_empty"]
    assert option("x", "A default.", may_be_empty=True).metadata["may_be_empty"]
