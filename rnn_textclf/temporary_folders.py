"""Temporary folders that do not outlive the process that made them for long.

Each holds a lock file, locked as long as its process lives. A killed process cannot remove its folder; the next one
that makes a folder for the same target finds the lock free and removes it.
"""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rnn_textclf.lock_files import LOCK_NAME, is_in_place, open_lock, take

NEW_NAME = "new"
OLD_NAME = "old"
RANDOM = "[a-z0-9_]{8}"  # as tempfile names them


@contextlib.contextmanager
def temporary_folder(target: Path) -> Iterator[Path]:
    """Locked folder beside `target`, removed at the end; those of killed processes are removed at the start.

    Args:
      target: what is to be made in the folder, as `NEW_NAME`. An older target may be put aside in it as `OLD_NAME`;
        the next process puts it back if this one is killed before the new one has taken its place.

    Raises:
      OSError: the folder cannot be made.
    """
    _sweep(target)
    folder, lock = _new_locked(target)
    try:
        yield folder
    finally:
        _remove(folder, lock)


def _new_locked(target: Path) -> tuple[Path, int]:
    """Makes a folder and locks it; anew where another process swept it before the lock was taken."""
    while True:
        folder = Path(tempfile.mkdtemp("", prefix(target), target.parent))
        try:
            lock = open_lock(folder / LOCK_NAME, create=True)
        except FileNotFoundError:
            continue
        if take(lock, without_locks=True) and is_in_place(lock, folder / LOCK_NAME):
            return folder, lock
        os.close(lock)


def _sweep(target: Path) -> None:
    """Removes the folders of killed processes; those with other files, or none of ours, are the user's."""
    made_for_target = re.compile(re.escape(prefix(target)) + RANDOM)
    for folder in list(target.parent.iterdir()):
        if not made_for_target.fullmatch(folder.name) or not _holds_only_ours(folder):
            continue
        try:
            lock = open_lock(folder / LOCK_NAME, create=False)
        except OSError:
            with contextlib.suppress(OSError):
                folder.rmdir()  # Killed before the lock file was made.
            continue
        if not take(lock, without_locks=False):
            os.close(lock)
            continue
        if not os.path.lexists(target):
            with contextlib.suppress(OSError):
                os.replace(folder / OLD_NAME, target)
        _remove(folder, lock)


def _holds_only_ours(folder: Path) -> bool:
    try:
        return not folder.is_symlink() and set(os.listdir(folder)) <= {LOCK_NAME, NEW_NAME, OLD_NAME}
    except OSError:
        return False


def _remove(folder: Path, lock: int) -> None:
    """Removes a folder, the lock file last: without it a folder half removed would stay for ever."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.name != LOCK_NAME:
                shutil.rmtree(path, ignore_errors=True)
    os.close(lock)
    shutil.rmtree(folder, ignore_errors=True)


def prefix(target: Path) -> str:
    """Begin of the names of temporary files and folders for a target."""
    return f".{target.name}."
