"""Temporary files of killed processes are removed by the next that writes the same file, and no others."""

import os
import signal
from pathlib import Path

import pytest

from rnn_textclf import temporary_files
from rnn_textclf.atomic import replacing, write_text


def kill_a_writer(target: Path) -> Path:
    """The file that a process left which was killed as it wrote a new `target`."""
    child = os.fork()
    if not child:
        with replacing(target) as file:
            file.write("half")
            file.flush()
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    (left,) = target.parent.glob(f".{target.name}.*")
    return left


def test_a_killed_writers_file_is_removed_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "metrics.jsonl"
    write_text(target, "old")
    left = kill_a_writer(target)
    assert left.read_text() == "half"
    assert target.read_text() == "old"
    write_text(target, "new")
    assert os.listdir(tmp_path) == ["metrics.jsonl"]
    assert target.read_text() == "new"


def test_the_file_of_a_living_writer_stays(tmp_path: Path) -> None:
    target = tmp_path / "config.json"
    with replacing(target) as one:
        one.write("one")
        with replacing(target) as other:
            other.write("other")
        assert target.read_text() == "other"
    assert target.read_text() == "one"
    assert os.listdir(tmp_path) == ["config.json"]


def test_files_of_other_targets_and_of_users_stay(tmp_path: Path) -> None:
    left = kill_a_writer(tmp_path / "config.json.old")
    mine = [tmp_path / name for name in (".config.json.thesis", ".config.json.my-files", "config.json.12345678")]
    for path in mine:
        path.touch()
    (tmp_path / ".config.json.abcdefgh").symlink_to(mine[0])
    (tmp_path / ".config.json.ijklmnop").mkdir()
    write_text(tmp_path / "config.json", "new")
    assert left.exists()
    assert all(path.exists() for path in mine)
    assert len(os.listdir(tmp_path)) == 7


def test_a_file_swept_before_it_was_locked_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take, made = temporary_files.take, []

    def sweep_first(lock: int, *, without_locks: bool) -> bool:
        if not made:
            made.extend(tmp_path.iterdir())
            made[0].unlink()
        return take(lock, without_locks=without_locks)

    monkeypatch.setattr(temporary_files, "take", sweep_first)
    write_text(tmp_path / "cache", "new")
    assert made
    assert os.listdir(tmp_path) == ["cache"]


def test_without_locks_files_are_written_and_none_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = kill_a_writer(tmp_path / "cache")
    monkeypatch.setattr(temporary_files, "take", lambda lock, without_locks: without_locks)
    write_text(tmp_path / "cache", "new")
    assert (tmp_path / "cache").read_text() == "new"
    assert left.exists()
