"""Ensembles: models that differ in their seed alone, and predict by the mean of their probabilities.

Lakshminarayanan et al. (2017, "Simple and Scalable Predictive Uncertainty Estimation Using Deep Ensembles"). The
first member has the run's own seed, so that it equals training without an ensemble.
"""

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rnn_textclf.config import PretrainConfig
from rnn_textclf.console import progress
from rnn_textclf.errors import FlagError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.preprocessing.encoded.prepared_data import draw_split
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.prefix_evaluation import average
from rnn_textclf.runs.restoring import best_steps
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.runs.training_result import EnsembleResult, TrainingResult, calibrated
from rnn_textclf.training.composite.composite_run import CompositeRun, open_composite_run
from rnn_textclf.training.run_setup import SharedData

TrainModel = Callable[[TrainingJob, Sessions, SharedData], TrainingResult]


def train_ensemble(
    job: TrainingJob, sessions: Sessions, train_model: TrainModel, shared: SharedData | None = None
) -> EnsembleResult:
    """Trains the members one after the other, or resumes their training, and averages them.

    Args:
      job: what to train, `ensemble` times.
      sessions: opens the members' sessions.
      train_model: trains a member; its errors are this function's.
      shared: data of the cross-validation whose fold this is; by default the corpora are found and split.
    """
    run = open_composite_run(
        job,
        lambda corpora, config: [shared.split if shared else draw_split(corpora, config.data, config.train.seed)],
        shared.corpora if shared else None,
    )
    members = []
    with progress(run.config.train.ensemble, "ensemble", "models") as bar:
        for member in member_jobs(run):
            members.append(train_model(member, sessions, run.shared()))
            bar.update()
    return _averaged(run, members)


def member_jobs(run: CompositeRun) -> list[TrainingJob]:
    """The training jobs of an ensemble's members."""
    seed = run.config.train.seed
    parts = [
        run.part(run.folder.member(number), pretrain, seed=member_seed(seed, number), ensemble=1)
        for number, pretrain in enumerate(member_pretrainings(run.job), start=1)
    ]
    return [part.replace(members=len(parts)) for part in parts]


def member_seed(seed: int, number: int) -> int:
    """The seed, in [0, 2^31), of the member with a number from 1 on, in a run with a seed."""
    return seed if number == 1 else int(np.random.SeedSequence([seed, number]).generate_state(1)[0] >> 1)


def member_pretrainings(job: TrainingJob) -> list[PretrainConfig]:
    """The pretraining of each member: the run's own, or with `pretrain_each` one with a seed of its own.

    Raises FlagError where the job begins with an ensemble of fewer members.
    """
    options, numbers = job.pretrain, range(1, job.train.ensemble + 1)
    if options.run is not None:
        return [dataclasses.replace(options, pretrain=_of_member(options.run, number)) for number in numbers]
    if not options.pretrain_each:
        return [options for _ in numbers]
    return [
        dataclasses.replace(options, pretrain_seed=member_seed(options.pretrain_seed, number)) for number in numbers
    ]


def _of_member(path: str, number: int) -> str:
    """The run folder that a member begins with: of an ensemble, its member of the same number."""
    folder = RunFolder(Path(path))
    members = folder.read_config().train.ensemble
    if members == 1:
        return path
    if number > members:
        raise FlagError(f"--pretrain: {path} has {members} members; give --ensemble={members} at most")
    return str(folder.member(number).path)


def _averaged(run: CompositeRun, members: Sequence[TrainingResult]) -> EnsembleResult:
    first = members[0]
    temperature, valid, test = calibrated(
        run.folder,
        run.config,
        sum(best_steps(run.folder)),
        average([member.valid for member in members]),
        average([member.test for member in members]),
        first.config.corpus.weights_of(first.labels),
    )
    return EnsembleResult(run.folder, run.config, first.labels, members, temperature, valid, test)
