"""The lock on a run folder: one process at a time, on what is there, and no trace of it afterwards."""

import errno
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.runs.folder import run_lock
from rnn_textclf.runs.folder.run_lock import RunLock
from tests.tiny_runs import ROOT

_HOLD = """
import sys
from pathlib import Path
from rnn_textclf.runs.folder.run_lock import RunLock
with RunLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_refused_while_another_process_has_it_and_free_when_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "run")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(UserError, match="run: another process is training here"), RunLock(tmp_path / "run"):
            pass
        with RunLock(tmp_path / "another"):
            pass
        other.kill()
    with RunLock(tmp_path / "run"):
        assert (tmp_path / "run").is_dir()
    assert not (tmp_path / "run").exists()


def test_a_folder_of_which_nothing_came_is_not_left(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no rows"), RunLock(tmp_path / "run"):
        raise ValueError("no rows")
    assert not (tmp_path / "run").exists()


def test_what_came_of_it_stays_without_the_lock_file(tmp_path: Path) -> None:
    with RunLock(tmp_path / "run"):
        (tmp_path / "run" / "config.json").touch()
    with RunLock(tmp_path / "run" / "config.json"):
        pass  # a file is refused by those who read it
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["config.json"]


def move_away(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def replace(folder: Path) -> None:
    move_away(folder)
    shutil.copytree(folder.with_name("elsewhere"), folder)


@pytest.mark.parametrize("harm", [shutil.rmtree, move_away, replace])
def test_a_folder_that_is_gone_is_told_and_what_is_there_now_can_be_locked(harm: object, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with RunLock(folder) as lock:
        lock.check()
        harm(folder)  # type: ignore[operator]
        with pytest.raises(UserError, match="run: was removed or replaced while"):
            lock.check()
        with RunLock(folder) as another:
            another.check()
            (folder / "config.json").touch()
    assert (folder / "config.json").exists()


def test_a_drive_without_locks_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, messages: list[str]
) -> None:
    def fail(descriptor: int, *, blocking: bool) -> bool:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(run_lock, "lock_descriptor", fail)
    with RunLock(tmp_path / "run") as lock:
        lock.check()
    (message,) = messages
    assert message.startswith(f"Warning: {tmp_path}/run cannot be locked (No locks available)")


def test_a_lock_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".lock").symlink_to(tmp_path / "stranger")
    with pytest.raises(UserError, match="run: cannot be written"), RunLock(tmp_path / "run"):
        pass
    assert not (tmp_path / "stranger").exists()
