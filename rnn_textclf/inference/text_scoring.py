"""Scoring of the texts that `infer.py` was given: one sentence, the lines of a file or a pipe, or a conversation."""

import logging
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rnn_textclf.config.shards import Shard
from rnn_textclf.inference.input_lines import line_chunks, typed_lines
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.jobs import InferenceJob
from rnn_textclf.preprocessing.corpora.formats.text_files import mend_html
from rnn_textclf.reports.figures import plot_style
from rnn_textclf.reports.figures.score_figure import score_figure
from rnn_textclf.reports.html.html_page import html_page
from rnn_textclf.reports.output import text_line, verdict, word_lines
from rnn_textclf.reports.terminal import TerminalStyle, terminal_lines
from rnn_textclf.reports.word_deltas import word_deltas
from rnn_textclf.runs.prediction import Prediction

logger = logging.getLogger(__name__)


def score_texts(job: InferenceJob, predictor: Predictor) -> None:
    """Scores the job's texts; prints each result, and draws it or puts it on a page where that was asked for."""
    if job.results.html:
        _score_onto_page(job, predictor, Path(job.results.html))
        return
    for _ in _print_each(job, predictor):
        pass


def shows_words(job: InferenceJob) -> bool:
    """Whether anything is shown of single words, so that running scores are needed."""
    return job.input is None or _is_conversation(job) or job.format == "jsonl" or job.results.html is not None


def _print_each(job: InferenceJob, predictor: Predictor) -> Iterator[Prediction]:
    """Prints and draws the prediction of each text, then hands it on."""
    results = job.results
    for texts in _texts(job, predictor):
        mended = list(map(mend_html, texts))  # As in training.
        predictions = predictor.predictions(
            mended, results.target_class, attention=results.attention, by_word=shows_words(job)
        )
        for text, found in zip(texts, predictions, strict=True):
            prediction = found._replace(text=text)
            for line in _lines(job, prediction):
                sys.stdout.write(line + "\n")
            if results.plot:
                _draw(prediction, Path(results.plot))
            yield prediction
        sys.stdout.flush()  # A program that wrote a line may wait for its result.


def _lines(job: InferenceJob, prediction: Prediction) -> Iterable[str]:
    if job.input is not None and not _is_conversation(job):
        return [text_line(prediction, job.format, job.results.top_k)]
    if job.format == "table" and (style := TerminalStyle.of(sys.stdout)):
        return terminal_lines(prediction, style, job.results.top_k)
    return word_lines(prediction, job.format, job.results.top_k)


def _texts(job: InferenceJob, predictor: Predictor) -> Iterator[list[str]]:
    """The texts to score, those together that are there together."""
    if job.input is None:
        return iter([[job.text]])
    if not _is_conversation(job):
        return line_chunks(job.input, job.scoring.encoding, Shard.parse(job.shard))
    next(predictor.predictions([""]))  # TensorFlow prepares a graph when it first runs, which takes as long as loading.
    logger.info("Type a text and press Enter; Ctrl-D ends")
    return typed_lines()


def _is_conversation(job: InferenceJob) -> bool:
    """Whether somebody types the texts."""
    return job.input == "-" and sys.stdin.isatty()


def _score_onto_page(job: InferenceJob, predictor: Predictor, path: Path) -> None:
    several_labels = predictor.config.corpus.multi_label
    title = "Running score" if job.input is None else f"Running scores of {job.input}"
    with html_page(path, title, several_labels) as page:
        for prediction in _print_each(job, predictor):
            page.add(prediction)
    logger.info(f"Page: {path}")


def _draw(prediction: Prediction, path: Path) -> None:
    with plot_style.styled():
        words = word_deltas(prediction, prediction.several_labels)
        plot_style.save(score_figure(words, prediction.target, verdict(prediction)), path)
    logger.info(f"Picture: {path}")
