"""Hostile values: of the flags of both scripts, and in the files of a stranger's run folder."""

import dataclasses
import functools
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from absl.flags import FlagValues

from rnn_textclf import flags
from rnn_textclf.command_line import preflight
from rnn_textclf.errors import UserError
from rnn_textclf.options import options_of
from tests.benchmarks.faults.settings import answers
from tests.benchmarks.faults.tally import Tally

_VALUES = (
    "", " ", "nan", "inf", "-inf", "-1", "0", "1e308", "1e-320", "9" * 5000, "0x10", "1_000", "true", "None", "\0",
    "\x1b[2J",
    "a\nb", "\u202e", "\U0001f4a5", "\udc80", "../..", "/dev/null", "/dev/zero", "/proc/self/mem", "/", "~", "%s%n{}",
    "a" * 300, "/" + "a/" * 3000, "a,b,,c", ",", "--help", "{fold}", "{0.__class__}", "http://x", "٣",
)  # fmt: skip
_JSON = (
    "NaN", "Infinity", "-1", "0", "1e300", "1e999", "1000000000", "2147483648", "9" * 5000, "[" * 100_000,
    '{"a":' * 50_000, "[]",
    "{}", "null", "true", '""', '"\\u0000"', '"\\ud800"', '"../../x"', '"/dev/zero"', '"' + "a" * 100_000 + '"',
    "1.5", "-0.0",
    '"gru"', "[1, 2]", '"\\u001b[2J"', "}", "",
)  # fmt: skip
_FILES = ("config.json", "vocab.txt", "labels.txt", "calibration.json", "checkpoint", "best/checkpoint")


def spoil_flags(number: int, chance: random.Random) -> list[Tally]:
    """Gives hostile values to the flags of both scripts: up to three at a time, until TensorFlow would load."""
    tally = Tally("hostile flags")
    for place in range(number):
        script = _SCRIPTS[place % len(_SCRIPTS)]
        names = [option.name for group in script.groups.values() for option in options_of(group)]
        arguments = [f"--{chance.choice(names)}={chance.choice(_VALUES)}" for _ in range(chance.randint(1, 3))]
        tally.attempt(f"{script.name} {arguments!r:.300}", functools.partial(_told, script.check, arguments))
    return [tally]


def _told(check: Callable[[list[str]], str | None], arguments: list[str]) -> str | None:
    """What a check of flags finds; errors of the system become one line, as in `rnn_textclf/entry.py`."""
    try:
        return check(arguments)
    except OSError as error:
        raise UserError(f"{error.filename}: {error.strerror}") from error


def spoil_configs(number: int, run: Path, scratch: Path, chance: random.Random) -> list[Tally]:
    """Puts hostile values and files into copies of a run, without its checksums, and scores with it."""
    values, files = Tally("hostile config.json"), Tally("hostile run files")
    copy = scratch / "stranger"
    config = json.loads((run / "config.json").read_text())
    places = [(section, key) for section, keys in config.items() if isinstance(keys, dict) for key in keys]
    chance.shuffle(places)
    for place in range(number):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(run, copy)
        (copy / "checksums.json").unlink()
        if place % 4:
            (section, key), value = places[place % len(places)], chance.choice(_JSON)
            (copy / "config.json").write_text(_with_value(config, section, key, value))
            values.attempt(f"{section}.{key} = {value[:40]}", functools.partial(_load, copy))
        else:
            file, spoil = chance.choice(_FILES), chance.choice(_SPOILERS)
            (copy / file).unlink()
            spoil(copy / file)
            files.attempt(f"{file}: {spoil.__name__}", functools.partial(_load, copy))
    return [values, files]


def _check_training(arguments: list[str]) -> None:
    preflight.check_training(flags.training_job(["train.py", *arguments], flags.training_command_line(FlagValues())))


def _check_inference(arguments: list[str]) -> None:
    preflight.check_inference(flags.inference_job(["infer.py", *arguments], flags.inference_command_line(FlagValues())))


@dataclasses.dataclass(frozen=True)
class _Script:
    name: str
    groups: dict[str, type]
    check: Callable[[list[str]], None]


_SCRIPTS = (
    _Script("train.py", flags.TRAINING_GROUPS, _check_training),
    _Script("infer.py", flags.INFERENCE_GROUPS, _check_inference),
)


def _load(run: Path) -> str | None:
    """Any answer will do: a stranger may have trained any model."""
    answers(run)
    return None


def _with_value(config: dict, section: str, key: str, value: str) -> str:
    """The configuration as JSON, with text that need not be JSON in the place of a value."""
    mark = "the value's place"
    return json.dumps(config | {section: config[section] | {key: mark}}).replace(json.dumps(mark), value)


def _is_fifo(path: Path) -> None:
    os.mkfifo(path)


def _is_endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _is_folder(path: Path) -> None:
    path.mkdir()


def _is_link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def _is_link_out(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _is_binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 16)


def _is_one_long_line(path: Path) -> None:
    path.write_text("a" * 10_000_000)


def _is_deep(path: Path) -> None:
    path.write_text("[" * 1_000_000)


def _is_empty(path: Path) -> None:
    path.touch()


_SPOILERS = (
    _is_fifo, _is_endless, _is_folder, _is_link_to_itself, _is_link_out, _is_binary, _is_one_long_line, _is_deep,
    _is_empty,
)  # fmt: skip
