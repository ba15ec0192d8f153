"""Removal of a run, or of what only a resume needs, from its folder; what is not the run's stays."""

import contextlib
from pathlib import Path

from rnn_textclf.runs.folder.checksums import Checksums
from rnn_textclf.runs.folder.run_paths import RunPaths


def remove_run(folder: RunPaths) -> None:
    """Removes the run that is here, and nothing else: neighbours and the ids in `encoded/` stay."""
    # config.json first: what is left after a kill half way is no run folder any more.
    folder.config_path.unlink(missing_ok=True)
    Checksums(folder.path).path.unlink(missing_ok=True)
    for part in folder.parts():
        remove_run(part)
        _remove_empty(part.path, part.path.parent)
    files = [*folder.facts, folder.folds_path, folder.fold_path, folder.calibration_path]
    files += [folder.history_path, folder.test_metrics_path, *_event_files(folder)]
    for pictures in (folder.report, *folder.report.glob("*/")):
        files += [*pictures.glob("*.png"), pictures / "metrics.json", pictures / "index.html"]
    for weights in (folder.path, folder.best):
        files += [*weights.glob("model.ckpt-*"), weights / "checkpoint"]
    for file in files:
        file.unlink(missing_ok=True)
    _remove_empty(*folder.report.glob("*/"), folder.report, folder.best, *_event_folders(folder))


def remove_checkpoints(folder: RunPaths) -> None:
    """Removes what only a resume needs; the best weights stay."""
    for file in (*folder.path.glob("model.ckpt-*"), *_event_files(folder)):
        file.unlink(missing_ok=True)
    _remove_empty(*_event_folders(folder))
    (folder.path / "checkpoint").unlink(missing_ok=True)
    for part in folder.parts():
        remove_checkpoints(part)


def _event_files(folder: RunPaths) -> list[Path]:
    return [file for events in folder.events.values() for file in events.glob("events.out.tfevents.*")]


def _event_folders(folder: RunPaths) -> list[Path]:
    return [events for name, events in folder.events.items() if name]


def _remove_empty(*folders: Path) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):  # not there, or not empty and so not the run's alone
            folder.rmdir()
