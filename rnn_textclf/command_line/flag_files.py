"""Flag files: `--flagfile=FILE` stands for the flags in a file, one a line."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rnn_textclf.errors import FlagError

_COMMENTS = ("#", "//")


class Argument(NamedTuple):
    """An argument of the command line, and the line of the flag file that it comes from, such as `a.flags:3`."""

    text: str
    origin: str | None = None


def expanded(arguments: Sequence[str]) -> list[Argument]:
    """All arguments, with those of a flag file in the place of its flag; a file may name others.

    Lines that are empty or begin with # or // do not count.

    Raises:
      FlagError: an argument or a file is not UTF-8, or a file cannot be read or contains itself.
    """
    return list(_expand([Argument(text) for text in arguments], ()))


def _expand(arguments: Sequence[Argument], within: tuple[Path, ...]) -> Iterator[Argument]:
    rest = iter(arguments)
    for argument in rest:
        _check_unicode(argument)
        name, equals, value = argument.text.partition("=")
        if name not in ("--flagfile", "-flagfile"):
            yield argument
            continue
        if not equals:
            value = next(rest, Argument("")).text
        if not value:
            raise FlagError("--flagfile must name a file")
        path = Path(value).expanduser()
        if path in within:
            raise FlagError(f"--flagfile={value}: contains itself; remove the line that names it ({argument.origin})")
        yield from _expand(_lines(path), (*within, path))


def _lines(path: Path) -> list[Argument]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise FlagError(f"--flagfile={path}: cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError as error:
        raise FlagError(f"--flagfile={path}: not UTF-8 ({error.reason}); give a text file with a flag a line") from None
    stripped = ((number, line.strip()) for number, line in enumerate(lines, start=1))
    return [Argument(line, f"{path}:{number}") for number, line in stripped if line and not line.startswith(_COMMENTS)]


def _check_unicode(argument: Argument) -> None:
    """Refuses bytes that Python could not decode and keeps as surrogates, which no file here could store."""
    try:
        argument.text.encode("utf-8")
    except UnicodeEncodeError:
        name = argument.text.partition("=")[0].encode("ascii", "backslashreplace").decode()
        raise FlagError(f"{name}: not UTF-8; check the locale, or rename the file if it names one") from None
