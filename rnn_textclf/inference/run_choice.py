"""Run that answers a job of `infer.py`: the user's own, or the shipped one while there is none. No TensorFlow."""

import logging
import os
from pathlib import Path

from rnn_textclf.jobs import SHIPPED_RUN, InferenceJob
from rnn_textclf.runs.folder.run_folder import RunFolder, read_json

logger = logging.getLogger(__name__)


def choose_run(job: InferenceJob) -> Path:
    """The job's run folder, or the shipped one while the default folder holds no run."""
    own, shipped = RunFolder(job.ckpt_dir), RunFolder(SHIPPED_RUN)
    return SHIPPED_RUN if job.fall_back and shipped.exists() and not own.exists() else job.ckpt_dir


def announce_run(job: InferenceJob) -> None:
    """Says which run answers where the user named none, with its accuracy, and how to ask the other one."""
    if not job.fall_back or not RunFolder(SHIPPED_RUN).exists():
        return
    if choose_run(job) != job.ckpt_dir:
        logger.info(f"No run in {job.ckpt_dir}/ yet: the shipped model answers")
        return
    logger.info(
        f"Your run in {job.ckpt_dir}/ answers{_accuracy(job.ckpt_dir)}; "
        f"--ckpt_dir={os.path.relpath(SHIPPED_RUN)} asks the shipped one{_accuracy(SHIPPED_RUN)}"
    )


def _accuracy(run: Path) -> str:
    """The run's test accuracy in brackets, for a message; empty where it has none, as while it is still trained."""
    path = RunFolder(run).test_metrics_path
    values = read_json(path) if path.exists() else None
    accuracy = values.get("test_accuracy") if isinstance(values, dict) else None
    return f" (test accuracy {accuracy:.1%})" if isinstance(accuracy, int | float) else ""
