"""Nearest neighbours of words among a run's word vectors, by cosine."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rnn_textclf.console import json_line
from rnn_textclf.inference.exports.word_vectors import read_embedding
from rnn_textclf.inference.word_query import query_ids
from rnn_textclf.preprocessing.vocabulary import UNK_ID, Vocabulary
from rnn_textclf.reports.tables import aligned
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions

NUM_NEIGHBOURS = 10


class Neighbours(NamedTuple):
    """A word and its neighbours with the cosines of their vectors, in [-1, 1], the nearest first."""

    word: str
    neighbours: list[tuple[str, float]]


def nearest(folder: RunFolder, query: str, sessions: Sessions) -> list[Neighbours]:
    """Nearest neighbours of some words in the run's vocabulary, by its best checkpoint.

    A word's vector is the network's input: the word's own and that of its stem.

    Args:
      folder: the run.
      query: words with commas between them, spelled in any case.
      sessions: opens the session.

    Raises:
      FlagError: there is no word in the query.
      UserError: a word is not in the vocabulary, or the run cannot be read.
    """
    vocabulary = folder.read_vocabulary() if folder.exists() else None
    ids = query_ids(query, vocabulary) if vocabulary else []
    table = read_embedding(folder, sessions)  # says what is wrong where there is no run
    assert vocabulary
    return neighbours(table, vocabulary, ids)


def neighbours(table: np.ndarray, vocabulary: Vocabulary, ids: Sequence[int]) -> list[Neighbours]:
    """The neighbours of the words `ids` by the embedding `[V, E]`: as many as there are, ten at most."""
    stem_ids = vocabulary.stem_ids
    vectors = table + np.where(stem_ids[:, np.newaxis] > 0, table[stem_ids], 0)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = (vectors / np.maximum(lengths, np.finfo(np.float32).tiny))[UNK_ID + 1 : vocabulary.num_words]
    found = []
    for id in ids:
        cosines = units @ units[id - UNK_ID - 1]
        order = [int(row) + UNK_ID + 1 for row in np.argsort(-cosines, kind="stable")]
        others = [other for other in order[: NUM_NEIGHBOURS + 1] if other != id][:NUM_NEIGHBOURS]
        pairs = [(vocabulary.words[other], float(cosines[other - UNK_ID - 1])) for other in others]
        found.append(Neighbours(vocabulary.words[id], pairs))
    return found


def nearest_lines(found: Sequence[Neighbours], form: str) -> Iterator[str]:
    """Lines for `table` (aligned), `tsv` (word, neighbour, cosine) or `jsonl` (an object a word)."""
    if form == "jsonl":
        for word, pairs in found:
            listed = [{"word": other, "cosine": round(cosine, 6)} for other, cosine in pairs]
            yield json_line({"word": word, "neighbours": listed})
    elif form == "tsv":
        yield from (f"{word}\t{other}\t{cosine:.6f}" for word, pairs in found for other, cosine in pairs)
    else:
        rows = [[word, other, f"{cosine:.3f}"] for word, pairs in found for other, cosine in pairs]
        yield from aligned([["word", "neighbour", "cosine"], *rows], "<<>")
