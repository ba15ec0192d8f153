"""Soft labels of vectors: sides of the principal directions beside NumPy's singular values; train.py reads them."""

from pathlib import Path

import numpy as np
import pytest

from rnn_textclf.preprocessing.corpora.files import open_corpus
from tests.benchmarks.teacher.answers import write_rows
from tests.benchmarks.teacher.label_vectors import sides, sides_of

NAMES = ("side1", "side2", "side3")


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    draw = np.random.default_rng(2)
    return draw.normal(size=[500, 12]) @ np.diag(np.arange(12, 0, -1)) + 3


def test_sides_are_the_signs_of_the_largest_singular_directions(vectors: np.ndarray) -> None:
    _, _, axes = np.linalg.svd(vectors - vectors.mean(0), full_matrices=False)
    expected = np.sign((vectors - vectors.mean(0)) @ axes[:4].T)
    found = np.sign(sides(vectors, 4) - 0.5)
    agreement = np.abs((expected * found).mean(0))  # An axis may point the other way.
    np.testing.assert_allclose(agreement, 1)


def test_each_direction_is_as_sure(vectors: np.ndarray) -> None:
    chances = sides(vectors, 12)
    np.testing.assert_allclose(np.log(chances / (1 - chances)).std(axis=0), 1.5, rtol=1e-6)


def test_training_reads_the_rows(tmp_path: Path) -> None:
    chances = np.array([[0.9, 0.2, 0.6], [0.1, 0.51, 0.4]])
    texts = ["one text", 'another "text"']
    rows = [(sides_of(some, NAMES), text) for some, text in zip(chances, texts, strict=True)]
    write_rows(tmp_path / "rows.tsv", rows)
    read = list(open_corpus(tmp_path / "rows.tsv", label_separator="|").examples())
    assert read == [("one text", ("side1", "side3")), ('another "text"', ("side2",))]
