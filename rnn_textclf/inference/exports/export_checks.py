"""Checks of an export that need no TensorFlow."""

from pathlib import Path

from rnn_textclf.errors import UserError
from rnn_textclf.jobs import InferenceJob
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.folder.single_models import single_models

_PATTERN = set("*?[\\")


def check_export(job: InferenceJob, run: Path) -> None:
    """Raises UserError where the runs hold more than the one model that an export takes, or its path cannot be used."""
    if job.more_runs or single_models(RunFolder(run)) != [RunFolder(run)]:
        raise UserError(
            f"{run}: an export holds one model, not the mean of several; distil them into one "
            f"(train.py --distil_from={','.join(map(str, [run, *job.more_runs]))}) and export that"
        )
    if job.export:
        check_loadable(job.export)


def check_loadable(folder: Path) -> None:
    """Raises UserError for a path that a SavedModel could be written to, but not loaded from."""
    if unreadable := sorted(set(str(folder)) & _PATTERN):
        raise UserError(
            f"{folder}: TensorFlow loads no SavedModel from a path with {unreadable[0]}, which it takes for a pattern; "
            "name another folder"
        )
