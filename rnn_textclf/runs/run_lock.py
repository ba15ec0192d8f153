"""A run folder held by one process at a time: two that train in it would mix their checkpoints."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from rnn_textclf.atomic import cannot_write
from rnn_textclf.errors import UserError


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Holds a folder, which is made where it is not there; the end of the process lets it go, however it comes.

    Raises:
      UserError: another process holds it, or it cannot be made.
    """
    if folder.exists() and not folder.is_dir():
        yield  # what is wrong is told by those who read it
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise cannot_write(folder, error) from error
    try:
        _lock(folder, descriptor)
        yield
    finally:
        os.close(descriptor)
        with contextlib.suppress(OSError):
            folder.rmdir()  # nothing came of it


def _lock(folder: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UserError(
            f"{folder}: another process is training here; wait until it is done, or name another folder"
        ) from None
