"""The pipeline of a training job: pretrain, prepare the data, find vectors and soft targets, train, report.

Each step takes what the steps before it made. A run that resumes from a checkpoint needs no pretraining and no
vectors, and one that has begun needs no teachers.
"""

import logging

from rnn_textclf.config.cluster import ClusterConfig
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.reports.ensemble_report import report_ensemble, report_folds
from rnn_textclf.reports.training_report import report
from rnn_textclf.runs.folder.fold_results import CrossValidationResult
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.folder.run_lock import RunLock
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.runs.tensorflow_errors import told_in_one_line
from rnn_textclf.runs.training_result import EnsembleResult, TrainingResult
from rnn_textclf.training.cluster.chief import gathered_replica
from rnn_textclf.training.cluster.worker import take_part
from rnn_textclf.training.composite.cross_validation import open_cross_validation, train_folds, unfinished_folds
from rnn_textclf.training.composite.ensembles import member_pretrainings, train_ensemble
from rnn_textclf.training.concurrency.save_schedule import SaveSchedule
from rnn_textclf.training.data_preparation import configure, load_data, prepare_data, save_run
from rnn_textclf.training.distillation.distillation_input import (
    distillation_data,
    encode_soft_labels,
    find_distillation_input,
)
from rnn_textclf.training.divergence import DivergedError
from rnn_textclf.training.initialisation.embedding_initialisation import find_vectors
from rnn_textclf.training.initialisation.first_weights import FirstWeights, load_first_weights
from rnn_textclf.training.loop import fit
from rnn_textclf.training.pretraining.language_model_training import train_language_model
from rnn_textclf.training.pretraining.stages import check_fits, check_unseen, plan_pretraining
from rnn_textclf.training.run_setup import SharedData, open_run, resolve_job
from rnn_textclf.training.steps.prepared_run import PreparedRun
from rnn_textclf.training.steps.replica import ONLY_REPLICA, Replica
from rnn_textclf.training.tensorboard.events import TrainingEvents
from rnn_textclf.training.trainer import Trainer
from rnn_textclf.training.tuning.tuning import tune

logger = logging.getLogger(__name__)


def train(job: TrainingJob) -> None:
    """Trains what the job, or the run that it resumes, asks for, and reports the result."""
    sessions = Sessions(job.threads)
    if job.cluster:
        train_in_cluster(job, job.cluster, sessions)
        return
    if job.tuning.tune:
        report(tune(job, sessions, train_model))
        return
    job = resolve_job(job)
    if job.data.folds:
        report_folds(cross_validate(job, sessions))
    elif isinstance(result := train_models(job, sessions), EnsembleResult):
        report_ensemble(result)
    else:
        report(result)


def train_in_cluster(job: TrainingJob, cluster: ClusterConfig, sessions: Sessions) -> None:
    """Does the part of this task in the training of one model by several machines."""
    task = cluster.describe(cluster.task)
    logger.info(task[0].upper() + task[1:])
    if not cluster.is_chief:
        take_part(job, cluster, lambda copy: prepare_copy(copy, sessions))
        return
    with gathered_replica(job, cluster) as (replica, chief_job):
        result = train_model(resolve_job(chief_job), sessions, replica=replica)
    report(result)


def cross_validate(job: TrainingJob, sessions: Sessions) -> CrossValidationResult:
    """Trains and tests a model, or an ensemble, on each fold that is not finished."""
    run = open_cross_validation(job)
    if unfinished_folds(run):  # Once, before processes train folds side by side.
        encode_soft_labels(run.job, run.shared())
        for options in member_pretrainings(run.job) if run.job.pretrain.stages else ():
            pretrain(run.job.replace(pretrain=options), sessions)
    return train_folds(run, sessions, train_models)


def train_models(
    job: TrainingJob, sessions: Sessions, shared: SharedData | None = None
) -> TrainingResult | EnsembleResult:
    """Trains one model, or an ensemble of them; the arguments are those of `train_model`."""
    if job.train.ensemble > 1:
        return train_ensemble(job, sessions, train_model, shared)
    return train_model(job, sessions, shared)


def train_model(
    job: TrainingJob, sessions: Sessions, shared: SharedData | None = None, replica: Replica = ONLY_REPLICA
) -> TrainingResult:
    """Trains one model, or resumes its training, and scores its best checkpoint on validation and test examples.

    Args:
      job: what to train.
      sessions: opens the sessions of all steps.
      shared: data of the run that this one is part of; None for a run of its own, which shows its epochs.
      replica: the worker of this process, where several train the model.

    Raises:
      FlagError: the run in the folder contradicts the options given.
      Interrupted: the user asked to stop; the state is saved.
      UserError: a step cannot be done; its message says why.
    """
    with RunLock(job.ckpt_dir) as lock, told_in_one_line():
        run = prepare_run(job, sessions, shared)
        with replica.opened(sessions, run.folder) as opened, opened.new_graph() as session:
            schedule = SaveSchedule(job.checkpoint_steps, job.checkpoint_minutes)
            trainer = Trainer(run, schedule, lock.check, replica)
            if shared is None:
                trainer.describe()
            if not trainer.restore(session):
                load_first_weights(session, trainer.classifier, run.data, run.first, run.config.train)
            session.graph.finalize()
            events = TrainingEvents(run.folder, run.config, run.data, trainer.classifier, job.tensorboard)
            fit(trainer, session, events, show_epochs=shared is None)
            return trainer.score_best(session, keep_prefixes=job.members > 1)


def prepare_run(job: TrainingJob, sessions: Sessions, shared: SharedData | None = None) -> PreparedRun:
    """All steps before the first epoch; the run folder is then written. The arguments are those of `train_model`."""
    run = open_run(job)
    pretrained = None if run.has_weights else pretrain(run.job, sessions)
    data = load_data(run, shared)
    if pretrained is not None:
        check_unseen(pretrained, data.corpora.held_out_keys(data.split))
    vectors = None if run.has_weights or pretrained else find_vectors(run, data, sessions)
    first = FirstWeights(pretrained, vectors)
    learned = find_distillation_input(run, data, sessions)
    prepared = prepare_data(run, data, first, learned.words if learned else ())
    config = configure(run, data, prepared, first)
    distillation = distillation_data(config, data, prepared, learned)
    save_run(run, config, data, prepared, distillation)
    return PreparedRun(run.folder, config, prepared, first, distillation)


def prepare_copy(job: TrainingJob, sessions: Sessions) -> PreparedRun:
    """The data of a run that another process has begun and trains; nothing but the copy of its folder is written."""
    run, first = open_run(job), FirstWeights()
    data = load_data(run)
    learned = find_distillation_input(run, data, sessions)
    prepared = prepare_data(run, data, first)
    config = configure(run, data, prepared, first)
    return PreparedRun(run.folder, config, prepared, first, distillation_data(config, data, prepared, learned))


def pretrain(job: TrainingJob, sessions: Sessions) -> RunFolder | None:
    """Trains the stages of a job's pretraining that are not finished; the run whose weights the job begins with."""
    folder, pending = plan_pretraining(job)
    for kind, stage in pending:
        logger.info(f"Pretraining ({kind}) into {stage.ckpt_dir}, once")
        try:
            (train_language_model if kind == "lm" else train_model)(stage, sessions)
        except DivergedError as error:
            raise error.in_pretraining() from None
    if folder is not None:
        check_fits(folder, job)
        logger.info(f"Pretrained: {folder.path}")
    return folder
