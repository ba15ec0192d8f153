"""Files that are either whole or absent, whatever happens while they are written."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from rnn_textclf.errors import UserError


@contextlib.contextmanager
def replacing(path: Path | str, mode: str = "w") -> Iterator[IO]:
    """Opens a temporary file beside `path` that takes its place when the block ends without an error.

    Args:
      path: the file to write; an older one stays as it is until the new one is whole and on disk.
      mode: `w` for UTF-8 text with line ends as given, `wb` for bytes.

    Raises:
      UserError: the disk is full or the folder cannot be written to; nothing is left behind.
    """
    path = Path(path)
    text = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        with os.fdopen(descriptor, mode, **text) as file:  # type: ignore[call-overload]
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise cannot_write(path, error) from error
        raise


def write_text(path: Path | str, text: str) -> None:
    """Writes UTF-8, line ends as given, whole or not at all. Raises UserError as `replacing` does."""
    with replacing(path) as file:
        file.write(text)


def cannot_write(path: Path | str, error: OSError) -> UserError:
    """The error for a user whose disk is full or whose folder cannot be written to."""
    return UserError(f"{path}: cannot be written ({error.strerror or error}); free some space or choose another folder")


def _umask() -> int:
    """The bits that new files must not have: mkstemp makes files that only their owner reads."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
