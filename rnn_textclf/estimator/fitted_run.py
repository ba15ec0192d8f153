"""Run folder of a fitted estimator: temporary or the user's own, and what a pickle holds of it."""

import shutil
import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.runs.folder.removal import remove_checkpoints
from rnn_textclf.runs.folder.run_folder import RunFolder


class FittedRun:
    """Run folder with the predictor that it makes, loaded when it is first asked for.

    A pickle holds the files that scoring reads. Unpickled, or copied, they are in a temporary folder again, which is
    removed with the object.

    Args:
      path: the folder; None for a temporary one.
      threads: batches that are scored at a time; 0 is as many as there are cores.
    """

    def __init__(self, path: Path | None, threads: int) -> None:
        self._threads = threads
        self._temporary = None if path else tempfile.TemporaryDirectory(prefix="rnn_textclf-")
        self.path = path or Path(self._temporary.name)  # type: ignore[union-attr]

    @cached_property
    def predictor(self) -> Predictor:
        """The run, ready to score text. Raises UserError where its files are damaged or gone."""
        return Predictor.load(self.path, self._threads)

    def drop_training_files(self) -> None:
        """Removes what only a resume needs from a temporary folder; the user's own keeps it."""
        if self._temporary is not None:
            folder = RunFolder(self.path)
            remove_checkpoints(folder)
            shutil.rmtree(folder.encoded, ignore_errors=True)

    def __getstate__(self) -> dict[str, Any]:
        files = {str(file.relative_to(self.path)): file.read_bytes() for file in _files(RunFolder(self.path))}
        return {"threads": self._threads, "files": files}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(None, state["threads"])  # type: ignore[misc]
        for name, data in state["files"].items():
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / name).write_bytes(data)


def _files(run: RunFolder) -> Iterator[Path]:
    """The files that scoring reads, those of an ensemble's members included."""
    for part in run.parts():
        yield from _files(part)
    words = (run.vocabulary_path, run.entities_path, run.labels_path)
    facts = (run.config_path, *words, run.calibration_path, run.checksums.path)
    yield from (path for path in facts if path.exists())
    yield from sorted(run.best.glob("model.ckpt-*"))
