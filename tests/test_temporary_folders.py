"""Temporary folders of killed processes are removed at the next start, and no others."""

import os
import signal
from pathlib import Path

import pytest

from rnn_textclf import atomic, temporary_folders
from rnn_textclf.lock_files import LOCK_NAME
from rnn_textclf.temporary_folders import temporary_folder


def kill_a_writer(target: Path, *, moved_aside: bool = False) -> Path:
    """The folder that a process left which was killed as it filled a new `target`."""
    child = os.fork()
    if not child:
        with atomic.new_folder(target, "replace") as unfinished:
            (unfinished / "half").write_text("half")
            if moved_aside:
                os.replace(target, unfinished.parent / temporary_folders.OLD_NAME)
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    (left,) = target.parent.glob(f".{target.name}.*")
    return left


def test_a_killed_writers_folder_is_removed_at_the_next_start(tmp_path: Path) -> None:
    left = kill_a_writer(tmp_path / "cache")
    assert (left / "new" / "half").exists()
    with atomic.new_folder(tmp_path / "cache"):
        assert not left.exists()
    assert os.listdir(tmp_path) == ["cache"]


def test_an_older_folder_that_a_killed_writer_had_moved_aside_comes_back(tmp_path: Path) -> None:
    target = tmp_path / "cache"
    target.mkdir()
    (target / "a").write_text("old")
    kill_a_writer(target, moved_aside=True)
    assert not target.exists()
    with pytest.raises(RuntimeError), atomic.new_folder(target, "replace"):
        raise RuntimeError
    assert (target / "a").read_text() == "old"
    assert os.listdir(tmp_path) == ["cache"]


def test_the_folder_of_a_living_writer_stays(tmp_path: Path) -> None:
    with temporary_folder(tmp_path / "cache") as one, temporary_folder(tmp_path / "cache") as other:
        assert one.is_dir()
        assert other.is_dir()
    assert not os.listdir(tmp_path)


def test_folders_of_other_targets_and_of_users_stay(tmp_path: Path) -> None:
    left = kill_a_writer(tmp_path / "cache.other")
    mine = tmp_path / ".cache.my_files"
    mine.mkdir()
    (mine / "thesis").touch()
    (mine / LOCK_NAME).touch()
    with temporary_folder(tmp_path / "cache"):
        pass
    assert left.is_dir()
    assert (mine / "thesis").exists()


def test_a_folder_swept_before_it_was_locked_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take, made = temporary_folders.take, []

    def sweep_first(lock: int, *, without_locks: bool) -> bool:
        if not made:
            made.extend(tmp_path.iterdir())
            (made[0] / LOCK_NAME).unlink()
            made[0].rmdir()
        return take(lock, without_locks=without_locks)

    monkeypatch.setattr(temporary_folders, "take", sweep_first)
    with temporary_folder(tmp_path / "cache") as folder:
        assert folder.is_dir()
        assert folder not in made


def test_a_lock_file_left_by_a_kill_does_not_make_a_folder_used(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).touch()
    assert atomic.is_free(tmp_path)
    (tmp_path / "config.json").touch()
    assert not atomic.is_free(tmp_path)
