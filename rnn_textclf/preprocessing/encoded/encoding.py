"""Encoding: one streaming pass from the examples of a corpus to the flat files of an `EncodedCorpus`."""

import contextlib
import dataclasses
import json
import logging
import sys
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from tqdm import tqdm

from rnn_textclf.atomic import new_folder
from rnn_textclf.console import hides_progress
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.preprocessing.encoded.classes import class_names, warn_of_rare_classes
from rnn_textclf.preprocessing.encoded.corpus_writer import EncodedCorpusWriter
from rnn_textclf.preprocessing.encoded.encoded_corpus import (
    FORMAT_VERSION,
    KEY_FILE,
    EncodedCorpus,
    file_hash,
    open_encoded,
)
from rnn_textclf.preprocessing.memo import Memo
from rnn_textclf.preprocessing.tokens import TOKENS_VERSION, Tokenizer, room
from rnn_textclf.preprocessing.vocabulary import LONGEST_WORD, UNK

logger = logging.getLogger(__name__)

_ATTEMPTS, _PAUSE = 20, 0.01  # Seconds.


def encode_corpus(corpus: Corpus, tokenizer: Tokenizer, max_length: int, folder: Path | str) -> EncodedCorpus:
    """Encodes a corpus into a folder, or opens the files there when they were made of the same corpus in the same way.

    The files are built in a folder beside it and renamed when whole. Memory is that of the distinct words.

    Args:
      corpus: read once.
      tokenizer: text to words.
      max_length: words kept of each text (>= 1); longer texts are counted in one warning.
      folder: the folder to make; an older one that does not match is replaced.

    Returns:
      The encoded corpus, mapped from the folder.

    Raises:
      UserError: no example or no word at all, a label that is not among the corpus's fixed ones, a corpus that
        cannot be read or changes during the pass, a full disk.
    """
    folder = Path(folder)
    wanted = _key_of(corpus, tokenizer, max_length)
    if (encoded := open_encoded(folder, wanted)) is not None:
        return encoded
    with contextlib.suppress(_MadeMeanwhile), new_folder(folder, existing="replace") as temporary:
        with EncodedCorpusWriter(temporary) as files:
            words, labels = _encode_examples(corpus, tokenizer, max_length, files)
            names, classes = class_names(labels, corpus.labels, corpus.paths[0])
            types = files.finish(classes)
        corpus.check_unchanged()
        _write_lines(temporary / "words.txt", words)
        _write_lines(temporary / "labels.txt", names)
        sizes = {path.name: path.stat().st_size for path in sorted(temporary.iterdir())}
        hashes = {name: file_hash(temporary / name) for name in sizes}
        found = {"rows": files.num_examples, "words": len(words), "types": types, "sizes": sizes, "sha256": hashes}
        (temporary / KEY_FILE).write_text(json.dumps({**wanted, **found}, indent=1), encoding="utf-8")
        if open_encoded(folder, wanted) is not None:
            raise _MadeMeanwhile
    if (encoded := _open_made(folder, wanted)) is None:
        raise UserError(f"{folder}: another process is changing it; give each run a folder of its own")
    if corpus.labels is None and encoded.labels:
        warn_of_rare_classes(corpus.name, encoded.labels, encoded.class_counts(), len(encoded))
    return encoded


class _MadeMeanwhile(Exception):  # noqa: N818 - nothing went wrong
    """Another process has encoded the same corpus."""


def _open_made(folder: Path, wanted: dict[str, Any]) -> EncodedCorpus | None:
    """Opens what was just made; another process may be putting the same in its place."""
    for _ in range(_ATTEMPTS):
        if (encoded := open_encoded(folder, wanted)) is not None:
            return encoded
        time.sleep(_PAUSE)
    return None


def _key_of(corpus: Corpus, tokenizer: Tokenizer, max_length: int) -> dict[str, Any]:
    """Everything that the contents of the files depend on."""
    return {
        "version": FORMAT_VERSION,
        "tokens_version": TOKENS_VERSION,
        "fingerprint": corpus.fingerprint,
        "reading": corpus.reading,
        "fixed_labels": list(corpus.labels) if corpus.labels else None,
        "tokenizer": dataclasses.asdict(tokenizer),
        "max_length": max_length,
    }


def _encode_examples(
    corpus: Corpus, tokenizer: Tokenizer, max_length: int, files: EncodedCorpusWriter
) -> tuple[list[str], list[str]]:
    """Streams all examples into the files; returns words and labels by provisional id."""
    words: dict[str, int] = {}
    labels: dict[str, int] = {}

    def id_of(word: str) -> int:
        if len(word) > LONGEST_WORD:
            return 0
        if (id := words.get(word)) is None:
            id = words[word] = len(words)
            files.add_word(word)
        return id

    id_of(UNK)
    words_of_chunk = tokenizer.words_of_chunk
    of_chunk = Memo(lambda chunk: tuple(map(id_of, words_of_chunk(chunk))))
    ids_of_chunk = of_chunk.__getitem__
    longest = room(max_length)
    too_long = 0
    hidden = hides_progress()
    for text, names in tqdm(corpus.examples(), "encoding", unit=" texts", disable=hidden, delay=2, file=sys.stderr):
        chunks = tokenizer.chunks(text, max_length)
        if len(chunks) <= max_length:
            ids = list(chain.from_iterable(map(ids_of_chunk, chunks)))
        else:
            ids = _first_ids(chunks, of_chunk, max_length)
        if len(ids) > max_length or len(text) > longest:
            too_long += 1
            del ids[max_length:]
        files.add(ids, [labels.setdefault(name, len(labels)) for name in names])
    if not files.num_examples:
        raise UserError(f"{corpus.paths[0]}: no examples; give a file with a text and its label in each record")
    if not files.num_words:
        raise UserError(f"{corpus.paths[0]}: no text has a word; check which field is the text (--text_field)")
    if too_long:
        logger.warning(f"{corpus.name}: {too_long:,} texts are longer than {max_length:,} words; the rest is not read")
    return list(words), list(labels)


def _first_ids(chunks: list[str], of_chunk: Memo[tuple[int, ...]], max_length: int) -> list[int]:
    """Stops after the maximal length, so that words which are not read get no id."""
    ids: list[int] = []
    for chunk in chunks:
        ids += of_chunk[chunk]
        if len(ids) > max_length:
            break
    return ids


def _write_lines(path: Path, lines: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
