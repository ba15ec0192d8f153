"""Locks on files: opened, taken without waiting, and whether the file that is open still stands in its place."""

import os
from pathlib import Path

from filelock import lock_descriptor

LOCK_NAME = ".lock"


def open_lock(path: Path, *, create: bool) -> int:
    """Descriptor of a lock file, which is no link. Raises OSError where it cannot be opened, or made."""
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, flags | os.O_CREAT if create else flags, 0o666)


def is_in_place(descriptor: int, path: Path) -> bool:
    """Whether the open file is the one at the path, and not one that was removed or replaced."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except OSError:
        return False


def take(descriptor: int, *, without_locks: bool) -> bool:
    """Whether a lock was free and is now held; `without_locks` where the file system has none."""
    try:
        return lock_descriptor(descriptor, blocking=False)
    except OSError:
        return without_locks
