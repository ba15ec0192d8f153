"""Checks of a job before TensorFlow loads, which takes seconds: paths, run folders, columns, and a run's classes.

It stands beside the scripts, above all floors. What reads run folders and tables needs NumPy but no TensorFlow, and is
imported where it is used so that `--help` need not wait for that.
"""

import contextlib
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rnn_textclf.atomic import is_free
from rnn_textclf.config.inference import ResultOptions
from rnn_textclf.config.serving import ServingOptions
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.jobs import InferenceJob, TrainingJob
from rnn_textclf.options import Config, PathKind, all_options

if TYPE_CHECKING:
    from rnn_textclf.runs.folder.run_folder import RunFolder


def check_training(job: TrainingJob) -> None:
    """Raises UserError where a path of the job cannot be meant, or a new run's file has no such columns."""
    from rnn_textclf.preprocessing.corpora.selection import labelled_file

    _check_cluster(job)
    if job.cluster and not job.cluster.is_learner:  # It reads no files.
        return
    _check_paths(job)
    _check_soft_labels(job)
    if job.tuning.tune:
        _check_tuning(job)
    if job.overwrite or not _run(job.ckpt_dir).exists():  # A run that is resumed has columns of its own.
        for file in filter(None, (job.data.train_file, job.data.valid_file, job.data.test_file)):
            labelled_file(file, job.data, job.model.loss == "sigmoid").check_first()


def check_inference(job: InferenceJob) -> None:
    """Raises UserError where a path of the job cannot be meant, FlagError where its run has no such class or word."""
    from rnn_textclf.inference.evaluated_file import open_evaluated
    from rnn_textclf.inference.exports.export_checks import check_export
    from rnn_textclf.inference.run_choice import choose_run
    from rnn_textclf.inference.tables.job_table import is_table, open_job_table
    from rnn_textclf.inference.word_query import query_ids
    from rnn_textclf.runs.folder.single_models import single_models

    _check_paths(job)
    run = choose_run(job)
    first, *_ = [model for path in (run, *job.more_runs) for model in single_models(_run(path))]
    if job.export or job.export_vectors or job.compact:
        check_export(job, run)
    if job.nearest is not None:
        query_ids(job.nearest, first.read_vocabulary())
    _check_results(job.results, first)
    if job.scoring.evaluate is not None:
        open_evaluated(job.scoring, first.read_config(), first.read_labels()).check_first()
    if is_table(job) and job.input != "-":
        open_job_table(job)
    if job.serving.serve:
        _check_address(job.serving)


def _check_address(options: ServingOptions) -> None:
    """Listens for a moment, which tells whether the port is taken."""
    with contextlib.suppress(ModuleNotFoundError):  # The packages that serve are asked for by `commands.py`.
        from rnn_textclf.inference.serving.server import listen

        listen(options.host, options.port).close()


def _check_cluster(job: TrainingJob) -> None:
    several = {"folds": job.data.folds, "ensemble": job.train.ensemble > 1, "tune": job.tuning.tune}
    if job.cluster and (flag := next((name for name, asked in several.items() if asked), None)):
        raise FlagError(
            f"--{flag} trains several models, but a cluster trains one: unset TF_CONFIG, and leave --worker_hosts out, "
            f"to do this on one machine, or leave --{flag} out"
        )


def _check_tuning(job: TrainingJob) -> None:
    from rnn_textclf.training.tuning.search_space import search_space
    from rnn_textclf.training.tuning.study import check_installed

    check_installed()
    search_space(job.given)
    if _run(job.ckpt_dir).exists():
        raise FlagError(f"--tune: {job.ckpt_dir} holds a run; name another --ckpt_dir for the settings that are tried")


def _check_paths(job: Config) -> None:
    for option, value in all_options(job):
        kind = option.metadata["path"]
        if value is not None and str(value) not in option.metadata["words"] and kind in _CHECKS:
            _CHECKS[kind](f"--{option.name}", str(value))


def _check_soft_labels(job: TrainingJob) -> None:
    """Checks the file of soft labels, or with `{fold}` in its name that of each fold."""
    name, folds = job.train.soft_labels, job.data.folds
    if name is None:
        return
    if "{fold}" in name and not folds:
        raise FlagError(f"--soft_labels={name}: {{fold}} is a fold's number and needs --folds")
    for fold in range(1, folds + 1) if "{fold}" in name else [0]:
        _check_file("--soft_labels", name.replace("{fold}", str(fold)))


def _check_data(flag: str, value: str) -> None:
    mode = _mode(flag, value)
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise UserError(f"{flag}={value}: is {_noun(mode)}; give a regular file or a folder")


def _check_file(flag: str, value: str) -> None:
    mode = _mode(flag, value)
    if not stat.S_ISREG(mode):
        raise UserError(f"{flag}={value}: is {_noun(mode)}; give a regular file")


def _check_text(flag: str, value: str) -> None:
    mode = _mode(flag, value)
    if not stat.S_ISREG(mode):
        raise UserError(f"{flag}={value}: is {_noun(mode)}; give a regular file, or --input=- for standard input")


def _check_folder(flag: str, value: str) -> None:
    path = Path(value)
    if path.exists() and not path.is_dir():
        raise UserError(f"{flag}={value}: is not a folder; name another one")


def _check_new_folder(flag: str, value: str) -> None:
    if not is_free(Path(value)):
        raise UserError(f"{flag}={value}: there is something already; name a folder that is new or empty")


def _check_run(flag: str, value: str) -> None:
    _run(Path(value)).read_config()


def _check_runs(flag: str, value: str) -> None:
    for name in value.split(","):
        _check_run(flag, name)


_CHECKS: dict[PathKind, Callable[[str, str], None]] = {
    PathKind.DATA: _check_data,
    PathKind.FILE: _check_file,
    PathKind.TEXT: _check_text,
    PathKind.FOLDER: _check_folder,
    PathKind.NEW_FOLDER: _check_new_folder,
    PathKind.RUN: _check_run,
    PathKind.RUNS: _check_runs,
}


def _run(path: Path) -> "RunFolder":
    from rnn_textclf.runs.folder.run_folder import RunFolder

    return RunFolder(path)


def _mode(flag: str, value: str) -> int:
    try:
        return Path(value).stat().st_mode
    except FileNotFoundError:
        raise UserError(f"{flag}={value}: no such file or folder; check the path") from None
    except OSError as error:
        raise UserError(f"{flag}={value}: cannot be read ({error.strerror}); check the path") from None


def _noun(mode: int) -> str:
    nouns = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket"}
    return nouns.get(stat.S_IFMT(mode), "a device")


def _check_results(results: ResultOptions, folder: "RunFolder") -> None:
    from rnn_textclf.preprocessing.encoded.classes import preview

    config = folder.read_config()
    if results.attention and config.model.pooling != "attention":
        raise FlagError(
            f"--attention: {folder.path} was trained with --pooling={config.model.pooling}; "
            "train one with --pooling=attention"
        )
    labels = folder.read_labels()
    if results.target_class is not None and results.target_class not in labels:
        raise FlagError(f"--target_class={results.target_class}: no such class; the run has {preview(labels)}")
    if results.top_k is not None and results.top_k > len(labels):
        raise FlagError(f"--top_k={results.top_k}: the run has {len(labels)} classes; give 1 to {len(labels)}")
