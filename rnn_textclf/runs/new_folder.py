"""Folders that are whole or not there."""

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from rnn_textclf.atomic import cannot_write
from rnn_textclf.errors import UserError


@contextlib.contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, beside `path`, which becomes `path` when the block ends well.

    When it does not, it is removed and `path` is as it was.

    Raises:
      UserError: `path` is there and is no empty folder, or the disk is full, or there is no permission.
    """
    target = path.resolve()
    unfinished = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UserError(f"{path}: there is something already; name a folder that is new or empty")
        unfinished.mkdir(parents=True)
        yield unfinished
        os.replace(unfinished, target)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
