"""Copy of a run's small files for a worker, which may not see the chief's disk."""

import base64
import contextlib
from collections.abc import Iterator
from pathlib import Path

from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.temporary_folders import NEW_NAME, temporary_folder


def pack_run(folder: RunFolder) -> dict[str, str]:
    """The files that a run is begun with, but for the corpus and the hashes of its rows: name -> base64."""
    files = [path for path in _files(folder) if path != folder.row_hashes_path and path.exists()]
    return {path.name: base64.b64encode(folder.checksums.read(path)).decode() for path in files}


@contextlib.contextmanager
def unpacked_run(files: dict[str, str], place: Path) -> Iterator[RunFolder]:
    """A run folder of these files, removed at the end; beside `place`."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with temporary_folder(place) as temporary:
        folder = RunFolder(temporary / NEW_NAME)
        folder.path.mkdir()
        known = {path.name: path for path in _files(folder)}
        for name, content in files.items():
            known[name].write_bytes(base64.b64decode(content))
        yield folder


def _files(folder: RunFolder) -> list[Path]:
    return [*folder.facts, folder.config_path]
