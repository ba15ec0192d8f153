"""Lines of input: encodings, bounds, and no line held back."""

import gzip
import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.errors import UserError
from rnn_textclf.inference import input_lines
from rnn_textclf.inference.input_lines import line_chunks, typed_lines


def lines_of(path: Path, encoding: str | None = None) -> list[str]:
    return [line for lines in line_chunks(str(path), encoding) for line in lines]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"one\r\ntwo\r\n", ["one", "two"]),
        (b"\xef\xbb\xbfcaf\xc3\xa9", ["café"]),
        (b"caf\xe9\nse\xc3\xb1or\n\xc3\xa9\n", ["café", "señor", "é"]),
        (b"wait\x85 for\x93 it\n", ["wait… for“ it"]),
        ("café\nseñor 🎬\n".encode("utf-16"), ["café", "señor 🎬"]),
        (b"\n\n", ["", ""]),
        (b"", []),
    ],
)
def test_encodings_that_go_around(content: bytes, lines: list[str], tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_bytes(content)
    assert lines_of(tmp_path / "in.txt") == lines
    with gzip.open(tmp_path / "in.txt.gz", "wb") as file:
        file.write(content)
    assert lines_of(tmp_path / "in.txt.gz") == lines


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16-le", "gb18030"])
def test_an_encoding_can_be_named(encoding: str, tmp_path: Path) -> None:
    text = "好" if encoding == "gb18030" else "фильм"
    (tmp_path / "in.txt").write_bytes(f"{text}\n{text}".encode(encoding))
    assert lines_of(tmp_path / "in.txt", encoding) == [text, text]


class Stuttering(io.BytesIO):
    """Gives a few bytes at a time, as pipes do."""

    sizes: list[int]

    def read1(self, size: int | None = -1, /) -> bytes:
        return self.read(self.sizes.pop(0) if self.sizes else 3)


@given(texts=st.lists(st.text(st.sampled_from("aé\r "), max_size=6)), sizes=st.lists(st.integers(1, 5), max_size=9))
def test_blocks_of_any_size_make_the_same_lines(texts: list[str], sizes: list[int]) -> None:
    stream: Any = Stuttering("\n".join(texts).encode())
    stream.sizes = sizes
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(stream))
        found = [line for lines in line_chunks("-") for line in lines]
    expected = [text.rstrip("\r") for text in texts]
    assert found == (expected[:-1] if texts and not texts[-1] else expected)


def test_all_lines_that_are_there_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reads would wait for ever if more were asked for than is there."""
    end, other = os.pipe()
    with open(end) as stdin, open(other, "wb", 0) as writer:
        monkeypatch.setattr(sys, "stdin", stdin)
        chunks = line_chunks("-")
        writer.write(b"one\ntwo\nthr")
        assert next(chunks) == ["one", "two"]
        writer.write(b"ee\n")
        assert next(chunks) == ["three"]
        writer.close()
        assert list(chunks) == []


def test_a_file_is_read_as_it_is_for_training(tmp_path: Path) -> None:
    """By the same detector: lines that UTF-8 and Windows-1252 would garble."""
    lines = ["物流很快，包装完好，下次还会再来的", "刚用了一天就坏了，客服态度也不好"]
    (tmp_path / "in.txt").write_bytes("\n".join(lines).encode("gb18030"))
    assert lines_of(tmp_path / "in.txt") == lines


def test_a_nul_byte_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_bytes(b"one\ntw\0o\n")
    chunks = line_chunks(str(tmp_path / "in.txt"))
    assert next(chunks) == ["one"]
    with pytest.raises(UserError, match=r"in\.txt:2: has NUL bytes"):
        next(chunks)


def test_input_without_end_or_line_breaks_is_refused_or_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, messages: list[str]
) -> None:
    with pytest.raises(UserError, match="/dev/zero: is a pipe or a device"):
        list(line_chunks("/dev/zero"))
    monkeypatch.setattr(input_lines, "MAX_LINE", 8)
    with open("/dev/zero") as stdin, monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", stdin)
        with pytest.raises(UserError, match="-:1: has NUL bytes"):
            list(line_chunks("-"))
    (tmp_path / "in.txt").write_bytes(b"0123456789\nshort\n01234567\n" + b"x" * 99)
    assert lines_of(tmp_path / "in.txt") == ["01234567", "short", "01234567", "x" * 8]
    assert messages[-1] == f"{tmp_path}/in.txt: 2 lines are longer than 8 characters; the rest is not read"


@pytest.mark.parametrize(
    ("name", "reason"), [("nowhere.txt", r"cannot be read \(No such file"), (".", "is a folder; name a regular file")]
)
def test_input_that_cannot_be_read_is_one_line(name: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=reason):
        next(line_chunks(str(tmp_path / name)))


def test_a_bad_ascii_byte_of_a_multi_byte_encoding_is_itself(tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_bytes(b"a ~e b\n")
    assert list(line_chunks(str(tmp_path / "lines.txt"), "hz")) == [["a ~e b"]]


@pytest.mark.parametrize("encoding", ["x", "idna", "a\0"])
def test_an_encoding_that_is_none_of_text_files_is_refused(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_bytes(b"a\n")
    with pytest.raises(UserError, match=r"--encoding=.*: unknown encoding"):
        list(line_chunks(str(tmp_path / "lines.txt"), encoding))


def test_half_a_gzip_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "in.gz").write_bytes(gzip.compress(b"the film\n" * 99)[:-9])
    with pytest.raises(UserError, match=r"in\.gz: not a whole gzip file"):
        lines_of(tmp_path / "in.gz")


def test_typed_lines_end_with_ctrl_d(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("the film\n\nbores\n"))
    assert list(typed_lines()) == [["the film"], [""], ["bores"]]
    assert capsys.readouterr() == ("", "> > > > \n")
