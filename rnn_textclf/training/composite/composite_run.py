"""Composite runs: a cross-validation of folds, an ensemble of members.

Each part is a run folder like any other, but takes its split from the composite run. The composite run has a
`config.json`, so that flags are checked against it as for any run, and the encoded corpora that all parts read.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rnn_textclf.config import PretrainConfig, RunConfig
from rnn_textclf.errors import FlagError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.preprocessing.encoded.prepared_data import EncodedCorpora
from rnn_textclf.preprocessing.encoded.splits import Split
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.training.data_preparation import corpus_facts, load_corpora
from rnn_textclf.training.run_setup import RunSetup, SharedData, open_run

# Options of a composite run that its parts set for themselves.
_OWN_OPTIONS = {"folds", "ensemble", "seed", "distil_from", "soft_labels", "pretrain_seed"}
# Options that a finished fold, which keeps the best weights alone, can no longer follow.
_FIXED_BY_FOLDS = ("num_epochs", "patience", "calibrate")

DrawSplits = Callable[[EncodedCorpora, RunConfig], Sequence[Split]]


class CompositeRun(NamedTuple):
    """A run made of runs.

    job: with the options of the run where it is resumed.
    splits: one for each part, or one for all.
    """

    folder: RunFolder
    config: RunConfig
    job: TrainingJob
    corpora: EncodedCorpora
    splits: Sequence[Split]

    def shared(self, part: int = 0) -> SharedData:
        """The data of a part, counted from 0."""
        return SharedData(self.corpora, self.splits[part])

    def part(self, folder: RunFolder, pretrain: PretrainConfig, **options: Any) -> TrainingJob:
        """The job of a part in a folder of its own; `options` are the training options in which it differs."""
        return self.job.replace(
            ckpt_dir=folder.path,
            train=dataclasses.replace(self.job.train, **options),
            data=dataclasses.replace(self.job.data, folds=0),
            pretrain=pretrain,
            given=self.job.given - _OWN_OPTIONS,
            overwrite=False,
            parallel_folds=1,
        )


def open_composite_run(job: TrainingJob, draw: DrawSplits, corpora: EncodedCorpora | None = None) -> CompositeRun:
    """Begins a composite run, or resumes the one in the job's folder.

    Args:
      job: what to train.
      draw: the splits of the parts, the same at each call.
      corpora: those of the larger run, for a part of one; by default they are found.

    Raises:
      FlagError: the run in the folder contradicts the options given.
      UserError: the folder, or a corpus, cannot be used.
    """
    run = open_run(job)
    _check_fixed(run)
    corpora = load_corpora(run, corpora)
    config = run.config(corpus_facts(corpora))
    splits = draw(corpora, config)
    run.make_room()
    run.save(config)
    return CompositeRun(run.folder, config, run.job, corpora, splits)


def _check_fixed(run: RunSetup) -> None:
    if run.stored is None or not run.stored.data.folds:
        return
    begun = [(name, getattr(run.stored.train, name)) for name in _FIXED_BY_FOLDS]
    changed = [f"--{name}={value}" for name, value in begun if getattr(run.job.train, name) != value]
    if changed:
        raise FlagError(
            f"{run.folder.path} was begun with {', '.join(changed)}, which folds that are finished can no longer "
            "follow: leave these flags out, name another --ckpt_dir, or start anew with --overwrite"
        )
