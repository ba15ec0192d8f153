"""Runs that are made of runs: a cross-validation of folds, an ensemble of members.

Each part is a run folder like any other, with a split that it was given instead of drawing one. The whole has a
`config.json`, so that flags are held against it as for any run, and the encoded corpus that all parts read.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rnn_textclf.config import PretrainConfig, RunConfig
from rnn_textclf.errors import FlagError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.preprocessing.encoded.splits import Split
from rnn_textclf.runs.prepared_data import EncodedCorpora
from rnn_textclf.runs.run_folder import RunFolder
from rnn_textclf.training.run_setup import check_corpus, corpus_facts, find_corpora, is_resume, reconcile

# The whole has settled these; its parts have their own.
_OF_THE_WHOLE = {"folds", "ensemble", "seed", "distil_from", "pretrain_seed"}
# What a finished fold, of which only the best weights are kept, can no longer follow.
_FIXED_BY_FOLDS = ("num_epochs", "patience", "calibrate")

Draw = Callable[[EncodedCorpora, RunConfig], Sequence[Split]]


class CompositeRun(NamedTuple):
    """A run made of runs: whose each row is in its parts, and what it was asked to do."""

    folder: RunFolder
    config: RunConfig
    sources: EncodedCorpora
    splits: Sequence[Split]
    job: TrainingJob

    def part(self, folder: RunFolder, pretrain: PretrainConfig | None = None, **train: Any) -> TrainingJob:
        """The job of a part in a folder of its own.

        Args:
          folder: it.
          pretrain: how the part is pretrained; by default as the whole is.
          train: the training options that it has for itself.
        """
        return self.job._replace(
            ckpt_dir=folder.path,
            model=self.config.model,
            train=dataclasses.replace(self.config.train, **train),
            data=dataclasses.replace(self.config.data, folds=0),
            pretrain=pretrain or self.config.pretrain,
            given=self.job.given - _OF_THE_WHOLE,
            overwrite=False,
            parallel_folds=1,
        )


def resolve_job(job: TrainingJob) -> TrainingJob:
    """The job with the options of the run that it goes on with. Raises FlagError where they contradict its flags."""
    if not is_resume(job):
        return job
    folder = RunFolder(job.ckpt_dir)
    config = reconcile(folder.read_config(), job, folder.path)
    return job._replace(model=config.model, train=config.train, data=config.data, pretrain=config.pretrain)


def open_composite_run(job: TrainingJob, draw: Draw, sources: EncodedCorpora | None = None) -> CompositeRun:
    """Begins a run made of runs, or takes up the one that is in the job's folder.

    Args:
      job: what to train.
      draw: the splits of its parts; the same at each call.
      sources: the corpora, where a larger run has found them.

    Raises:
      FlagError: the folder's run contradicts the options given.
      UserError: the folder, or the corpus, cannot be used.
    """
    folder = RunFolder(job.ckpt_dir)
    stored = folder.read_config() if is_resume(job) else None
    config = reconcile(stored, job, folder.path) if stored else None
    model, data = (config.model, config.data) if config else (job.model, job.data)
    sources = sources or find_corpora(folder, model, data, job.download)
    if stored and config:
        _check_fixed(stored, config, folder)
        check_corpus(sources, stored, folder)
    else:
        config = RunConfig(job.model, job.train, job.data, corpus_facts(sources), job.pretrain)
    splits = draw(sources, config)
    if stored is None and job.overwrite:
        folder.clear()  # only now, when it is certain that the new run can begin
    if config != stored:
        folder.write_config(config)
    return CompositeRun(folder, config, sources, splits, job)


def _check_fixed(stored: RunConfig, config: RunConfig, folder: RunFolder) -> None:
    if not stored.data.folds:
        return
    begun = [(name, getattr(stored.train, name)) for name in _FIXED_BY_FOLDS]
    changed = [f"--{name}={value}" for name, value in begun if getattr(config.train, name) != value]
    if changed:
        raise FlagError(
            f"{folder.path} was begun with {', '.join(changed)}, which folds that are finished can no longer follow: "
            "leave these flags out, name another --ckpt_dir, or start anew with --overwrite"
        )
