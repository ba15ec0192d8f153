"""The rows of the imbalance benchmark."""

from collections import Counter

import pytest

from tests.benchmarks.imbalance import draw


@pytest.mark.slow
def test_rows_are_skewed_to_learn_from_and_balanced_to_test_on() -> None:
    parts = draw(0.01, seed=1)
    assert Counter(label for _, label in parts.train) == {"positive": 2376, "negative": 24}
    assert Counter(label for _, label in parts.test) == {"positive": 500, "negative": 500}
    assert parts != draw(0.01, seed=2)
    assert parts == draw(0.01, seed=1)
