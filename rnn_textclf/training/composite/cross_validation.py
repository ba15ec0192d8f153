"""Cross-validation: each example is a test example of one fold, and is scored once, at that fold's end."""

import contextlib
import dataclasses
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rnn_textclf.config import PretrainConfig, RunConfig
from rnn_textclf.console import LiveTable, progress
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.preprocessing.encoded.prepared_data import EncodedCorpora
from rnn_textclf.preprocessing.encoded.splits import Split, folds
from rnn_textclf.runs.folder.fold_results import (
    COLUMNS,
    CrossValidationResult,
    FoldResult,
    fold_result,
    read_fold,
    write_fold,
    write_folds,
)
from rnn_textclf.runs.folder.removal import remove_checkpoints
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.runs.training_result import EnsembleResult, TrainingResult
from rnn_textclf.training.composite.composite_run import CompositeRun, open_composite_run
from rnn_textclf.training.concurrency.processes import run_in_processes
from rnn_textclf.training.distillation.soft_labels import FOLD
from rnn_textclf.training.epochs import MOST_EPOCHS
from rnn_textclf.training.run_setup import SharedData

logger = logging.getLogger(__name__)

TrainModels = Callable[[TrainingJob, Sessions, SharedData], TrainingResult | EnsembleResult]


def open_cross_validation(job: TrainingJob) -> CompositeRun:
    """Begins or resumes a cross-validation; raises UserError also for more folds than a class has examples."""

    def draw(corpora: EncodedCorpora, config: RunConfig) -> Sequence[Split]:
        keys, strata = corpora.main.keys, corpora.main.strata
        return folds(keys, strata, config.data.folds, config.train.seed, config.data.valid_fraction)

    return open_composite_run(job, draw)


def unfinished_folds(run: CompositeRun) -> list[int]:
    """The numbers of the folds that have no result yet, counted from 1."""
    return [number for number in range(1, len(run.splits) + 1) if read_fold(run.folder.fold(number)) is None]


def train_folds(run: CompositeRun, sessions: Sessions, train_models: TrainModels) -> CrossValidationResult:
    """Trains and tests the folds that are not finished, and prints a row for each fold.

    Args:
      run: the cross-validation.
      sessions: opens the folds' sessions; processes that train folds side by side share its threads.
      train_models: trains the model, or the ensemble, of a fold; its errors are this function's.
    """
    train, valid, test = (f"{len(indices):,}" for indices in run.splits[0])
    logger.info(f"Rows of the first of {len(run.splits)} folds: {train} train, {valid} validation, {test} test")
    table = LiveTable(COLUMNS, _widest(run).cells())
    table.header()
    results = []
    with progress(len(run.splits), "cross-validation", "folds") as bar:
        for result in _results(run, sessions, train_models):
            results.append(result)
            table.row(result.cells())
            bar.update()
    validated = CrossValidationResult(run.folder, results)
    write_folds(validated)
    return validated


def train_fold(run: CompositeRun, number: int, sessions: Sessions, train_models: TrainModels) -> FoldResult:
    """Trains a fold, counted from 1, and stores its result; the stored result of a finished one."""
    folder = run.folder.fold(number)
    result = read_fold(folder)
    if result is None:
        began = time.monotonic() - _seconds_before(folder)
        options = run.config.train
        part = run.part(
            folder,
            _pretraining(run, number),
            distil_from=_teachers(options.distil_from, number),
            soft_labels=options.soft_labels and options.soft_labels.replace(FOLD, str(number)),
        )
        trained = train_models(part, sessions, run.shared(number - 1))
        result = fold_result(number, trained, time.monotonic() - began)
        write_fold(folder, result)
    remove_checkpoints(folder)
    return result


def _results(run: CompositeRun, sessions: Sessions, train_models: TrainModels) -> Iterator[FoldResult]:
    """The results in the order of the folds, whatever the order in which processes finish them."""
    processes = run.job.parallel_folds
    with contextlib.ExitStack() as stack:
        if processes > 1:
            job = run.job.replace(overwrite=False, download=False)
            common = (job, Sessions(max(1, sessions.threads // processes)), train_models)
            done = run_in_processes(_train_fold_in_process, common, unfinished_folds(run), processes)
            stack.enter_context(contextlib.closing(done))
        for number in range(1, len(run.splits) + 1):
            while processes > 1 and read_fold(run.folder.fold(number)) is None:
                next(done)
            yield train_fold(run, number, sessions, train_models)


def _train_fold_in_process(common: tuple[TrainingJob, Sessions, TrainModels], number: int) -> None:
    job, sessions, train_models = common
    train_fold(open_cross_validation(job), number, sessions, train_models)


def _seconds_before(folder: RunFolder) -> float:
    """The seconds of a fold's epochs that an earlier process trained."""
    return sum(row["seconds"] for part in (folder, *folder.parts()) for row in part.read_metrics())


def _teachers(runs: str | None, number: int) -> str | None:
    """The teachers of a fold."""
    return ",".join(_of_fold(run, number) for run in runs.split(",")) if runs else None


def _pretraining(run: CompositeRun, number: int) -> PretrainConfig:
    """The pretraining of a fold: of a cross-validation, its fold of the same number."""
    options = run.job.pretrain
    if options.run is None:
        return options
    return dataclasses.replace(options, pretrain=_of_fold(options.run, number))


def _of_fold(path: str, number: int) -> str:
    """The run folder that a fold reads: of a cross-validation, its fold of the same number."""
    folder = RunFolder(Path(path))
    return str((folder.fold(number) if folder.read_config().data.folds else folder).path)


def _widest(run: CompositeRun) -> FoldResult:
    train, rows = run.config.train, len(run.corpora.main)
    epochs = train.num_epochs or MOST_EPOCHS
    return FoldResult(len(run.splits), [epochs] * train.ensemble, 1.0, 1.0, rows, rows, 99999.9, [])
