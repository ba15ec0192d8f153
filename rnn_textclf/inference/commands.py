"""Commands of `infer.py`: score text, evaluate a labelled file, show or export a run's words."""

import logging
from pathlib import Path

from rnn_textclf.errors import UserError
from rnn_textclf.inference.exports.compact import compact_run
from rnn_textclf.inference.exports.export_checks import check_export
from rnn_textclf.inference.exports.saved_model import export_model
from rnn_textclf.inference.exports.word_vectors import export_vectors
from rnn_textclf.inference.file_evaluation import evaluate_file
from rnn_textclf.inference.nearest import nearest, nearest_lines
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.inference.run_choice import announce_run, choose_run
from rnn_textclf.inference.tables.job_table import is_table, looks_like_table
from rnn_textclf.inference.tables.table_scoring import score_table
from rnn_textclf.inference.text_scoring import score_texts, shows_words
from rnn_textclf.jobs import InferenceJob
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions

logger = logging.getLogger(__name__)

_BYTES_A_WORD = 6  # About.


def infer(job: InferenceJob) -> None:
    """Scores the job's text, each line of its input, or a labelled file; or shows or exports the run's words."""
    run = choose_run(job)
    announce_run(job)
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
    if job.input not in (None, "-"):
        predictor.expect_words(Path(str(job.input)).stat().st_size // _BYTES_A_WORD)
    if job.scoring.evaluate is not None:
        evaluate_file([RunFolder(path) for path in runs], predictor, job.scoring, job.results, job.format)
    elif is_table(job):
        score_table(job, predictor)
    else:
        if looks_like_table(job):
            logger.warning(f"{job.input}: read as a text a line; --text_field=NAME scores a column of it instead")
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
    check_export(job, run)
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
