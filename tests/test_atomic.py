"""Files and folders are whole or absent."""

import contextlib
import errno
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from rnn_textclf import atomic
from rnn_textclf.errors import UserError

NO_SPACE = OSError(errno.ENOSPC, "No space left on device")


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


def test_a_pipe_is_written_itself(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    found = []
    reader = threading.Thread(target=lambda: found.append(path.read_text()))
    reader.start()
    atomic.write_text(path, "whole\n")
    reader.join(timeout=10)
    assert found == ["whole\n"]
    assert path.is_fifo()
    assert os.listdir(tmp_path) == ["pipe"]


def test_a_link_goes_on_pointing_to_the_new_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("vocab.txt")
    for text in ("new", "newer"):
        atomic.write_text(tmp_path / "link", text)
        assert (tmp_path / "vocab.txt").read_text() == text
    assert sorted(os.listdir(tmp_path)) == ["link", "vocab.txt"]
    assert (tmp_path / "link").is_symlink()


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
        raise NO_SPACE


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


@pytest.mark.parametrize(
    ("number", "advice", "not_advice"),
    [
        (errno.ENOSPC, "free some space", "ulimit"),
        (errno.EDQUOT, "free some of your quota", "ulimit"),
        (errno.EROFS, "choose a folder that can be written to", "free some"),
        (errno.EACCES, "choose a folder that you may write to", "free some"),
        (errno.ENAMETOOLONG, "choose a shorter name", "free some"),
        (errno.EMFILE, "ulimit -n", "free some"),
        (errno.ELOOP, "choose another folder", "free some"),
    ],
)
def test_the_advice_fits_the_cause(number: int, advice: str, not_advice: str) -> None:
    message = str(atomic.cannot_write("run", OSError(number, os.strerror(number))))
    assert message.startswith(f"run: cannot be written ({os.strerror(number)}); ")
    assert advice in message
    assert not_advice not in message


def test_a_new_folder_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "model"
    with atomic.new_folder(target) as unfinished:
        (unfinished / "a").write_text("a")
        assert not target.exists()
        assert unfinished.stat().st_dev == target.parent.stat().st_dev
    assert os.listdir(target.parent) == ["model"]
    assert (target / "a").read_text() == "a"


def test_a_new_folder_has_the_permissions_of_any_folder(tmp_path: Path) -> None:
    with atomic.new_folder(tmp_path / "new"):
        pass
    (tmp_path / "plain").mkdir()
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_empty_folder_makes_way_and_a_full_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with atomic.new_folder(tmp_path / "empty") as unfinished:
        (unfinished / "a").write_text("new")
    with pytest.raises(UserError, match="there is something already"), atomic.new_folder(tmp_path / "empty"):
        pytest.fail("the block must not run")
    assert (tmp_path / "empty" / "a").read_text() == "new"


@pytest.mark.parametrize(("existing", "left"), [("replace", ["b"]), ("merge", ["a", "b"])])
def test_an_older_folder_is_replaced_or_filled(tmp_path: Path, existing: Any, left: list[str]) -> None:
    target = tmp_path / "cache"
    target.mkdir()
    (target / "a").write_text("old")
    with atomic.new_folder(target, existing) as unfinished:
        (unfinished / "b").write_text("new")
    assert sorted(os.listdir(target)) == left
    assert os.listdir(tmp_path) == ["cache"]


@pytest.mark.parametrize("existing", ["replace", "merge"])
def test_an_error_within_leaves_the_old_folder_and_nothing_beside_it(tmp_path: Path, existing: Any) -> None:
    target = tmp_path / "cache"
    target.mkdir()
    (target / "a").write_text("old")
    with pytest.raises(UserError, match="free some space"):
        _fill_a_full_disk(target, existing)
    assert os.listdir(tmp_path) == ["cache"]
    assert (target / "a").read_text() == "old"


def _fill_a_full_disk(target: Path, existing: Any) -> None:
    with atomic.new_folder(target, existing) as unfinished:
        (unfinished / "a").write_text("new")
        raise NO_SPACE


def test_a_rename_that_fails_puts_the_old_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "cache"
    target.mkdir()
    (target / "a").write_text("old")
    rename = os.replace

    def fail_for_the_new_one(source: Path, destination: Path) -> None:
        if Path(source).name == "new":
            raise OSError(errno.EROFS, "Read-only file system")
        rename(source, destination)

    monkeypatch.setattr(os, "replace", fail_for_the_new_one)
    with pytest.raises(UserError, match="can be written to"), atomic.new_folder(target, "replace"):
        pass
    assert (target / "a").read_text() == "old"
    assert os.listdir(tmp_path) == ["cache"]


def test_contents_are_on_disk_before_the_rename_and_the_rename_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    sync, rename = os.fsync, os.replace

    def note_sync(descriptor: int) -> None:
        events.append("sync " + Path(os.readlink(f"/proc/self/fd/{descriptor}")).name.split(".")[0])
        sync(descriptor)

    def note_rename(source: Path, destination: Path) -> None:
        rename(source, destination)
        events.append("rename")

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "replace", note_rename)
    folder = tmp_path / "parent"
    with atomic.new_folder(folder / "model") as unfinished:
        (unfinished / "weights").write_text("x")
    assert events == ["sync weights", "sync new", "rename", "sync parent"]
    events.clear()
    atomic.write_text(folder / "file", "x")
    assert events[1:] == ["rename", "sync parent"]
    assert events[0].startswith("sync ")
