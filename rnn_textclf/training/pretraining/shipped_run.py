"""Shipped run as first weights: for short texts of one's own whose words it knows, unless `--pretrain` decides.

It knows which of 27 thousand English words are alike, and what they do in a sentence, which few rows cannot teach.
"""

import dataclasses
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rnn_textclf.console import silent
from rnn_textclf.jobs import SHIPPED_RUN, TrainingJob
from rnn_textclf.preprocessing.corpora.selection import labelled_file
from rnn_textclf.preprocessing.encoded.dataset import count_words
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.runs.folder.row_hashes import count_seen
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.training.pretraining.stages import leaves_room_for

logger = logging.getLogger(__name__)

_MOST_BYTES = 8_000_000  # More text teaches enough by itself, and a smaller network learns it faster.
_LONGEST = 40  # Words of the median text: the shipped run has read sentences.
_LEAST_KNOWN = 0.8  # Share of the running words. Of other languages it knows a tenth, mostly names.
_MOST_SEEN = 0.01  # Share of the rows that it was trained on.
# Options that say otherwise where the words or the network begins.
_OTHER_BEGINNINGS = {"embeddings", "unlabelled", "unlabelled_file", "swap_entities"}


def with_shipped_run(job: TrainingJob) -> TrainingJob:
    """The job with its pretraining decided: by the user, else the shipped run where it serves, else none.

    Raises UserError where the job's text cannot be read.
    """
    if "pretrain" in job.given:
        return job
    folder = RunFolder(SHIPPED_RUN)
    if _may_begin_with(job, folder) and (known := _known_share(job, folder)) is not None:
        logger.info(
            f"First weights: the shipped run's, which knows {known:.1%} of the running words; --pretrain=none begins "
            "from nothing"
        )
        job = job.replace(pretrain=dataclasses.replace(job.pretrain, pretrain=str(folder.path)))
    return job.replace(given=job.given | {"pretrain"})


def _may_begin_with(job: TrainingJob, folder: RunFolder) -> bool:
    """Whether the job's options leave room for the shipped run, and its files are small enough; reads no text."""
    return (
        job.data.train_file is not None
        and not job.given & _OTHER_BEGINNINGS
        and all(_is_small(Path(path)) for path in _files(job))
        and folder.exists()
        and leaves_room_for(job, folder)
    )


def _known_share(job: TrainingJob, folder: RunFolder) -> float | None:
    """The share of the running words that the shipped run knows; None where it does not serve the rows."""
    theirs = folder.read_config().data
    vocabulary, tokenizer = folder.read_vocabulary(), Tokenizer.from_config(theirs)
    with tempfile.TemporaryDirectory(prefix="rnn_textclf-") as temporary, silent():  # The run reads the files again.
        main, *held_out = _encoded(job, tokenizer, Path(temporary))
        keys = np.concatenate([encoded.keys for encoded in (main, *held_out)])
        counts = count_words(main, np.arange(len(main)))
        known = counts[[word in vocabulary for word in main.words]].sum() / max(counts.sum(), 1)
        short = len(main) > 0 and np.median(main.word_ids.lengths) <= _LONGEST
    seen = count_seen(folder, keys)
    serves = short and known >= _LEAST_KNOWN and seen is not None and seen <= _MOST_SEEN * len(keys)
    return float(known) if serves else None


def _encoded(job: TrainingJob, tokenizer: Tokenizer, folder: Path) -> Iterator[EncodedCorpus]:
    """The training file, then those that validate and test."""
    for number, path in enumerate(_files(job)):
        corpus = labelled_file(path, job.data, job.model.loss == "sigmoid")
        yield encode_corpus(corpus, tokenizer, job.data.max_length, folder / str(number))


def _files(job: TrainingJob) -> list[str]:
    return [path for path in (job.data.train_file, job.data.valid_file, job.data.test_file) if path is not None]


def _is_small(path: Path) -> bool:
    """Whether a file or folder is there and not too large; a pipe, which can be read only once, never is."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return bool(files) and sum(file.stat().st_size for file in files) <= _MOST_BYTES
