"""One streaming pass from the rows of a corpus to the flat files of an `EncodedCorpus`."""

import dataclasses
import json
import logging
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from rnn_textclf.atomic import new_folder
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus
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


def encode_corpus(corpus: Corpus, tokenizer: Tokenizer, max_length: int, folder: Path | str) -> EncodedCorpus:
    """Encodes a corpus into a folder, or opens what is there when it was made of the same in the same way.

    The files are built in a folder beside it and renamed when whole. Memory is that of the distinct words.

    Args:
      corpus: read once.
      tokenizer: text to words.
      max_length: words kept of each row (>= 1); longer rows are counted in one warning.
      folder: the folder to make; an older one that does not match is replaced.

    Returns:
      The encoded corpus, mapped from the folder.

    Raises:
      UserError: no row or no word at all, a label that is not among the corpus's fixed ones, a corpus that
        cannot be read or changes during the pass, a full disk.
    """
    folder = Path(folder)
    wanted = _key_of(corpus, tokenizer, max_length)
    if (encoded := open_encoded(folder, wanted)) is not None:
        return encoded
    with new_folder(folder, existing="replace") as temporary:
        with EncodedCorpusWriter(temporary) as files:
            words, labels = _encode_rows(corpus, tokenizer, max_length, files)
            names = list(corpus.labels or sorted(labels))
            types = files.finish(_final_ids(labels, names, corpus.paths[0]))
        corpus.check_unchanged()
        _write_lines(temporary / "words.txt", words)
        _write_lines(temporary / "labels.txt", names)
        sizes = {path.name: path.stat().st_size for path in sorted(temporary.iterdir())}
        hashes = {name: file_hash(temporary / name) for name in sizes}
        found = {"rows": files.rows, "words": len(words), "types": types, "sizes": sizes, "sha256": hashes}
        (temporary / KEY_FILE).write_text(json.dumps({**wanted, **found}, indent=1), encoding="utf-8")
    if (encoded := open_encoded(folder, wanted)) is None:
        raise UserError(f"{folder}: another process is changing it; give each run a folder of its own")
    return encoded


def _key_of(corpus: Corpus, tokenizer: Tokenizer, max_length: int) -> dict[str, Any]:
    """All that the contents of the files depend on."""
    return {
        "version": FORMAT_VERSION,
        "tokens_version": TOKENS_VERSION,
        "fingerprint": corpus.fingerprint,
        "reading": corpus.reading,
        "fixed_labels": list(corpus.labels) if corpus.labels else None,
        "tokenizer": dataclasses.asdict(tokenizer),
        "max_length": max_length,
    }


def _encode_rows(
    corpus: Corpus, tokenizer: Tokenizer, max_length: int, files: EncodedCorpusWriter
) -> tuple[list[str], list[str]]:
    """Streams all rows into the files; returns words and labels by provisional id."""
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
    for text, names in tqdm(corpus.rows(), "encoding", unit=" rows", disable=None, delay=2, file=sys.stderr):
        chunks = tokenizer.chunks(text, max_length)
        if len(chunks) <= max_length:
            ids = list(chain.from_iterable(map(ids_of_chunk, chunks)))
        else:
            ids = _first_ids(chunks, of_chunk, max_length)
        if len(ids) > max_length or len(text) > longest:
            too_long += 1
            del ids[max_length:]
        files.add(ids, [labels.setdefault(name, len(labels)) for name in names])
    if not files.rows:
        raise UserError(f"{corpus.paths[0]}: no rows; give a file with a text and its label in each row")
    if not files.num_words:
        raise UserError(f"{corpus.paths[0]}: no row has a word; check which field is the text")
    if too_long:
        logger.info(f"{corpus.name}: {too_long:,} rows are longer than {max_length:,} words; the rest is not read")
    return list(words), list(labels)


def _first_ids(chunks: list[str], of_chunk: Memo[tuple[int, ...]], max_length: int) -> list[int]:
    """Stops after the maximal length, so that words which are not read get no id."""
    ids: list[int] = []
    for chunk in chunks:
        ids += of_chunk[chunk]
        if len(ids) > max_length:
            break
    return ids


def _final_ids(found: list[str], names: list[str], path: Path) -> np.ndarray:
    """Int [C], the place in `names` of each label found. Raises UserError for one that is not there."""
    if unknown := sorted(set(found) - set(names)):
        raise UserError(f"{path}: label {unknown[0]!r} is not one of {preview(names)}")
    places = {name: place for place, name in enumerate(names)}
    return np.array([places[name] for name in found], np.int64)


def preview(names: Sequence[str]) -> str:
    """The first ten names, and how many more there are."""
    more = f" and {len(names) - 10:,} more" if len(names) > 10 else ""
    return ", ".join(names[:10]) + more


def _write_lines(path: Path, lines: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
