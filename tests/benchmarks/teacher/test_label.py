"""Soft labels: no held-out row is answered, training rows by heads that do not know them, and train.py reads them."""

from pathlib import Path

import numpy as np
import pytest

from rnn_textclf.preprocessing.encoded.splits import Split, split
from rnn_textclf.training.distillation.soft_label_file import SoftLabelFile
from tests.benchmarks.teacher.answers import write
from tests.benchmarks.teacher.encode import encode
from tests.benchmarks.teacher.label import FoldTeacher, Rows, answers, teach, tempered
from tests.benchmarks.teacher.test_encode import FakeEncoder

CLASSES = ("negative", "positive")


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Labels drawn by lot: whoever knows more than half of them has seen them."""
    draw = np.random.default_rng(5)
    vectors = draw.normal(size=[400, 300]).astype(np.float32)
    texts = [f"row {n} {'x' * (n % 9)}" for n in range(400)]
    return Rows(texts, np.arange(400, dtype=np.uint64), np.arange(400) % 2, CLASSES, vectors)


@pytest.fixture(scope="module")
def part(rows: Rows) -> Split:
    return split(rows.keys, rows.classes, 0.1, 0.1, 1)


@pytest.fixture(scope="module")
def teacher(rows: Rows, part: Split) -> FoldTeacher:
    return teach(rows, part)


def test_training_rows_are_answered_by_heads_that_have_not_seen_them(
    rows: Rows, part: Split, teacher: FoldTeacher
) -> None:
    classes = rows.classes[part.train]
    assert teacher.head.score(rows.vectors[part.train], classes) > 0.95
    assert (teacher.of_rows.argmax(1) == classes).mean() < 0.6
    np.testing.assert_allclose(teacher.of_rows.sum(1), 1)


def test_no_text_of_a_held_out_row_is_answered(rows: Rows, part: Split, teacher: FoldTeacher, tmp_path: Path) -> None:
    held_out = [rows.texts[row] for row in (*part.valid, *part.test)]
    width = rows.vectors.shape[1]

    class Wide(FakeEncoder):
        def vectors(self, batch: list[list[int]]) -> np.ndarray:  # type: ignore[override]
            return np.repeat(super().vectors(batch), width // 3, axis=1)

    others = ["another text", "another text", rows.texts[part.train[0]], f"{held_out[0].upper()} .", "one more"]
    encode(Wide(), others, tmp_path / "vectors")
    found = dict(answers(rows, part, teacher, str(tmp_path / "vectors")))
    assert list(found) == [*(rows.texts[row] for row in part.train), "another text", "one more"]
    np.testing.assert_allclose(found[rows.texts[part.train[3]]], teacher.of_rows[3])
    fewer = dict(answers(rows, part, teacher, str(tmp_path / "vectors"), left_out=["one more"]))
    assert list(fewer) == list(found)[:-1]


@pytest.mark.parametrize("name", ["soft.jsonl", "soft.jsonl.gz"])
def test_training_reads_what_is_written(
    name: str, rows: Rows, part: Split, teacher: FoldTeacher, tmp_path: Path
) -> None:
    write(tmp_path / name, answers(rows, part, teacher, None), CLASSES)
    file = SoftLabelFile(tmp_path / name, CLASSES, several=False)
    assert [text for text, _ in file.examples()] == [rows.texts[row] for row in part.train]
    np.testing.assert_allclose(file.answers().probabilities, teacher.of_rows, atol=2e-6)


def test_a_temperature_divides_the_logits() -> None:
    cool = tempered(np.array([0.2, 0.8]), 0.5)
    assert np.log(cool[1] / cool[0]) == pytest.approx(2 * np.log(4))
    assert tempered(np.array([0.2, 0.8]), 1.0) == pytest.approx([0.2, 0.8])
