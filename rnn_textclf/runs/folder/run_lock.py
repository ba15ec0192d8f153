"""Exclusive lock on a run folder: two processes that train in it would mix their checkpoints."""

import contextlib
import logging
import os
from pathlib import Path
from typing import Self

from filelock import lock_descriptor

from rnn_textclf.atomic import cannot_write
from rnn_textclf.errors import UserError
from rnn_textclf.lock_files import LOCK_NAME, is_in_place, open_lock

logger = logging.getLogger(__name__)


class RunLock:
    """Exclusive lock on a run folder, as a context manager; the end of the process releases it, however it comes.

    The folder is made where it is missing, and removed again where nothing came of it. The lock is a file in the
    folder, so that it goes with the folder when that is moved, and `check` tells when it is gone.

    Args:
      folder: the run folder. One that is a file is not locked: it is refused when it is read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / LOCK_NAME
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        """Locks the folder.

        Raises:
          UserError: another process holds the lock, or the folder cannot be made or written to.
        """
        if self._folder.exists() and not self._folder.is_dir():
            return self
        while self._descriptor is None:
            descriptor = self._open()
            try:
                self._lock(descriptor)
                # Its last holder may have removed the file between the two calls.
                if is_in_place(descriptor, self._path):
                    self._descriptor = descriptor
            finally:
                if self._descriptor is None:
                    os.close(descriptor)
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor is None:
            return
        in_place = is_in_place(self._descriptor, self._path)
        if in_place and os.name == "posix":
            self._remove()  # Before the lock is released: afterwards the file may be another process's.
        os.close(self._descriptor)
        self._descriptor = None
        if in_place and os.name != "posix":
            self._remove()  # Windows removes no open file.

    def check(self) -> None:
        """Checks that the locked folder is still where it was; to be called before each save.

        Raises:
          UserError: the folder was removed, moved or replaced.
        """
        if self._descriptor is not None and not is_in_place(self._descriptor, self._path):
            raise UserError(
                f"{self._folder}: was removed or replaced while this process trained in it, so nothing more is saved; "
                "put the folder back to resume, or run the command again to start anew"
            )

    def _open(self) -> int:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return open_lock(self._path, create=True)
        except OSError as error:
            raise cannot_write(self._folder, error) from error

    def _lock(self, descriptor: int) -> None:
        try:
            locked = lock_descriptor(descriptor, blocking=False)
        except OSError as error:
            # Some network drives have no locks; training there must not depend on them.
            logger.warning(
                f"Warning: {self._folder} cannot be locked ({error.strerror}): see to it that no other process trains "
                "in it"
            )
            return
        if not locked:
            raise UserError(
                f"{self._folder}: another process is training here; wait until it is done, or name another folder"
            )

    def _remove(self) -> None:
        """Removes the lock file, and the folder if nothing else is in it."""
        with contextlib.suppress(OSError):
            self._path.unlink()
            self._folder.rmdir()
