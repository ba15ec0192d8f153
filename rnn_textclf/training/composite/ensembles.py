"""Ensembles: models that differ in their seed alone, and answer by the mean of their probabilities.

Lakshminarayanan et al. (2017, "Simple and Scalable Predictive Uncertainty Estimation Using Deep Ensembles"). The
first member has the run's own seed, so that it is what training without an ensemble gives.
"""

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnn_textclf import console
from rnn_textclf.config import PretrainConfig, RunConfig
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.runs.calibration import fit_temperature, write_calibration
from rnn_textclf.runs.evaluation import PrefixEvaluation, average
from rnn_textclf.runs.prepared_data import draw_split
from rnn_textclf.runs.restoring import best_steps
from rnn_textclf.runs.run_folder import RunFolder
from rnn_textclf.runs.training_result import TrainingResult
from rnn_textclf.training.composite.composite_run import open_composite_run
from rnn_textclf.training.loop import train
from rnn_textclf.training.pretraining.stages import pretrained_run
from rnn_textclf.training.run_setup import SharedData


class EnsembleResult(NamedTuple):
    """How an ensemble does.

    members: each alone.
    temperature: fitted to the mean of the members' probabilities on the validation rows; 1 where none was.
    valid, test: the rows with the mean of the members' probabilities, at that temperature.
    """

    folder: RunFolder
    config: RunConfig
    labels: tuple[str, ...]
    members: Sequence[TrainingResult]
    temperature: float
    valid: PrefixEvaluation
    test: PrefixEvaluation


def train_ensemble(job: TrainingJob, shared: SharedData | None = None) -> EnsembleResult:
    """Trains the members one after the other, or goes on with them, and averages them.

    Args:
      job: what to train, `ensemble` times.
      shared: of the cross-validation whose fold this is; by default the corpora are found and a split is drawn.

    Raises:
      FlagError, UserError: as `training.train`.
    """
    run = open_composite_run(
        job,
        lambda sources, config: [shared.rows if shared else draw_split(sources, config.data, config.train.seed)],
        shared.sources if shared else None,
    )
    size, seed = run.config.train.ensemble, run.config.train.seed
    members = []
    with console.progress(size, "ensemble", "models") as progress:
        for number in range(1, size + 1):
            own = run.part(
                run.folder.member(number),
                member_pretraining(run.config.pretrain, number),
                seed=member_seed(seed, number),
                ensemble=1,
            )
            members.append(train(own, SharedData(run.sources, run.splits[0])))
            progress.update()
    return _averaged(run.folder, run.config, members)


def member_seed(seed: int, number: int) -> int:
    """The seed, in [0, 2^31), of the member with a number from 1 on, in a run with a seed."""
    return seed if number == 1 else int(np.random.SeedSequence([seed, number]).generate_state(1)[0] >> 1)


def member_pretraining(options: PretrainConfig, number: int) -> PretrainConfig:
    """How the member with a number from 1 on is pretrained: all alike, or each with a seed of its own."""
    if not options.pretrain_each:
        return options
    return dataclasses.replace(options, pretrain_seed=member_seed(options.pretrain_seed, number))


def pretrain_members(job: TrainingJob) -> None:
    """Trains all that the members of a job begin with, where it is not there yet."""
    for number in range(1, job.train.ensemble + 1):
        pretrained_run(job._replace(pretrain=member_pretraining(job.pretrain, number)))


def _averaged(folder: RunFolder, config: RunConfig, members: Sequence[TrainingResult]) -> EnsembleResult:
    valid, test = average([member.valid for member in members]), average([member.test for member in members])
    temperature = 1.0
    if config.train.calibrate:
        temperature = fit_temperature(valid.probabilities, valid.targets, config.model.loss)
    write_calibration(folder, temperature, sum(best_steps(folder)))
    return EnsembleResult(
        folder=folder,
        config=config,
        labels=members[0].labels,
        members=members,
        temperature=temperature,
        valid=valid.at_temperature(temperature, config.model.loss),
        test=test.at_temperature(temperature, config.model.loss),
    )
