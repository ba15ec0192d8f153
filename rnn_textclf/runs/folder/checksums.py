"""Checksums of a run folder: the SHA-256 of each file that a run is read from, in `checksums.json`.

A file that is replaced has the hash of its new content recorded first, beside that of its last one: whenever the
process is killed, the file on disk is one of the two. A file that is new is recorded after it was written. So a
mismatch is damage, never an interrupted write. Checkpoints have checksums of their own (CRC-32C, by TensorFlow), and
the encoded corpus has them in its `key.json`.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from rnn_textclf.atomic import replacing, write_text
from rnn_textclf.errors import UserError
from rnn_textclf.runs.folder.run_files import MAX_BYTES, cannot_read, parse_json, read_file

CHECKSUMS_NAME = "checksums.json"
_VERSIONS = 2  # Hashes kept of a file: the new and the last.
_ATTEMPTS = 5
_PAUSE = 0.05  # Seconds for a writer between the hash and the file.


class Checksums:
    """The checksums of a folder; a folder without the file, of an earlier release, is read without checks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / CHECKSUMS_NAME

    def write(self, path: Path, data: bytes) -> None:
        """Writes a file of the folder, whole or not at all, and records its hash. Raises UserError as `replacing`."""
        known = self._read()
        hashes = [_hash(data), *known.get(path.name, [])]
        hashes = list(dict.fromkeys(hashes))[:_VERSIONS]
        if known.get(path.name) and path.exists():
            self._write(known | {path.name: hashes})
            _write_bytes(path, data)
        else:
            _write_bytes(path, data)
            self._write(known | {path.name: hashes[:1]})

    def record(self, paths: Iterable[Path]) -> None:
        """Records the hashes of files as they are."""
        present = {path.name: [_hash(read_file(path, self._folder))] for path in paths if path.exists()}
        self._write(self._read() | present)

    def read(self, path: Path, max_bytes: int = MAX_BYTES, whole_lines: bool = False) -> bytes:
        """The bytes of a file of the folder, checked against its hash if that is known.

        Args:
          path: the file.
          max_bytes: most bytes that it may have.
          whole_lines: whether a last line that was cut off may be left out.

        Raises:
          UserError: the file is missing, damaged, or no regular file in the folder.
        """
        seen: tuple[bytes | None, list[str] | None] = (None, None)
        for _ in range(_ATTEMPTS):
            hashes = self._read().get(path.name)
            try:
                data = read_file(path, self._folder, max_bytes)
            except FileNotFoundError as error:
                if hashes is None:
                    raise cannot_read(path, error) from None
                data = None
            if data is not None:
                for candidate in _candidates(data, whole_lines):
                    if hashes is None or _hash(candidate) in hashes:
                        return candidate
            if seen == (data, hashes):  # Nobody is writing: it is as it is.
                break
            seen = data, hashes
            time.sleep(_PAUSE)
        raise self._mismatch(path, missing=seen[0] is None)

    def exists(self, path: Path) -> bool:
        """Whether a file that may be absent is there, or ought to be."""
        return path.exists() or path.name in self._read()

    def _mismatch(self, path: Path, missing: bool) -> UserError:
        if missing:
            return UserError(f"{path}: is missing, but {CHECKSUMS_NAME} names it; restore the file or train anew")
        return UserError(
            f"{path}: is damaged, its SHA-256 is not the one in {CHECKSUMS_NAME}; restore the file or train anew; "
            f"if you changed it yourself, delete {CHECKSUMS_NAME}"
        )

    def _read(self) -> dict[str, list[str]]:
        try:
            data = read_file(self.path, self._folder)
        except FileNotFoundError:
            return {}
        values = parse_json(self.path, data)
        if not isinstance(values, dict) or not all(_is_entry(hashes) for hashes in values.values()):
            raise UserError(
                f"{self.path}: holds no SHA-256 hashes; restore the file, or delete it to read the run unchecked"
            )
        return values

    def _write(self, hashes: dict[str, list[str]]) -> None:
        write_text(self.path, json.dumps(hashes, indent=1, sort_keys=True) + "\n")


def _candidates(data: bytes, whole_lines: bool) -> Iterator[bytes]:
    yield data
    if whole_lines and not data.endswith(b"\n"):
        yield data[: data.rfind(b"\n") + 1]


def _is_entry(hashes: object) -> bool:
    return isinstance(hashes, list) and all(isinstance(one, str) for one in hashes)


def _write_bytes(path: Path, data: bytes) -> None:
    with replacing(path, "wb") as file:
        file.write(data)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
