"""Checkpoints: the variables after step N as `model.ckpt-N`, the last few kept."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rnn_textclf.errors import UserError
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.quantized_checkpoint import CheckpointReader

PREFIX = "model.ckpt"


def checkpoint_steps(folder: Path) -> list[int]:
    """Steps of the complete checkpoints in a folder, ascending.

    The index file is the last one that TensorFlow puts in place, so a checkpoint that a kill cut off is
    not among them.
    """
    names = (re.fullmatch(rf"{PREFIX}-(\d+)\.index", path.name) for path in folder.glob(f"{PREFIX}-*.index"))
    return sorted(int(name[1]) for name in names if name)


def checkpoint_path(folder: Path, step: int) -> Path:
    """The checkpoint of a step, as TensorFlow names it."""
    return folder / f"{PREFIX}-{step}"


def last_checkpoint(folder: Path) -> Path:
    """The last whole checkpoint of a folder that has one."""
    return checkpoint_path(folder, checkpoint_steps(folder)[-1])


class Checkpoints:
    """The checkpoints of one folder.

    Args:
      folder: where they are; made when the first is saved.
      variables: what they hold.
      keep: how many of the last ones stay.
    """

    def __init__(self, folder: Path, variables: Sequence[Any], keep: int = 1) -> None:
        self._folder = folder
        self._variables = variables
        self._saver = tf.train.Saver(variables, max_to_keep=keep, save_relative_paths=True)
        self._saver.recover_last_checkpoints([str(checkpoint_path(folder, n)) for n in checkpoint_steps(folder)])

    def save(self, session: Any, step: int) -> Path:
        """Saves the variables; older checkpoints go only after the new one is whole.

        Raises:
          UserError: it could not be written; what there was before is untouched.
        """
        path = self.path(step)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._saver.save(session, str(self._folder / PREFIX), step, write_meta_graph=False)
        except (tf.errors.OpError, OSError, ValueError) as error:
            raise UserError(
                f"{path}: cannot be written ({_reason(error)}); free some space and run the command again"
            ) from None
        finally:
            self._sweep()
        return path

    def restore(self, session: Any) -> int:
        """Restores the last checkpoint and returns its step.

        Raises:
          UserError: there is none, it is damaged, or it does not fit the variables.
        """
        steps = checkpoint_steps(self._folder)
        if not steps:
            raise UserError(f"{self._folder}: no {PREFIX}-N here; train again with --overwrite")
        path = self.path(steps[-1])
        try:
            stored = CheckpointReader(path)
            self._check(path, stored)
            if stored.is_quantized:
                for variable in self._variables:
                    variable.load(stored[variable.op.name], session)
            else:
                self._saver.restore(session, str(path))
        except (tf.errors.OpError, ValueError, IndexError, RuntimeError) as error:
            older = (
                f"; without its files {PREFIX}-{steps[-2]} answers"
                if len(steps) > 1
                else "; train again with --overwrite"
            )
            raise UserError(f"{path}: the checkpoint is damaged ({_reason(error)}){older}") from None
        return steps[-1]

    def path(self, step: int) -> Path:
        """The checkpoint of a step, as TensorFlow names it."""
        return checkpoint_path(self._folder, step)

    def _sweep(self) -> None:
        """Removes what a full disk or a kill left of checkpoints that never became whole."""
        whole = checkpoint_steps(self._folder)
        for part in self._folder.glob(f"{PREFIX}-*"):
            name = re.match(rf"{PREFIX}-(\d+)\.", part.name)
            if name and (int(name[1]) not in whole or ".tempstate" in part.name):
                part.unlink(missing_ok=True)

    def _check(self, path: Path, stored: CheckpointReader) -> None:
        for variable in self._variables:
            wanted, found = variable.shape.as_list(), stored.shapes.get(variable.op.name)
            if found != wanted:
                raise UserError(
                    f"{path}: {variable.op.name} has shape {found}, but config.json, vocab.txt and "
                    f"labels.txt ask for {wanted}; these files are not of one run"
                )


def _reason(error: Exception) -> str:
    """The line that says what went wrong: TensorFlow puts it after the node that met it."""
    text = str(error).strip() or type(error).__name__
    at_node = re.search(r"^Node: .*\n(.+)", text, re.MULTILINE)
    return (at_node[1] if at_node else text.splitlines()[0])[:200]
