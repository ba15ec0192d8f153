"""Files and folders that are either whole or absent, whatever happens while they are written.

A writer works beside the target and renames at the end. Contents are on disk before the rename and the rename is on
disk before the function returns, so that a power cut leaves the old state or the new one.
"""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Literal

from rnn_textclf.errors import UserError
from rnn_textclf.lock_files import LOCK_NAME
from rnn_textclf.temporary_files import temporary_file
from rnn_textclf.temporary_folders import NEW_NAME, OLD_NAME, temporary_folder

_ADVICE = {
    errno.ENOSPC: "free some space or choose another folder",
    errno.EDQUOT: "free some of your quota or choose another folder",
    errno.EROFS: "choose a folder that can be written to",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ENOTDIR: "choose another folder: a file is in its way",
    errno.EEXIST: "choose another folder: a file is in its way",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.EIO: "check the disk or choose another folder",
    None: "free some space or choose another folder",
}
_IN_THE_WAY = {errno.ENOTEMPTY, errno.EEXIST}
_ATTEMPTS = 20
_CANNOT_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM}


@contextlib.contextmanager
def replacing(path: Path | str, mode: str = "w") -> Iterator[IO]:
    """Temporary file beside `path` that takes its place when the block ends without an error.

    A device or a pipe, such as /dev/null, is written itself, for a file in its place would be another thing.

    Args:
      path: the file to write, or a link to it; an older one stays as it is until the new one is whole and on disk.
      mode: `w` for UTF-8 text with line ends as given, `wb` for bytes.

    Raises:
      UserError: the file cannot be written; nothing is left behind. What a killed process leaves is removed by the next
        that writes the same file.
    """
    path = Path(path)
    text = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    with _errors_for_user(path):
        if path.exists() and not path.is_file() and not path.is_dir():
            with path.open(mode, **text) as file:  # type: ignore[call-overload]
                yield file
            return
        path = Path(os.path.realpath(path)) if path.is_symlink() else path
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary_file(path) as (descriptor, temporary):
            with os.fdopen(descriptor, mode, **text) as file:  # type: ignore[call-overload]
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        sync(path.parent)


def write_text(path: Path | str, text: str) -> None:
    """Writes UTF-8, line ends as given, whole or not at all. Raises UserError as `replacing` does."""
    with replacing(path) as file:
        file.write(text)


@contextlib.contextmanager
def new_folder(path: Path | str, existing: Literal["refuse", "replace", "merge"] = "refuse") -> Iterator[Path]:
    """Temporary folder beside `path` that takes its place when the block ends without an error.

    Otherwise it is removed and `path` is as it was. What killed processes left for the same `path` is removed first.

    Args:
      path: the folder to make.
      existing: what becomes of a folder that is there and not empty. `refuse` raises, `replace` removes it, `merge`
        moves the new files into it, one at a time, over those of the same name.

    Raises:
      UserError: the folder is there and is refused, or cannot be written.
    """
    target = Path(path).resolve()
    with _errors_for_user(path):
        if existing == "refuse" and not is_free(target):
            raise UserError(f"{path}: there is something already; name a folder that is new or empty")
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(target) as beside:
            unfinished = beside / NEW_NAME
            unfinished.mkdir()
            yield unfinished
            _sync_tree(unfinished)
            if existing == "merge" and target.is_dir():
                _merge(unfinished, target)
            else:
                _put_in_place(unfinished, target, beside / OLD_NAME)
            sync(target.parent)


def is_free(path: Path) -> bool:
    """Whether nothing is at `path`, or a folder with nothing but the lock file of a killed process."""
    return not os.path.lexists(path) or (path.is_dir() and all(entry.name == LOCK_NAME for entry in path.iterdir()))


def cannot_write(path: Path | str, error: OSError) -> UserError:
    """Error for a user whose file or folder cannot be written, with advice that fits the cause."""
    advice = _ADVICE.get(error.errno, "choose another folder")
    return UserError(f"{path}: cannot be written ({error.strerror or error}); {advice}")


def _put_in_place(unfinished: Path, target: Path, aside: Path) -> None:
    """Renames a folder over an older one, moved aside first: no system replaces a folder that is not empty.

    Where another process has put a folder of its own there in between, that one is moved aside too.
    """
    for attempt in range(_ATTEMPTS):
        with contextlib.suppress(FileNotFoundError):
            os.replace(target, aside)
        try:
            os.replace(unfinished, target)
            return
        except OSError as error:
            if error.errno in _IN_THE_WAY and target.is_dir() and attempt < _ATTEMPTS - 1:
                shutil.rmtree(aside, ignore_errors=True)
                continue
            with contextlib.suppress(OSError):
                os.replace(aside, target)
            raise


def _merge(unfinished: Path, target: Path) -> None:
    for path in sorted(unfinished.iterdir()):
        shutil.move(path, target / path.name)
    sync(target)


def _sync_tree(folder: Path) -> None:
    for root, _, names in os.walk(folder):
        for name in names:
            sync(Path(root, name))
        sync(Path(root))


def sync(path: Path) -> None:
    """Writes a file's bytes, or the names in a folder, to disk, where the file system can."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise


@contextlib.contextmanager
def _errors_for_user(path: Path | str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(path, error) from error


def _umask() -> int:
    """Permission bits that new files must not have: mkstemp makes files that only their owner reads."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
