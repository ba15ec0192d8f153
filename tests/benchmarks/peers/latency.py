"""How long single answers take."""

import time
from collections.abc import Callable, Iterable
from statistics import median
from typing import TypeVar

Question = TypeVar("Question")

SENTENCES = 400  # Asked in each measurement.


def p50_ms(answer: Callable[[Question], object], questions: Iterable[Question]) -> float:
    """The median time of an answer, in milliseconds."""
    times = []
    for question in questions:
        began = time.perf_counter()
        answer(question)
        times.append(time.perf_counter() - began)
    return 1e3 * median(times)
