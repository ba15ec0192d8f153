"""Unlabelled text as ids, encoded once in the data folder for every run that reads it."""

import hashlib
import logging
from pathlib import Path

import numpy as np

from rnn_textclf.config import DataConfig
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.splits import Split
from rnn_textclf.preprocessing.tokens import Tokenizer
from rnn_textclf.runs.prepared_data import EncodedCorpora

logger = logging.getLogger(__name__)


def encode_unlabelled(config: DataConfig) -> EncodedCorpus | None:
    """The sentences of `--unlabelled` and `--unlabelled_file`, or None where neither is given.

    The encoded files lie in `unlabelled/` of the data folder, in a folder that the text's SHA-256 names.
    Raises UserError where a text cannot be read.
    """
    if config.unlabelled is None and config.unlabelled_file is None:
        return None
    texts = unlabelled_texts(config.unlabelled, config.unlabelled_file, skip_bad_rows=config.skip_bad_rows)
    logger.info(f"Unlabelled text: {texts.source}")
    name = hashlib.sha256(f"{texts.fingerprint} {texts.reading}".encode()).hexdigest()[:16]
    return encode_corpus(
        texts, Tokenizer.from_config(config), config.max_length, Path(config.data_dir) / "unlabelled" / name
    )


def rows_not_held_out(encoded: EncodedCorpus, sources: EncodedCorpora, rows: Split) -> np.ndarray:
    """The rows, int32 `[n]`, of some text whose words are not all those, in order, of a held-out row of the run."""
    held_out = [sources.main.keys[np.concatenate([rows.valid, rows.test]).astype(np.int64)]]
    held_out += [own.keys for own in (sources.valid, sources.test) if own is not None]
    return np.flatnonzero(~np.isin(encoded.keys, np.concatenate(held_out))).astype(np.int32)
