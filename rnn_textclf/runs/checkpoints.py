"""Checkpoints: the variables after step N as `model.ckpt-N`, the last few kept.

A checkpoint is written beside its place, flushed to the disk and renamed, and only then are older ones removed, so
that a power cut at any moment leaves a complete one. Its index file is renamed last: a data file without one is not a
checkpoint yet, or no longer.
"""

import os
import re
import shutil
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rnn_textclf.atomic import sync, write_text
from rnn_textclf.errors import UserError
from rnn_textclf.models.row_table import stored_place
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.folder.run_files import check_regular
from rnn_textclf.runs.quantized_checkpoint import CheckpointReader
from rnn_textclf.runs.tensorflow_errors import reason

Result = TypeVar("Result")

PREFIX = "model.ckpt"
_UNFINISHED = f".{PREFIX}.unfinished"
_ATTEMPTS = 20
_READ_ONLY = (tf.errors.PermissionDeniedError, PermissionError)
# What TensorFlow raises, or says in an error of no such type, where a CRC-32C differs or a file is cut short.
_DAMAGE = (tf.errors.DataLossError, tf.errors.OutOfRangeError, IndexError)
_DAMAGE_TEXT = re.compile("checksum|sstable|corrupt|too short|read less bytes|read fewer bytes", re.IGNORECASE)


