"""Forks of a process that has scored: they score as well, or say why they cannot; none waits for ever."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.inference.scoring import process_threads
from rnn_textclf.inference.scoring.process_threads import ProcessThreads

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")

# Programs of their own: whether TensorFlow has threads depends on all that a process did before.
SCORES = """
import multiprocessing, os, signal, sys
import numpy as np
from rnn_textclf import Predictor

TEXTS = ["the film is wonderful .", "its plot lost my patience", "", "bores"] * 50
predictor = Predictor.load(sys.argv[1], threads=2)
expected, running = predictor.predict_proba(TEXTS), predictor.running_scores(TEXTS[0])

def work():
    signal.alarm(60)  # ends a child that waits for ever
    np.testing.assert_array_equal(predictor.predict_proba(TEXTS), expected)
    np.testing.assert_allclose(predictor.predict_proba(TEXTS[:1]), expected[:1], atol=1e-6)
    assert predictor.running_scores(TEXTS[0]) == running
    stream = predictor.stream()
    assert all(stream.read(word) for word in TEXTS[1].split())

predictor._backend._scorer._incremental._words_to_compile = 0
with predictor._backend._scorer._incremental._compiling:  # as if another thread were just compiling
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
process.join()
print(process.exitcode)
child = os.fork()
if child == 0:
    work()
    sys.exit(0)
print(os.waitpid(child, 0)[1])
np.testing.assert_array_equal(predictor.predict_proba(TEXTS), expected)
"""

REFUSES = """
import os, signal, sys
from rnn_textclf import Predictor
from rnn_textclf.inference.scoring import process_threads
from rnn_textclf.models.tf1 import tf

process_threads.PROBE_SECONDS = 0.5
with tf.Graph().as_default(), tf.Session() as session:
    session.run(tf.matmul(tf.ones([300, 300]), tf.ones([300, 300])))
predictor = Predictor.load(sys.argv[1], threads=2)
predictor.predict_proba(["the film"] * 300)
child = os.fork()
if child == 0:
    signal.alarm(60)
    try:
        predictor.predict_proba(["the film"] * 300)
    except Exception as error:
        print(type(error).__name__, error, flush=True)
    os._exit(0)
print(os.waitpid(child, 0)[1])
"""


def output(program: str, run: Path) -> list[str]:
    command = [sys.executable, "-c", program, str(run)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_fork_scores_what_its_parent_scores(scored_run: Any) -> None:
    assert output(SCORES, scored_run.folder.path) == ["0", "0"]


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="TensorFlow has no threads on one core")
def test_where_tensorflow_had_threads_it_is_refused_in_one_line(scored_run: Any) -> None:
    message, status = output(REFUSES, scored_run.folder.path)
    assert message.startswith("UserError this process was forked from one in which TensorFlow had started threads")
    assert status == "0"


def test_work_that_never_ends_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_threads, "PROBE_SECONDS", 0.01)
    threads = ProcessThreads(1, lambda: time.sleep(60))
    threads.check()  # no fork, no probe
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(UserError, match="'spawn'"):
        threads.check()


def test_a_fork_gets_a_pool_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    probes: list[int] = []
    threads = ProcessThreads(2, lambda: probes.append(1))
    before = threads._pool
    monkeypatch.setattr(os, "getpid", lambda: -1)
    threads.check()
    threads.check()
    assert probes == [1]
    assert threads._pool is not before
    assert list(threads.map(abs, [-1, 2, -3])) == [1, 2, 3]
