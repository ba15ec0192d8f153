"""Tuning: trains settings one after the other and keeps the one with the lowest validation loss.

A tuning's folder, `--ckpt_dir`, holds:

  study.jsonl  the settings tried so far and their outcomes
  best.flags   the best of them as a flag file
  trials/N     run folder of the best one; those of the others are removed
  encoded/     the corpus as ids, which all settings read
"""

import contextlib
import logging
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.atomic import write_text
from rnn_textclf.console import progress, without_repeats
from rnn_textclf.errors import UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.runs.evaluation import ScoredExamples
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.folder.run_lock import RunLock
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.runs.training_result import TrainingResult
from rnn_textclf.training.concurrency.interrupts import Interrupted
from rnn_textclf.training.data_preparation import load_data
from rnn_textclf.training.pretraining.shipped_run import with_shipped_run
from rnn_textclf.training.run_setup import RunSetup, SharedData
from rnn_textclf.training.tuning.flag_file import fixed_flags, flag_file
from rnn_textclf.training.tuning.search_space import search_space, with_settings
from rnn_textclf.training.tuning.study import STUDY_NAME, Study, Tried

logger = logging.getLogger(__name__)

TrainModel = Callable[[TrainingJob, Sessions, SharedData], TrainingResult]

_LEAST = 1e-7  # What probabilities in 32 bits can still tell from 0 and 1.


def tune(job: TrainingJob, sessions: Sessions, train_model: TrainModel) -> TrainingResult:
    """Tries settings until there are enough of them or the time is over, and prints the best as a flag file.

    Args:
      job: what to train; the flags that it gives are not tuned.
      sessions: opens the sessions.
      train_model: trains a model.

    Returns:
      The result of the best setting, whose run folder stays.

    Raises:
      FlagError: every flag is given, or the folder was tuned with other flags or rows.
      Interrupted: the user asked to stop; what was tried is kept.
      UserError: Optuna is not installed, the folder or a corpus cannot be used, or no setting can be trained.
    """
    with RunLock(job.ckpt_dir), without_repeats():
        return _Tuning(job, sessions, train_model).run()


class _Tuning:
    def __init__(self, job: TrainingJob, sessions: Sessions, train_model: TrainModel) -> None:
        self._job, self._sessions, self._train_model = job, sessions, train_model
        self._folder = job.ckpt_dir
        space = search_space(job.given, with_shipped_run(job).pretrain.run)
        if job.overwrite:
            _clear(self._folder)
        self._shared = load_data(RunSetup(RunFolder(self._folder), job, None))
        fixed = fixed_flags(job) | {"rows": self._shared.corpora.fingerprint}
        self._study = Study(self._folder, space, fixed, job.train.seed)
        self._ends = time.monotonic() + 60 * job.tuning.tune_minutes

    def run(self) -> TrainingResult:
        """Tries the settings that are left; see `tune`."""
        wanted = self._job.tuning.tune
        with progress(wanted, "tuning", "settings") as bar:
            bar.update(min(len(self._study.tried), wanted))
            while len(self._study.tried) < wanted and self._has_time():
                self._try_next()
                bar.update()
        best = self._study.best
        if best is None:
            raise UserError(f"{self._folder}: no setting could be trained; give fewer flags, or other ones")
        if len(self._study.tried) < wanted:
            logger.info(
                f"Tried {len(self._study.tried)} of {wanted} settings in {self._job.tuning.tune_minutes:g} minutes; "
                "run the same command to go on"
            )
        self._show(best)
        return self._train(best.number, best.settings, overwrite=False)

    def _has_time(self) -> bool:
        """Whether a training as long as the others would end in time; the first always may."""
        left = self._ends - time.monotonic()
        seconds = [tried.seconds for tried in self._study.tried if tried.loss is not None]
        return not seconds or left > statistics.median(seconds)

    def _try_next(self) -> None:
        number, settings = self._study.ask()
        began = time.monotonic()
        try:
            result = self._train(number, settings, overwrite=True)
        except Interrupted:
            _remove(self._run_folder(number))
            raise Interrupted(f"Stopped after {number} settings; run the same command to go on") from None
        except UserError as error:
            if self._study.best is None:
                raise
            logger.warning(f"Warning: setting {number + 1} cannot be trained: {error}")
            tried = Tried(number, settings)
        else:
            loss = calibrated_loss(result.valid, result.config.model.loss)
            tried = Tried(number, settings, loss, result.valid.accuracy, time.monotonic() - began)
        self._study.tell(tried)
        self._keep_the_best(tried)

    def _keep_the_best(self, tried: Tried) -> None:
        """Removes the run folders of all settings but the best, and logs the outcome of the last."""
        best = self._study.best
        assert best is not None
        for folder in (self._folder / "trials").iterdir():
            if folder != self._run_folder(best.number):
                _remove(folder)
        done, wanted = len(self._study.tried), self._job.tuning.tune
        mean = statistics.fmean(each.seconds for each in self._study.tried)
        left = max(0.0, min(self._ends - time.monotonic(), (wanted - done) * mean))
        failed = tried.loss is None
        outcome = "failed" if failed else f"validation loss {tried.loss:.4f}, accuracy {tried.accuracy:.2%}"
        logger.info(
            f"Setting {done}/{wanted}, about {left / 60:.1f} minutes left: {outcome}; best {best.loss:.4f}, "
            f"{best.accuracy:.2%}"
        )

    def _train(self, number: int, settings: dict[str, Any], overwrite: bool) -> TrainingResult:
        job = with_settings(self._job, settings).replace(ckpt_dir=self._run_folder(number), overwrite=overwrite)
        return self._train_model(job, self._sessions, self._shared)

    def _show(self, best: Tried) -> None:
        """Writes and prints the flag file."""
        job = with_settings(self._job, best.settings)
        text = flag_file(
            job,
            f"The best of {len(self._study.tried)} settings: validation loss {best.loss:.4f}, accuracy "
            f"{best.accuracy:.2%}.",
        )
        path = self._folder / "best.flags"
        write_text(path, text)
        logger.info(f"The best setting, also in {path}; train.py --flagfile={path} --ckpt_dir=NEW trains it again")
        print(text, end="")

    def _run_folder(self, number: int) -> Path:
        return self._folder / "trials" / str(number)


def calibrated_loss(scored: ScoredExamples, loss: str) -> float:
    """Mean loss, in nats, of probabilities that are calibrated: of the class, or of all independent ones together."""
    chances = np.clip(scored.probabilities.astype(np.float64), _LEAST, 1 - _LEAST)
    terms = np.where(scored.targets, np.log(chances), np.log1p(-chances) if loss == "sigmoid" else 0.0)
    return float(-terms.sum(1).mean())


def _clear(folder: Path) -> None:
    """Removes an older tuning."""
    for name in (STUDY_NAME, "best.flags"):
        (folder / name).unlink(missing_ok=True)
    for run in (folder / "trials").glob("*"):
        _remove(run)


def _remove(run: Path) -> None:
    """Removes the run folder of a setting."""
    shutil.rmtree(run, ignore_errors=True)
    with contextlib.suppress(OSError):
        run.parent.rmdir()