def checkpoint_steps(folder: Path) -> list[int]:
    """Steps of the complete checkpoints in a folder, ascending."""
    try:
        names = [re.fullmatch(rf"{PREFIX}-(\d{{1,18}})\.index", name) for name in os.listdir(folder)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(int(name[1]) for name in names if name)


def checkpoint_path(folder: Path, step: int) -> Path:
    """The checkpoint of a step, as TensorFlow names it."""
    return folder / f"{PREFIX}-{step}"


def last_checkpoint(folder: Path) -> Path:
    """The last complete checkpoint of a folder that has one."""
    return checkpoint_path(folder, checkpoint_steps(folder)[-1])


def read_last(folder: Path, read: Callable[[CheckpointReader], Result]) -> tuple[int, Result]:
    """Reads the last checkpoint of a folder, and returns its step and what `read` made of it.

    Where another process trains meanwhile and removes the checkpoint that was just chosen, the next is chosen.

    Raises:
      UserError: there is none, it is damaged, or as `read` raises.
    """
    for _ in range(_ATTEMPTS):
        steps = checkpoint_steps(folder)
        if not steps:
            raise UserError(f"{folder}: no {PREFIX}-N here; let train.py finish an epoch, or restore the files")
        path = checkpoint_path(folder, steps[-1])
        try:
            return steps[-1], read(_open(path))
        except UserError:
            raise
        except (tf.errors.OpError, OSError, ValueError, IndexError, RuntimeError) as error:
            failure = _failure(path, steps[:-1], error)
        if checkpoint_steps(folder) == steps:
            break
    raise failure


class Checkpoints:
    """The checkpoints of one folder.

    Args:
      folder: where they are; made when the first is saved.
      variables: what they hold.
      keep: how many of the last ones stay.
      optional: those of the variables that checkpoints of earlier versions lack; they then stay as they are.
    """

    def __init__(self, folder: Path, variables: Sequence[Any], keep: int = 1, optional: Collection[Any] = ()) -> None:
        self._folder = folder
        self._optional = {variable.op.name for variable in optional}
        self._variables = variables
        self._keep = keep
        self._saver = tf.train.Saver(variables)

    def save(self, session: Any, step: int) -> Path:
        """Saves the variables; older checkpoints are removed only when the new one is complete and on the disk.

        Raises:
          UserError: it could not be written; what there was before is untouched.
        """
        path = self.path(step)
        unfinished = self._folder / _UNFINISHED
        try:
            self._sweep()
            unfinished.mkdir(parents=True)
            self._saver.save(session, str(unfinished / PREFIX), step, write_meta_graph=False, write_state=False)
            self._put_in_place(unfinished)
            self._drop_all_but(step)
        except (tf.errors.OpError, OSError, ValueError) as error:
            raise UserError(f"{path}: cannot be written ({reason(error)}); {_remedy(error)}") from None
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return path

    def restore(self, session: Any) -> int:
        """Restores the last checkpoint and returns its step.

        Raises:
          UserError: there is none, it is damaged, or it does not fit the variables.
        """
        step, _ = read_last(self._folder, lambda stored: self._load(session, stored))
        return step

    def path(self, step: int) -> Path:
        """The checkpoint of a step, as TensorFlow names it."""
        return checkpoint_path(self._folder, step)

    def _put_in_place(self, unfinished: Path) -> None:
        """Flushes the files of a new checkpoint and moves them into the folder, the index last."""
        files = sorted(unfinished.iterdir(), key=lambda path: path.suffix == ".index")
        for file in files:
            sync(file)
        for file in files:
            os.replace(file, self._folder / file.name)
            sync(self._folder)

    def _drop_all_but(self, step: int) -> None:
        """Removes all but the last few checkpoints up to `step`; later ones are of epochs that were lost."""
        steps = checkpoint_steps(self._folder)
        kept = [older for older in steps if older <= step][-self._keep :]
        names = "".join(f'all_model_checkpoint_paths: "{PREFIX}-{kept_step}"\n' for kept_step in kept)
        write_text(self._folder / "checkpoint", f'model_checkpoint_path: "{PREFIX}-{step}"\n{names}')
        for other in set(steps) - set(kept):
            # The index first: what has none is not chosen by a reader.
            for file in sorted(self._folder.glob(f"{PREFIX}-{other}.*"), key=lambda path: path.suffix != ".index"):
                file.unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Removes what a full disk or a kill left of checkpoints that were never complete."""
        shutil.rmtree(self._folder / _UNFINISHED, ignore_errors=True)
        complete = checkpoint_steps(self._folder)
        for part in self._folder.glob(f"{PREFIX}-*"):
            name = re.match(rf"{PREFIX}-(\d+)\.", part.name)
            if name and (int(name[1]) not in complete or ".tempstate" in part.name):
                part.unlink(missing_ok=True)

    def _load(self, session: Any, stored: CheckpointReader) -> None:
        """Fills the variables one after the other: a saver's own operation takes a path for a pattern."""
        absent = self._optional - stored.shapes.keys()
        places = ((variable, stored_place(variable)) for variable in self._variables)
        found = [(variable, place) for variable, place in places if place.name not in absent]
        for _, (name, wanted, _) in found:
            if (shape := stored.shapes.get(name)) != wanted:
                raise UserError(
                    f"{stored.path}: {name} has shape {shape}, but config.json, vocab.txt and "
                    f"labels.txt ask for {wanted}; these files are not of one run"
                )
        for variable, (name, _, rows) in found:
            values = stored[name]
            variable.load(values[rows] if values.ndim else values, session)


def _open(path: Path) -> CheckpointReader:
    for part in path.parent.glob(f"{path.name}.*"):
        check_regular(part, path.parent)
    stored = CheckpointReader(path)
    data = sum(part.stat().st_size for part in path.parent.glob(f"{path.name}.data-*"))
    if stored.num_bytes > data > 0:
        raise IndexError(f"corrupt: its index speaks of {stored.num_bytes:,} bytes, its data has {data:,}")
    return stored


def _failure(path: Path, older: Sequence[int], error: Exception) -> UserError:
    """The error for a checkpoint that cannot be read; it is called damaged where a checksum says so."""
    remedy = f"remove its files, so that {PREFIX}-{older[-1]} is used" if older else "train anew"
    said = reason(error)
    if isinstance(error, _DAMAGE) or _DAMAGE_TEXT.search(said):
        return UserError(f"{path}: the checkpoint is damaged ({said}); restore its files, or {remedy}")
    return UserError(f"{path}: cannot be read ({said}); run the command again, restore its files, or {remedy}")


def _remedy(error: Exception) -> str:
    if isinstance(error, _READ_ONLY) or "read-only" in str(error).lower():
        return "make the folder writable, or copy it to a disk that is, and run the command again"
    return "free some space and run the command again"
