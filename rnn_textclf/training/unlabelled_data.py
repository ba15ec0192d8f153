"""Unlabelled text as ids, encoded once in the data folder for every run that reads it."""

import hashlib
import logging
from pathlib import Path

import numpy as np

from rnn_textclf.config import DataConfig
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.encoded.encoded_corpus import EncodedCorpus
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.prepared_data import EncodedCorpora
from rnn_textclf.preprocessing.encoded.splits import Split
from rnn_textclf.preprocessing.tokens import Tokenizer

logger = logging.getLogger(__name__)


def encode_unlabelled(config: DataConfig) -> EncodedCorpus | None:
    """The sentences of `--unlabelled` and `--unlabelled_file`, or None where neither is given.

    The encoded files are in `unlabelled/` of the data folder, in a folder named by the text's SHA-256.
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


def not_held_out(encoded: EncodedCorpus, corpora: EncodedCorpora, split: Split) -> np.ndarray:
    """The indices, int32 `[n]`, of examples whose words are not those, in order, of a held-out example of the run."""
    return np.flatnonzero(~np.isin(encoded.keys, corpora.held_out_keys(split))).astype(np.int32)
