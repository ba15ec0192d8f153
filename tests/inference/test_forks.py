"""Forks of a process that has scored text: they score as well, and wait for no thread of their parent's."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.inference.predictor import Predictor

TEXTS = ["the film is wonderful .", "its plot lost my patience", "", "bores"] * 50
SECONDS = 60  # A child that waits longer than that for a thread is killed.

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


@pytest.fixture(scope="module")
def used(scored_run: Any) -> Predictor:
    """A predictor with two threads, both of which have scored."""
    predictor = Predictor.load(scored_run.folder.path, threads=2)
    predictor.predict_proba(TEXTS)
    predictor.running_scores(TEXTS[0])
    return predictor


def succeeds_in_a_fork(work: Callable[[], None]) -> bool:
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def test_a_fork_scores_what_its_parent_scores(used: Predictor, scored_run: Any) -> None:
    expected, running = used.predict_proba(TEXTS), used.running_scores(TEXTS[0])

    def work() -> None:
        np.testing.assert_array_equal(used.predict_proba(TEXTS), expected)
        np.testing.assert_allclose(used.predict_proba(TEXTS[:1]), expected[:1], atol=1e-6)
        assert used.running_scores(TEXTS[0]) == running
        read = [used.stream().read(word) for word in TEXTS[1].split()]
        assert len(read) == 5
        loaded = Predictor.load(scored_run.folder.path, threads=2)
        np.testing.assert_allclose(loaded.predict_proba(TEXTS), expected, atol=1e-6)

    assert succeeds_in_a_fork(work)
    np.testing.assert_array_equal(used.predict_proba(TEXTS), expected)


def test_what_was_locked_at_the_fork_is_not_waited_for(used: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    incremental = used._backend._scorer._incremental  # type: ignore[attr-defined]
    monkeypatch.setattr(incremental, "_words_to_unroll", 0)
    with incremental._unrolling:
        assert succeeds_in_a_fork(lambda: used.predict(TEXTS[:1]) and None)


def score(predictor: Predictor, path: Path) -> None:
    np.save(path, predictor.predict_proba(TEXTS))


def test_multiprocessing_by_fork(used: Predictor, tmp_path: Path) -> None:
    process = multiprocessing.get_context("fork").Process(target=score, args=(used, tmp_path / "found.npy"))
    process.start()
    process.join(SECONDS)
    process.kill()
    np.testing.assert_array_equal(np.load(tmp_path / "found.npy"), used.predict_proba(TEXTS))
