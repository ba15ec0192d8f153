"""Scoring of a table: one column of a CSV, TSV or JSON lines file."""

import contextlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from rnn_textclf.atomic import replacing
from rnn_textclf.errors import FlagError
from rnn_textclf.inference.predictor import MAX_CHUNK, Predictor
from rnn_textclf.inference.tables.input_table import FORMATS, open_table
from rnn_textclf.inference.tables.output_table import table_writer
from rnn_textclf.inference.texts import growing_chunks
from rnn_textclf.jobs import InferenceJob

logger = logging.getLogger(__name__)


def is_table(job: InferenceJob) -> bool:
    """Whether the input is a table rather than lines of text."""
    options = (job.results.output, job.scoring.text_field, job.scoring.file_format)
    return job.input is not None and any(option is not None for option in options)


def score_table(job: InferenceJob, predictor: Predictor) -> None:
    """Scores the job's table and writes it to `--output`, or prints it, with label and probabilities added.

    Raises:
      UserError: the table cannot be read, has no such column or a bad record; then no file is written.
    """
    if job.input is None or job.input == "-":
        raise FlagError("--text_field, --file_format and --output need a file to score: name it with --input")
    options = job.scoring
    table = open_table(Path(job.input), options.text_field, options.encoding, options.file_format)
    count = 0
    with _destination(job.results.output) as file:
        writer = table_writer(file, _output_format(job, table.format), table, predictor.labels)
        for records in growing_chunks(table.records, MAX_CHUNK, MAX_CHUNK):
            texts = [table.text_of(record) for record in records]
            for record, prediction in zip(records, predictor.predictions(texts, by_word=False), strict=True):
                writer.write(record, prediction)
            count += len(records)
    place = f"; written to {job.results.output}" if job.results.output else ""
    logger.info(f"{count:,} records of {table.path} scored by their column {table.text!r}{place}")


def _output_format(job: InferenceJob, format_of_input: str) -> str:
    """The format of what is written: by the file's ending, or else by --format."""
    if job.results.output:
        return Path(job.results.output).suffix.lower().removeprefix(".")
    return job.format if job.format in FORMATS else format_of_input


@contextlib.contextmanager
def _destination(output: str | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
    else:
        with replacing(output) as file:
            yield file
