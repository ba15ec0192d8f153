"""Commands of `infer.py`: score text, evaluate a labelled file, show or export a run's words."""

import logging
import os
from pathlib import Path

from rnn_textclf.errors import UserError
from rnn_textclf.inference.exports.compact import compact_run
from rnn_textclf.inference.exports.saved_model import export_model
from rnn_textclf.inference.exports.word_vectors import export_vectors
from rnn_textclf.inference.file_evaluation import evaluate_file
from rnn_textclf.inference.nearest import nearest, nearest_lines
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.inference.tables.table_scoring import is_table, score_table
from rnn_textclf.inference.text_scoring import score_texts, shows_words
from rnn_textclf.jobs import SHIPPED_RUN, InferenceJob
from rnn_textclf.runs.folder.run_folder import RunFolder, read_json
from rnn_textclf.runs.restoring import single_models
from rnn_textclf.runs.sessions import Sessions

logger = logging.getLogger(__name__)


def infer(job: InferenceJob) -> None:
    """Scores the job's text, each line of its input, or a labelled file; or shows or exports the run's words."""
    run = choose_run(job)
    if job.export or job.export_vectors or job.compact:
        _export(job, run, Sessions(job.threads))
        return
    runs = [run, *job.more_runs]
    if job.serving.serve:
        _serve(job, runs)
        return
    if job.nearest is not None:
        for line in nearest_lines(nearest(RunFolder(run), job.nearest, Sessions(job.threads)), job.format):
            print(line)
        return
    predictor = Predictor.load(runs, job.threads)
    for checkpoint in predictor.checkpoints:
        logger.info(f"Loading old model from: {checkpoint}")
    if predictor.config.model.bidirectional and (job.scoring.evaluate is not None or shows_words(job)):
        logger.info(
            "The model reads both ways: the score after each word is that of the words so far as a text of their own"
        )
    if job.scoring.evaluate is not None:
        evaluate_file([RunFolder(path) for path in runs], predictor, job.scoring, job.results, job.format)
    elif is_table(job):
        score_table(job, predictor)
    else:
        score_texts(job, predictor)


def _serve(job: InferenceJob, runs: list[Path]) -> None:
    try:
        from rnn_textclf.inference.serving import server
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("rnn_textclf"):
            raise
        raise UserError(
            f"--serve needs {error.name}, which is not installed: pip install -r requirements.txt"
        ) from None
    server.serve(lambda: Predictor.load(runs, job.threads), runs, job.serving)


def _export(job: InferenceJob, run: Path, sessions: Sessions) -> None:
    if job.more_runs or single_models(RunFolder(run)) != [RunFolder(run)]:
        raise UserError(
            f"{run}: an export holds one model, not the mean of several; distil them into one "
            f"(train.py --distil_from={','.join(map(str, [run, *job.more_runs]))}) and export that"
        )
    if job.export:
        export_model(run, job.export, sessions)
        logger.info(f"{job.export}: a SavedModel with the signatures serving_default, predict and running_scores")
    if job.export_vectors:
        export_vectors(run, job.export_vectors, sessions)
        logger.info(
            f"{job.export_vectors}: vectors.tsv and words.tsv; tensorboard --logdir={job.export_vectors} shows them"
        )
    if job.compact:
        for line in compact_run(run, job.compact, job.compact_words, sessions).lines():
            print(line)


def choose_run(job: InferenceJob) -> Path:
    """The job's run folder, or the shipped one while the default folder holds no run; says which answers."""
    if not job.fall_back or not RunFolder(SHIPPED_RUN).exists():
        return job.ckpt_dir
    if not RunFolder(job.ckpt_dir).exists():
        logger.info(f"No run in {job.ckpt_dir}/ yet: the shipped model answers")
        return SHIPPED_RUN
    logger.info(
        f"Your run in {job.ckpt_dir}/ answers{_accuracy(job.ckpt_dir)}; "
        f"--ckpt_dir={os.path.relpath(SHIPPED_RUN)} asks the shipped one{_accuracy(SHIPPED_RUN)}"
    )
    return job.ckpt_dir


def _accuracy(run: Path) -> str:
    """The run's test accuracy in brackets, for a message; empty where it has none, as while it is still trained."""
    path = RunFolder(run).test_metrics_path
    values = read_json(path) if path.exists() else None
    accuracy = values.get("test_accuracy") if isinstance(values, dict) else None
    return f" (test accuracy {accuracy:.1%})" if isinstance(accuracy, int | float) else ""
