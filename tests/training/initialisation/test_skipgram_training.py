"""The cache of skip-gram vectors."""

from pathlib import Path

import numpy as np

from rnn_textclf.preprocessing.vectors.word_vectors import WordVectors
from rnn_textclf.training.initialisation.skipgram_training import read_table, write_table


def test_a_table_is_whole_or_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "vectors" / "key.npz"
    assert read_table(path) is None
    vectors = WordVectors(["café", "film"], np.arange(6, dtype=np.float32).reshape(2, 3))
    write_table(path, vectors)
    found = read_table(path)
    assert found is not None
    assert found.words == vectors.words
    np.testing.assert_array_equal(found.vectors, vectors.vectors)
    whole = path.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"no archive", whole[:-30]):
        path.write_bytes(damaged)
        assert read_table(path) is None
