"""How long single answers take."""

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np

from tests.benchmarks import setting
from tests.benchmarks.contest import Answer

Question = TypeVar("Question")

SENTENCES = 400  # Asked in each measurement.
WORDS = 1000  # Read one by one in each measurement.


def asked_sentences() -> list[str]:
    """Some of the corpus, from its beginning to its end."""
    sentences = setting.cornell_sentences()
    return sentences[:: len(sentences) // SENTENCES]


def percentiles_ms(name: str, answer: Callable[[Question], object], questions: Iterable[Question]) -> Answer:
    """The time within which a half and 99 in 100 of the answers come, in milliseconds, called `name p50` and `p99`."""
    p50, p99 = (float(value) for value in np.percentile(times_ms(answer, questions), [50, 99]))
    return {f"{name} p50": p50, f"{name} p99": p99}


def times_ms(answer: Callable[[Question], object], questions: Iterable[Question]) -> list[float]:
    """The time of each answer, in milliseconds."""
    times = []
    for question in questions:
        began = time.perf_counter()
        answer(question)
        times.append(1e3 * (time.perf_counter() - began))
    return times
