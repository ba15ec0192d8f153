"""Commands of `infer.py`: score text, evaluate a labelled file, show or export a run's words."""

import logging
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.inference.exports.compact import compact_run
from rnn_textclf.inference.exports.saved_model import export_model
from rnn_textclf.inference.exports.word_vectors import export_vectors
from rnn_textclf.inference.file_evaluation import evaluate_file
from rnn_textclf.inference.nearest import nearest, nearest_lines
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.inference_options import ResultOptions
from rnn_textclf.jobs import SHIPPED_RUN, InferenceJob
from rnn_textclf.preprocessing.encoded.encoding import preview
from rnn_textclf.reports import plot_style
from rnn_textclf.reports.html_page import html_page
from rnn_textclf.reports.output import text_line, verdict, word_lines
from rnn_textclf.reports.score_figure import score_figure
from rnn_textclf.reports.word_deltas import steps
from rnn_textclf.runs.members import single_models
from rnn_textclf.runs.prediction import Prediction
from rnn_textclf.runs.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions

logger = logging.getLogger(__name__)


def infer(job: InferenceJob) -> None:
    """Scores the job's text, each line of its input, or a labelled file; or shows or exports the run's words."""
    run = choose_run(job)
    if job.export or job.export_vectors or job.compact:
        _export(job, run, Sessions(job.threads))
        return
    runs = [run, *job.more_runs]
    if job.nearest is not None:
        _print_lines(nearest_lines(nearest(RunFolder(run), job.nearest, Sessions(job.threads)), job.format))
        return
    _check_results(job.results, RunFolder(run))
    predictor = Predictor.load(runs, job.threads)
    for checkpoint in predictor.checkpoints:
        logger.info(f"Loading old model from: {checkpoint}")
    if predictor.config.model.bidirectional and (job.scoring.evaluate is not None or _by_word(job)):
        logger.info(
            "The model reads both ways: the score after each word is that of the words so far as a text of their own"
        )
    if job.scoring.evaluate is not None:
        evaluate_file([RunFolder(path) for path in runs], predictor, job.scoring, job.results, job.format)
    elif job.results.html:
        _show_with_page(job, predictor, Path(job.results.html))
    else:
        for _ in _shown(job, predictor):
            pass


def _shown(job: InferenceJob, predictor: Predictor) -> Iterator[Prediction]:
    """Prints and draws what was asked for of each text, then hands the prediction on."""
    texts = [job.text] if job.input is None else read_lines(job.input)
    results = predictor.predictions(
        texts, job.results.target_class, attention=job.results.attention, by_word=_by_word(job)
    )
    for prediction in results:
        if job.input is None:
            _print_lines(word_lines(prediction, job.format, job.results.top_k))
            if job.results.plot:
                _draw(prediction, Path(job.results.plot), predictor.config.corpus.multi_label)
        else:
            _print_lines([text_line(prediction, job.format, job.results.top_k)])
        yield prediction


def _by_word(job: InferenceJob) -> bool:
    """Whether anything is shown of single words."""
    return job.input is None or job.format == "jsonl" or job.results.html is not None


def _show_with_page(job: InferenceJob, predictor: Predictor, path: Path) -> None:
    several_labels = predictor.config.corpus.multi_label
    title = "Running score" if job.input is None else f"Running scores of {job.input}"
    with html_page(path, title, several_labels) as page:
        for prediction in _shown(job, predictor):
            page.add(prediction)
    logger.info(f"Page: {path}")


def _draw(prediction: Prediction, path: Path, several_labels: bool) -> None:
    with plot_style.styled():
        words = steps(prediction, several_labels)
        plot_style.save(score_figure(words, prediction.target, verdict(prediction)), path)
    logger.info(f"Picture: {path}")


def _check_results(results: ResultOptions, folder: RunFolder) -> None:
    """Raises FlagError for attention or classes that the run does not have."""
    if results.attention and folder.exists() and (pooling := folder.read_config().model.pooling) != "attention":
        raise FlagError(
            f"--attention: {folder.path} was trained with --pooling={pooling}; train one with --pooling=attention"
        )
    if results.target_class is None and results.top_k is None:
        return
    labels = single_models(folder)[0].read_labels() if folder.exists() else ()
    if not labels:
        return  # that there is no run is said elsewhere
    if results.target_class is not None and results.target_class not in labels:
        raise FlagError(f"--target_class={results.target_class}: no such class; the run has {preview(labels)}")
    if results.top_k is not None and results.top_k > len(labels):
        count = len(labels)
        raise FlagError(f"--top_k={results.top_k}: the run has {count} classes; give 1 to {count}")


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
    """The job's run folder, or the shipped one while the default folder holds no run."""
    if job.fall_back and not RunFolder(job.ckpt_dir).exists() and RunFolder(SHIPPED_RUN).exists():
        logger.info(f"No run in {job.ckpt_dir}/ yet: the shipped model answers")
        return SHIPPED_RUN
    return job.ckpt_dir


def read_lines(name: str) -> Iterator[str]:
    """The lines of a file, or of standard input for `-`, in UTF-8 or else Windows-1252.

    Raises:
      UserError: the file cannot be read, or a line has NUL bytes and so is no text.
    """
    try:
        with sys.stdin.buffer if name == "-" else open(name, "rb") as file:
            for number, line in enumerate(file, start=1):
                if b"\0" in line:
                    raise UserError(f"{name}:{number}: has NUL bytes, so this is not text")
                yield _decode(line).rstrip("\r\n")
    except OSError as error:
        raise UserError(f"{name}: cannot be read ({error.strerror})") from None


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
