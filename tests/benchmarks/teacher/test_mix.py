"""Mixtures of soft-label files: a text has one answer, and noisy copies keep it."""

from pathlib import Path

import numpy as np
import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.files import open_corpus
from tests.benchmarks.teacher.answers import write
from tests.benchmarks.teacher.mix import mixture, read_answers, some, without
from tests.benchmarks.teacher.transfer import words_of

LABELS = ("negative", "positive")


def of(positive: float) -> dict[str, float]:
    return {"negative": round(1 - positive, 6), "positive": positive}


def test_a_text_keeps_its_first_answer() -> None:
    parts = [("one", of(0.9)), ("two", of(0.2)), ("one", of(0.1))]
    assert list(mixture(parts, 0, 1, set())) == [("one", of(0.9)), ("two", of(0.2))]


def test_noisy_copies_are_other_texts_with_the_same_answer() -> None:
    parts = [(f"sentence number {n}", of(n / 100)) for n in range(100)]
    made = list(mixture(parts, 1, 1, set()))
    assert made[:100] == parts
    assert len(made) > 190
    assert len({text for text, _ in made}) == len(made)
    for text, chances in made[100:]:
        assert text not in dict(parts)
        assert str(round(100 * chances["positive"])) in text
    assert made == list(mixture(parts, 1, 1, set())) != list(mixture(parts, 1, 2, set()))


def test_no_copy_has_words_that_are_left_out() -> None:
    copies = [list(mixture([("abcd", of(0.5))], 1, seed, {("bacd",)}))[1:] for seed in range(60)]
    texts = {text for of_seed in copies for text, _ in of_seed}
    assert "acbd" in texts
    assert "bacd" not in texts


def test_no_text_has_the_words_of_a_row_that_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "rows.tsv"
    path.write_text("label\ttext\npositive\tIt is funny .\nnegative\tthe film\n")
    answers = [("it is funny.", of(0.9)), ("it is", of(0.6)), ("The film", of(0.5)), ("film the", of(0.4))]
    assert list(without(answers, words_of(open_corpus(path)))) == [("it is", of(0.6)), ("film the", of(0.4))]


@pytest.mark.parametrize("name", ["soft.jsonl", "soft.jsonl.gz"])
def test_some_or_all_answers_of_a_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    write(path, ((f"text {n}", np.array([0.25, 0.75])) for n in range(9)), LABELS)
    assert some(str(path), 1) == list(read_answers(path)) == [(f"text {n}", of(0.75)) for n in range(9)]
    drawn = some(f"{path}:4", 1)
    assert len(drawn) == 4
    assert set(dict(drawn)) < set(dict(read_answers(path)))
    assert len(some(f"{path}:40", 1)) == 9


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.jsonl: cannot be read"):
        list(read_answers(tmp_path / "none.jsonl"))
    (tmp_path / "bad.jsonl").write_text('{"text": "one", "probabilities": {}}\n{"text": "two"}\n')
    with pytest.raises(UserError, match=r"bad\.jsonl:2: expected a text and probabilities"):
        list(read_answers(tmp_path / "bad.jsonl"))
