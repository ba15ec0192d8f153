"""Temporary files that do not outlive the process that made them for long; see `temporary_folders.py`.

Each is locked as long as its process lives. The next process that makes one for the same target removes those that
are not. Windows moves no file that is open, so that a lock could not be held until the file is in its place: there
they stay unlocked, and are left alone.
"""

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rnn_textclf.lock_files import is_in_place, open_lock, take
from rnn_textclf.temporary_folders import RANDOM, prefix

_LOCKS = sys.platform != "win32"


@contextlib.contextmanager
def temporary_file(target: Path) -> Iterator[tuple[int, Path]]:
    """Descriptor and path of a new file beside `target`, removed at the end where it was not moved away.

    Those of killed processes for the same target are removed at the start. The caller closes the descriptor.

    Raises:
      OSError: the file cannot be made.
    """
    if _LOCKS:
        _sweep(target)
    descriptor, path = _new_locked(target)
    # The lock is that of all copies of the descriptor.
    held = os.dup(descriptor) if _LOCKS else None
    try:
        yield descriptor, path
    finally:
        with contextlib.suppress(OSError):
            path.unlink()
        if held is not None:
            os.close(held)


def _new_locked(target: Path) -> tuple[int, Path]:
    """Makes a file and locks it; anew where another process swept it before the lock was taken."""
    while True:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=prefix(target))
        if not _LOCKS or (take(descriptor, without_locks=True) and is_in_place(descriptor, Path(name))):
            return descriptor, Path(name)
        os.close(descriptor)


def _sweep(target: Path) -> None:
    made_for_target = re.compile(re.escape(prefix(target)) + RANDOM)
    try:
        names = os.listdir(target.parent)
    except PermissionError:
        return
    for name in names:
        path = target.parent / name
        if not made_for_target.fullmatch(name) or path.is_symlink() or not path.is_file():
            continue
        with contextlib.suppress(OSError):
            lock = open_lock(path, create=False)
            try:
                if take(lock, without_locks=False) and is_in_place(lock, path):
                    path.unlink()
            finally:
                os.close(lock)
