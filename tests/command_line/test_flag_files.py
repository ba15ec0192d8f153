"""Flag files: their flags in the place of `--flagfile`."""

from pathlib import Path

import pytest

from rnn_textclf.command_line.flag_files import expanded
from rnn_textclf.errors import FlagError


def texts(*arguments: str) -> list[str]:
    return [argument.text for argument in expanded(arguments)]


def test_flags_come_in_the_place_of_the_file(tmp_path: Path) -> None:
    inner, outer = tmp_path / "inner.flags", tmp_path / "outer.flags"
    inner.write_text("--b=2\r\n# a comment\r\n\r\n// another\r\n  --c  \r\n")
    outer.write_text(f"--a=1\n--flagfile={inner}\n--d")
    assert texts("--x", f"--flagfile={outer}", "--y") == ["--x", "--a=1", "--b=2", "--c", "--d", "--y"]
    assert texts("--flagfile", str(inner), "--y") == ["--b=2", "--c", "--y"]


def test_each_flag_knows_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.flags"
    path.write_text("# first\n--a\n")
    assert expanded([f"--flagfile={path}", "--b"]) == [("--a", f"{path}:2"), ("--b", None)]


def test_a_byte_order_mark_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "a.flags"
    path.write_bytes(b"\xef\xbb\xbf--seed=2\n--text=caf\xc3\xa9\n")
    assert texts(f"--flagfile={path}") == ["--seed=2", "--text=café"]


@pytest.mark.parametrize("argument", ["--flagfile=", "--flagfile"])
def test_a_file_must_be_named(argument: str) -> None:
    with pytest.raises(FlagError, match="--flagfile must name a file"):
        texts(argument)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(FlagError, match=r"--flagfile=no\.flags: cannot be read \(No such file or directory\)"):
        texts("--flagfile=no.flags")


def test_a_file_that_contains_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.flags"
    path.write_text(f"--a\n--flagfile={path}\n")
    with pytest.raises(FlagError, match=r"contains itself; remove the line that names it \(.*a\.flags:2\)"):
        texts(f"--flagfile={path}")


def test_a_value_that_is_not_utf8_has_a_message_that_can_be_printed() -> None:
    with pytest.raises(FlagError, match="--text: not UTF-8") as error:
        texts("--text=\udcff")
    str(error.value).encode("ascii")
