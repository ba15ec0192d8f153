"""Files of a run folder, which may come from a stranger: only regular ones, in the folder, of bounded size are read."""

import os
import stat
from pathlib import Path
from typing import Any

from rnn_textclf.errors import UserError
from rnn_textclf.strict_json import JsonError, loads

MAX_BYTES = 1 << 31
_ADVICE = "restore the file or train anew"


def check_regular(path: Path, folder: Path) -> None:
    """Checks that a path is a regular file in a folder or below it, without opening it.

    Raises:
      UserError: it is a device, a pipe, a folder or a link out of the folder.
      OSError: it is not there.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise UserError(f"{path}: is not a regular file; {_ADVICE}")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UserError(f"{path}: is a link out of the run folder; put the file itself in its place")


def read_file(path: Path, folder: Path, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file in a folder or below it.

    Raises:
      UserError: see `check_regular`; or the file is larger than `max_bytes`, or cannot be read.
      FileNotFoundError: it is not there.
    """
    try:
        check_regular(path, folder)
        # Without O_NONBLOCK a pipe that took the file's place just now would be waited for.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise cannot_read(path, error) from None
    if len(data) > max_bytes:
        raise UserError(f"{path}: is larger than {max_bytes:,} bytes; {_ADVICE}")
    return data


def cannot_read(path: Path, error: OSError) -> UserError:
    """The error for a file that is not there or must not be read."""
    return UserError(f"{path}: cannot be read ({error.strerror or error}); {_ADVICE}")


def parse_json(path: Path, data: bytes) -> Any:
    """The JSON value of a file's bytes. Raises UserError, naming the file, where they are not strict JSON."""
    try:
        return loads(data)
    except JsonError as error:
        raise UserError(f"{path}: cannot be read ({error}); {_ADVICE}") from None
