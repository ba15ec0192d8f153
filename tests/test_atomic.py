"""Files are whole or absent."""

import contextlib
import os
import stat
from pathlib import Path

import pytest

from rnn_textclf import atomic
from rnn_textclf.errors import UserError


def test_the_new_file_takes_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "config.json"
    atomic.write_text(path, "old")
    atomic.write_text(path, "café\nx\r\n")
    assert path.read_bytes() == b"caf\xc3\xa9\nx\r\n"
    assert os.listdir(path.parent) == ["config.json"]


def test_an_error_within_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_text("old")
    with contextlib.suppress(RuntimeError), atomic.replacing(path) as file:
        file.write("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["vocab.txt"]


def test_a_full_disk_is_one_line_for_the_user(tmp_path: Path) -> None:
    path = tmp_path / "vocab.txt"
    path.write_text("old")
    with pytest.raises(UserError, match=r"vocab\.txt: cannot be written \(No space left on device\); free"):
        _write_to_a_full_disk(path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["vocab.txt"]


def _write_to_a_full_disk(path: Path) -> None:
    with atomic.replacing(path) as file:
        file.write("half")
        raise OSError(28, os.strerror(28))


def test_a_folder_that_cannot_be_made_is_one_line_for_the_user(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"config\.json: cannot be written"):
        atomic.write_text(tmp_path / "file" / "config.json", "x")


def test_others_may_read_what_the_umask_allows(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        atomic.write_text(tmp_path / "x", "")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o644


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    with atomic.replacing(tmp_path / "x", "wb") as file:
        file.write(b"\xff\r\n")
    assert (tmp_path / "x").read_bytes() == b"\xff\r\n"
