"""Word vectors of the encoder: principal components beside NumPy's own, and a file that `--embeddings` reads."""

from pathlib import Path

import numpy as np
import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.vectors.word_vectors import read_vectors
from tests.benchmarks.teacher.word_vectors import principal_components, write

WORDS = [f"word{number}" for number in range(300)]


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    draw = np.random.default_rng(3)
    return draw.normal(size=[300, 40]) @ draw.normal(size=[40, 40]) + 5


def test_the_products_of_all_components_are_those_of_the_centred_vectors(vectors: np.ndarray) -> None:
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    centred = units - units.mean(0)
    found = principal_components(vectors, 40)
    products = found @ found.T
    np.testing.assert_allclose(products / products[0, 0], centred @ centred.T / (centred[0] @ centred[0]), atol=1e-6)


def test_the_first_components_are_the_singular_values_largest(vectors: np.ndarray) -> None:
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    left, sizes, _ = np.linalg.svd(units - units.mean(0), full_matrices=False)
    expected, found = (left * sizes)[:, :7], principal_components(vectors, 7)
    cosines = (expected * found).sum(0) / np.linalg.norm(expected, axis=0) / np.linalg.norm(found, axis=0)
    np.testing.assert_allclose(np.abs(cosines), 1, atol=1e-6)


@pytest.mark.parametrize("name", ["words.vec", "words.vec.gz"])
def test_embeddings_reads_what_is_written(name: str, vectors: np.ndarray, tmp_path: Path) -> None:
    write(tmp_path / name, WORDS, vectors, 12)
    found = read_vectors(tmp_path / name, WORDS, 0)
    assert found.words == WORDS
    np.testing.assert_allclose(found.vectors, principal_components(vectors, 12), atol=6e-5)


def test_more_numbers_than_there_are_is_an_error(vectors: np.ndarray) -> None:
    with pytest.raises(UserError, match="--width=41: is more than 40"):
        principal_components(vectors, 41)
