"""Single texts read some words at a call: the answers are those of the loop."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.inference.scoring import incremental_scorer

TEXTS = ["bores", "", "the film is wonderful .", "its plot lost my patience " * 9, "fresh ! " * 8]


@pytest.fixture
def compiling(scored_run: Any, monkeypatch: pytest.MonkeyPatch) -> Predictor:
    """A predictor that compiles its loop after a hundred words."""
    monkeypatch.setattr(incremental_scorer, "WORDS_TO_COMPILE", 100)
    return Predictor.load(scored_run.folder.path, 1)


def is_compiled(predictor: Predictor) -> bool:
    scorer = predictor._backend._scorer._incremental
    assert scorer
    return scorer._read_some is not None


def test_the_compiled_loop_changes_no_answer(compiling: Predictor) -> None:
    expected = compiling.predict_proba(TEXTS)
    for _ in range(3):
        for text, row in zip(TEXTS, expected, strict=True):
            np.testing.assert_allclose(compiling.predict_proba([text])[0], row, atol=1e-6)
            stream = compiling.stream()
            np.testing.assert_allclose(list(stream.read(text).values()), row, atol=1e-6)
            twice = list(stream.read(text).values())
            np.testing.assert_allclose(twice, compiling.predict_proba([f"{text} {text}"])[0], atol=1e-6)
    assert is_compiled(compiling)


def test_few_words_compile_nothing(compiling: Predictor) -> None:
    compiling.predict_proba(TEXTS * 9)
    compiling.predict_proba([TEXTS[2]])
    assert not is_compiled(compiling)


def test_threads_that_compile_at_once_get_what_one_gets(compiling: Predictor) -> None:
    expected = compiling.predict_proba(TEXTS)

    def work(number: int) -> None:
        for turn in range(20):
            place = (number + turn) % len(TEXTS)
            np.testing.assert_allclose(compiling.predict_proba([TEXTS[place]])[0], expected[place], atol=1e-6)
            np.testing.assert_allclose(compiling.predict_proba(TEXTS), expected, atol=1e-6)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    assert is_compiled(compiling)
