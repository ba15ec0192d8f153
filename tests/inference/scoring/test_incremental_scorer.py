"""Single texts read some words at a call: the answers are those of the loop."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.inference.scoring import incremental_scorer

TEXTS = ["bores", "", "the film is wonderful .", "its plot lost my patience " * 9, "fresh ! " * 8]


@pytest.fixture
def unrolling(scored_run: Any, monkeypatch: pytest.MonkeyPatch) -> Predictor:
    """A predictor that reads in blocks from its hundredth word on."""
    monkeypatch.setattr(incremental_scorer, "WORDS_TO_UNROLL", 100)
    return Predictor.load(scored_run.folder.path, 1)


def is_unrolled(predictor: Predictor) -> bool:
    read = predictor._backend._scorer._incremental
    assert read
    assert read._session.graph.finalized == (len(read._calls) > 1)
    return len(read._calls) > 1


def test_blocks_change_no_answer(unrolling: Predictor) -> None:
    expected = unrolling.predict_proba(TEXTS)
    for _ in range(3):
        for text, row in zip(TEXTS, expected, strict=True):
            np.testing.assert_allclose(unrolling.predict_proba([text])[0], row, atol=1e-6)
            stream = unrolling.stream()
            np.testing.assert_allclose(list(stream.read(text).values()), row, atol=1e-6)
            twice = list(stream.read(text).values())
            np.testing.assert_allclose(twice, unrolling.predict_proba([f"{text} {text}"])[0], atol=1e-6)
    assert is_unrolled(unrolling)


def test_few_words_build_nothing(unrolling: Predictor) -> None:
    unrolling.predict_proba(TEXTS * 9)
    unrolling.predict_proba([TEXTS[2]])
    assert not is_unrolled(unrolling)


def test_threads_that_unroll_at_once_get_what_one_gets(unrolling: Predictor) -> None:
    expected = unrolling.predict_proba(TEXTS)

    def work(number: int) -> None:
        for turn in range(20):
            place = (number + turn) % len(TEXTS)
            np.testing.assert_allclose(unrolling.predict_proba([TEXTS[place]])[0], expected[place], atol=1e-6)
            np.testing.assert_allclose(unrolling.predict_proba(TEXTS), expected, atol=1e-6)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    assert is_unrolled(unrolling)
