"""Cross-validation: each row is a test row of one fold, and is looked at once, at that fold's end."""

import contextlib
import logging
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rnn_textclf import console
from rnn_textclf.config import RunConfig
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.preprocessing.encoded.splits import Split, folds
from rnn_textclf.runs.prepared_data import EncodedCorpora
from rnn_textclf.runs.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training.composite.composite_run import CompositeRun, open_composite_run
from rnn_textclf.training.composite.ensembles import pretrain_members, train_ensemble
from rnn_textclf.training.composite.fold_results import (
    COLUMNS,
    CrossValidationResult,
    FoldResult,
    fold_result,
    read_fold,
    write_fold,
    write_folds,
)
from rnn_textclf.training.loop import train
from rnn_textclf.training.processes import run_in_processes
from rnn_textclf.training.run_setup import SharedData

logger = logging.getLogger(__name__)


def cross_validate(job: TrainingJob) -> CrossValidationResult:
    """Trains and tests each fold, or goes on with those that are not finished; prints a row a fold.

    Raises:
      FlagError: the folder's run contradicts the options given.
      UserError: there are more folds than a class has rows, or as `training.train`.
    """
    whole = open_composite_run(job, _draw)
    pretrain_members(whole.job)  # Once, before processes part ways.
    size = len(whole.splits)
    logger.info(_described(whole))
    table = console.LiveTable(COLUMNS, _widest(whole).cells())
    table.header()
    results = []
    with console.progress(size, "cross-validation", "folds") as progress:
        for result in _results(whole):
            results.append(result)
            table.row(result.cells())
            progress.update()
    validated = CrossValidationResult(whole.folder, results)
    write_folds(validated)
    return validated


def train_fold(whole: CompositeRun, number: int) -> FoldResult:
    """Trains a fold, counted from 1, or goes on with it, and stores its result; of a finished one, reads it."""
    folder = whole.folder.fold(number)
    result = read_fold(folder)
    if result is None:
        began = time.monotonic() - _seconds_before(folder)
        part = whole.part(folder, distil_from=_teachers(whole.config.train.distil_from, number))
        shared = SharedData(whole.sources, whole.splits[number - 1])
        outcome = train_ensemble(part, shared) if part.train.ensemble > 1 else train(part, shared)
        result = fold_result(number, outcome, time.monotonic() - began)
        write_fold(folder, result)
    folder.drop_checkpoints()
    return result


def _draw(sources: EncodedCorpora, config: RunConfig) -> Sequence[Split]:
    keys, strata = sources.main.keys, sources.main.strata
    return folds(keys, strata, config.data.folds, config.train.seed, config.data.valid_fraction)


def _results(whole: CompositeRun) -> Iterator[FoldResult]:
    """In the order of the folds, whatever the order in which processes finish them."""
    numbers = range(1, len(whole.splits) + 1)
    job = whole.job
    if job.parallel_folds > 1:
        threads = max(1, Sessions(job.threads).threads // job.parallel_folds)
        apart = job._replace(overwrite=False, download=False, threads=threads)
        unfinished = [number for number in numbers if read_fold(whole.folder.fold(number)) is None]
        with contextlib.closing(
            run_in_processes(_train_fold_in_process, apart, unfinished, job.parallel_folds)
        ) as done:
            for number in numbers:
                while read_fold(whole.folder.fold(number)) is None:
                    next(done)
                yield train_fold(whole, number)
        return
    yield from (train_fold(whole, number) for number in numbers)


def _train_fold_in_process(job: TrainingJob, number: int) -> None:
    train_fold(open_composite_run(job, _draw), number)


def _seconds_before(folder: RunFolder) -> float:
    """What the epochs of a fold took that an earlier process trained."""
    return sum(row["seconds"] for part in (folder, *folder.parts()) for row in part.read_metrics())


def _teachers(runs: str | None, number: int) -> str | None:
    """The teachers of a fold: of a cross-validation, the fold of the same number."""
    if runs is None:
        return None
    folders = [RunFolder(Path(name)) for name in runs.split(",")]
    return ",".join(str((f.fold(number) if f.read_config().data.folds else f).path) for f in folders)


def _described(whole: CompositeRun) -> str:
    train, valid, test = (f"{len(part):,}" for part in whole.splits[0])
    return f"Rows of the first of {len(whole.splits)} folds: {train} train, {valid} validation, {test} test"


def _widest(whole: CompositeRun) -> FoldResult:
    train, rows = whole.config.train, len(whole.sources.main)
    return FoldResult(len(whole.splits), [train.num_epochs] * train.ensemble, 1.0, 1.0, rows, rows, 99999.9, [])
