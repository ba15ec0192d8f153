"""Table that a job of `infer.py` names. No TensorFlow."""

from pathlib import Path

from rnn_textclf.config.shards import Shard
from rnn_textclf.inference.tables.input_table import Table, open_table
from rnn_textclf.jobs import InferenceJob

_ENDINGS = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".json")


def is_table(job: InferenceJob) -> bool:
    """Whether the input is a table rather than lines of text."""
    options = (job.results.output, job.scoring.text_field, job.scoring.file_format)
    return job.input is not None and any(option is not None for option in options)


def looks_like_table(job: InferenceJob) -> bool:
    """Whether the input has a table's name, though it is to be read as lines of text."""
    name = (job.input or "").lower().removesuffix(".gz")
    return not is_table(job) and Path(name).suffix in _ENDINGS


def open_job_table(job: InferenceJob) -> Table:
    """The table that a job names; see `open_table`."""
    options = job.scoring
    shard = Shard.parse(job.shard)
    return open_table(str(job.input), options.text_field, options.encoding, options.file_format, shard)
