"""Command line of a script: flags in groups, made from options; parsed, checked, and turned into a job."""

import dataclasses
import os
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from absl import flags
from absl import logging as _defines_verbosity  # noqa: F401 - before the options here do

from rnn_textclf import console
from rnn_textclf.command_line.flag_files import Argument, expanded
from rnn_textclf.command_line.flag_names import nearest_flag
from rnn_textclf.command_line.flag_rules import FlagState
from rnn_textclf.errors import FlagError
from rnn_textclf.options import Config, ConfigError, PathKind, field_type, options_of

_Job = TypeVar("_Job", bound=Config)
_Option = dataclasses.Field[Any]
_TYPES = {bool: "", int: "INT", float: "FLOAT", str: "STRING", Path: "PATH"}
_PLACEHOLDERS = dict.fromkeys(PathKind, "PATH")


class CommandLine:
    """Flags of one script.

    Args:
      summary: one sentence on the script, for `--help`.
      groups: the options of each group of flags, by its title.
      values: where the flags live.
    """

    def __init__(self, summary: str, groups: Mapping[str, type[Config]], values: flags.FlagValues) -> None:
        self._summary = summary
        self._groups = {title: options_of(config) for title, config in groups.items()}
        self._options = {option.name: option for options in self._groups.values() for option in options}
        self._values = values
        for option in self._options.values():
            _define(option, values)
        flags.DEFINE_bool("help", False, "Show this help.", short_name="h", flag_values=values)

    def parse(self, argv: Sequence[str]) -> None:
        """Reads the command line.

        Raises:
          FlagError: an unknown flag, a value that does not parse or is empty, a stray argument, a bad flag file.
          SystemExit: after `--help`.
        """
        arguments = expanded(argv[1:])
        try:
            stray = self._values([argv[0], *(argument.text for argument in arguments)])[1:]
        except flags.UnrecognizedFlagError as error:
            raise self._unknown(error.flagname, arguments) from None
        except flags.Error as error:
            raise FlagError(_without_absl_prefix(error)) from None
        if self._values.help:
            print(self.help(argv[0]))
            raise SystemExit(0)
        if stray:
            raise FlagError(f"unexpected argument {stray[0]!r}: every option is a flag, such as --name=value")
        console.set_verbosity(self._values.verbosity)
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3" if self._values.verbosity < 0 else "0")

    def config(self, kind: type[_Job], **others: Any) -> _Job:
        """Configuration or job that the flags make.

        Args:
          kind: its class. A field that is an option has the value of its flag, one that is a configuration in turn
            is made of the flags of its own.
          **others: values of further fields, or in place of flags.

        Raises:
          FlagError: a value is not allowed.
        """
        made: dict[str, Any] = {}
        for field in dataclasses.fields(kind):  # type: ignore[arg-type]
            if field.name in self._options and "help" in field.metadata:
                made[field.name] = self._values[field.name].value
            elif isinstance(field.type, type) and issubclass(field.type, Config):
                made[field.name] = self.config(field.type)
        try:
            return kind(**made | others)
        except ConfigError as error:
            raise FlagError(f"--{error}") from None

    def given(self) -> frozenset[str]:
        """Names of the flags that the user set."""
        return frozenset(name for name in self._options if self._values[name].present)

    def state(self) -> FlagState:
        """Values of all flags, for rules between them."""
        values = {name: self._values[name].value for name in self._options}
        return FlagState(values, {name: self._values[name].default for name in self._options}, self.given())

    def help(self, program: str) -> str:
        """Flags by group, each with its default."""
        usage = f"usage: {Path(program).name} [--flag=value ...] [--flagfile=FILE with a flag a line]"
        lines = [self._summary, "", usage]
        for title, options in self._groups.items():
            lines += ["", f"{title}:"]
            lines += [line for option in options for line in _help_lines(option)]
        return "\n".join([*lines, "  --help", "      Show this help."])

    def _unknown(self, name: str, arguments: Sequence[Argument]) -> FlagError:
        origins = (each.origin for each in arguments if each.text.lstrip("-").partition("=")[0] == name)
        origin = next(origins, None)
        message = f"{origin}: --{name}: unknown flag" if origin else f"--{name}: unknown flag"
        nearest = nearest_flag(name, self._options)
        return FlagError(f"{message}; did you mean --{nearest}?" if nearest else f"{message}; --help lists all flags")


_SWITCH = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
_CONVERTERS: dict[type, Callable[[str], Any]] = {
    bool: lambda text: _SWITCH[text.lower()],
    int: int,
    float: float,
    str: str,
    Path: Path,
}
_NOUNS = {bool: "true or false", int: "a whole number", float: "a number"}


class _Parser(flags.ArgumentParser):
    """Text to the value of an option; the message of an error follows the flag's name."""

    def __init__(self, option: _Option) -> None:
        self._option, self._type = option, field_type(option)

    def parse(self, argument: Any) -> Any:
        """Value of an argument; a default is one already. Raises ValueError."""
        choices, path = self._option.metadata["choices"], self._option.metadata["path"]
        if not isinstance(argument, str) or argument == self._option.default:
            return argument
        if choices and argument not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        if argument == "" and self._type in (str, Path) and not self._option.metadata["may_be_empty"]:
            raise ValueError(f"must name {path.value}" if path else "must not be empty")
        try:
            return _CONVERTERS[self._type](argument)
        except (ValueError, KeyError):
            raise ValueError(f"must be {_NOUNS[self._type]}") from None


def _define(option: _Option, values: flags.FlagValues) -> None:
    if option.name in values:  # --verbosity, which absl.logging has defined and tells its loggers of
        return
    flag: flags.Flag[Any] = flags.Flag(
        _Parser(option),
        flags.ArgumentSerializer(),
        option.name,
        option.default,
        option.metadata["help"],
        boolean=field_type(option) is bool,
    )
    flags.DEFINE_flag(flag, values)


def _without_absl_prefix(error: Exception) -> str:
    """Message in one line: `flag --name=value: must be …` as `--name=value: must be …`, and without an empty value."""
    line = " ".join(str(error).split())
    return re.sub(r"^flag (--\w+)(=: |(?==))", lambda found: found[1] + (" " if found[2] else ""), line)


def _help_lines(option: _Option) -> list[str]:
    kind, name, default = field_type(option), option.name, option.default
    value = "|".join(option.metadata["choices"]) or _PLACEHOLDERS.get(option.metadata["path"], _TYPES[kind])
    usage = f"  --[no]{name}" if kind is bool else f"  --{name}={value}"
    end = "" if default in (None, "") or kind is bool else f" Default: {default}."
    text = textwrap.wrap(option.metadata["help"] + end, 100, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return [usage, *text]
