"""Scoring of a table: one column of a CSV, TSV or JSON lines file."""

import contextlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from rnn_textclf.atomic import replacing
from rnn_textclf.config.shards import Shard
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.inference.tables.input_table import FORMATS
from rnn_textclf.inference.tables.job_table import open_job_table
from rnn_textclf.inference.tables.output_table import table_writer
from rnn_textclf.jobs import InferenceJob
from rnn_textclf.preprocessing.corpora.formats.text_files import mend_html

logger = logging.getLogger(__name__)


def score_table(job: InferenceJob, predictor: Predictor) -> None:
    """Scores the job's table and writes it to `--output`, or prints it, with label and probabilities added.

    Raises:
      UserError: the table cannot be read, has no such column or a bad record; then no file is written.
    """
    table = open_job_table(job)
    count = 0
    with _destination(job.results.output) as file:
        is_first = Shard.parse(job.shard).number == 1
        writer = table_writer(file, _output_format(job, table.format), table, predictor.labels, header=is_first)
        for records in table.blocks:
            texts = [mend_html(table.text_of(record)) for record in records]
            for record, prediction in zip(records, predictor.predictions(texts, by_word=False), strict=True):
                writer.write(record, prediction)
            file.flush()  # A program that wrote a line may wait for its result.
            count += len(records)
    place = f"; written to {job.results.output}" if job.results.output else ""
    columns = ", ".join(map(repr, table.text))
    logger.info(
        f"{count:,} records of {Shard.parse(job.shard).named(table.name)} scored by their column {columns}{place}"
    )


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
