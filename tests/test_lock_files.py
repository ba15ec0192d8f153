"""Lock files: a link is not opened, and a file that was removed or replaced is told from the one that is open."""

import os
from pathlib import Path

import pytest

from rnn_textclf.lock_files import LOCK_NAME, is_in_place, open_lock


def test_a_replaced_lock_file_is_not_the_open_one(tmp_path: Path) -> None:
    path = tmp_path / LOCK_NAME
    with pytest.raises(FileNotFoundError):
        open_lock(path, create=False)
    descriptor = open_lock(path, create=True)
    try:
        assert is_in_place(descriptor, path)
        path.unlink()
        assert not is_in_place(descriptor, path)
        path.touch()
        assert not is_in_place(descriptor, path)
    finally:
        os.close(descriptor)


def test_a_link_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").touch()
    (tmp_path / LOCK_NAME).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        open_lock(tmp_path / LOCK_NAME, create=True)
