"""Run set-up: whether a job begins a run or resumes the one in its folder, and with which options."""

import dataclasses
from pathlib import Path
from typing import Any, NamedTuple

from rnn_textclf.config import CorpusFacts, RunConfig
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.options import Config
from rnn_textclf.preprocessing.encoded.prepared_data import EncodedCorpora
from rnn_textclf.preprocessing.encoded.splits import Split
from rnn_textclf.runs.checkpoints import checkpoint_steps
from rnn_textclf.runs.folder.removal import remove_run
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.training.pretraining.shipped_run import with_shipped_run
from rnn_textclf.training.pretraining.stages import with_pretrained_shape


class RunSetup(NamedTuple):
    """A run folder and the job to do in it.

    job: with the options of the run where it is resumed, and those that the user may change then.
    stored: the configuration in the folder; None for a run that begins.
    """

    folder: RunFolder
    job: TrainingJob
    stored: RunConfig | None

    @property
    def has_weights(self) -> bool:
        """Whether training resumes from a checkpoint, which makes first weights unnecessary."""
        return self.stored is not None and bool(checkpoint_steps(self.folder.path))

    def config(self, corpus: CorpusFacts) -> RunConfig:
        """The configuration in force; `corpus` describes the corpora, which a resumed run may find elsewhere."""
        facts = dataclasses.replace(self.stored.corpus, source=corpus.source) if self.stored else corpus
        return RunConfig(self.job.model, self.job.train, self.job.data, facts, self.job.pretrain)

    def make_room(self) -> None:
        """Removes an older run where a new one overwrites it; called when it is certain that the new one can begin."""
        if self.stored is None and self.job.overwrite:
            remove_run(self.folder)

    def save(self, config: RunConfig) -> None:
        """Stores the configuration, if it changed.

        Of a run that begins it is stored last: config.json makes a folder a run, so that a kill before it leaves
        nothing to resume.
        """
        if config != self.stored:
            self.folder.write_config(config)


class SharedData(NamedTuple):
    """The corpora and the split of a run; folds and members take them from the run that they are part of."""

    corpora: EncodedCorpora
    split: Split


def open_run(job: TrainingJob) -> RunSetup:
    """Opens the run that a job begins or resumes; nothing is written yet.

    Raises:
      FlagError: the run in the folder contradicts the options given.
      UserError: the folder cannot be used, or the checkpoints to resume from are missing.
    """
    folder = RunFolder(job.ckpt_dir)
    if not is_resume(job):
        return RunSetup(folder, with_pretrained_shape(with_shipped_run(job)), None)
    stored = folder.read_config()
    resumed = reconcile(stored, job, folder.path)
    if folder.read_metrics():
        _check_checkpoints(folder)
    return RunSetup(folder, resumed, stored)


def resolve_job(job: TrainingJob) -> TrainingJob:
    """The job with the options of the run that it resumes. Raises FlagError where they contradict its flags."""
    return open_run(job).job


def is_resume(job: TrainingJob) -> bool:
    """Whether the job's folder holds a run to resume. Raises UserError for a folder that cannot be used."""
    folder = RunFolder(job.ckpt_dir)
    if folder.path.exists() and not folder.path.is_dir():
        raise UserError(f"{folder.path}: is a file; --ckpt_dir must name a folder")
    if not folder.exists() and not job.overwrite and checkpoint_steps(folder.path):
        raise UserError(f"{folder.path}: has checkpoints but no config.json; name another --ckpt_dir, or --overwrite")
    return folder.exists() and not job.overwrite


def reconcile(stored: RunConfig, job: TrainingJob, path: Path) -> TrainingJob:
    """The job with the options stored in its run, but for adjustable ones that the user set.

    Raises:
      FlagError: an option was set to another value than the run was begun with.
    """
    contradictions: list[str] = []
    sections: dict[str, Any] = {
        name: _section(getattr(stored, name), getattr(job, name), job.given, contradictions)
        for name in ("model", "train", "data", "pretrain")
    }
    if contradictions:
        raise FlagError(
            f"{path} was begun with {', '.join(contradictions)}: leave these flags out to go on with it, "
            "name another --ckpt_dir, or start anew with --overwrite"
        )
    # What it begins with was decided when it began, for its parts too.
    return job.replace(**sections, given=job.given | {"pretrain"})


def _section(stored: Config, asked: Config, given: frozenset[str], contradictions: list[str]) -> Config:
    changes = {}
    for field in dataclasses.fields(stored):  # type: ignore[arg-type]
        before, now = getattr(stored, field.name), getattr(asked, field.name)
        if field.name not in given or before == now:
            continue
        # A file that the run was begun without is not a file that has moved.
        if field.metadata["adjustable"] and before is not None:
            changes[field.name] = now
        else:
            contradictions.append(f"no --{field.name}" if before is None else f"--{field.name}={before}")
    return dataclasses.replace(stored, **changes)  # type: ignore[type-var]


def _check_checkpoints(folder: RunFolder) -> None:
    for path in (folder.path, folder.best):
        if not checkpoint_steps(path):
            raise UserError(
                f"{path}: no model.ckpt-N here, so training cannot go on; restore it, or start anew with --overwrite"
            )
