"""Lock files: where a folder's lock stands, and whether the one that is open still stands there."""

import os
from pathlib import Path

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
