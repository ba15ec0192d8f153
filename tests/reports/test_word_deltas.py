"""Word deltas: differences from the uninformed score on."""

import numpy as np
import pytest

from rnn_textclf.reports.word_deltas import word_deltas
from tests.reports.samples import FOUR, three


def test_deltas_are_differences_from_a_model_without_an_opinion() -> None:
    found = word_deltas(FOUR)
    np.testing.assert_allclose([word.delta for word in found], [0, 0.4, 0, -0.6], atol=1e-9)
    assert [word.direction for word in found] == [0, 1, 0, -1]
    assert [word.unknown for word in found] == [False, False, True, False]
    assert word_deltas(three("b"))[0].delta == pytest.approx(0.7 - 1 / 3)
    assert word_deltas(three("b"), several_labels=True)[0].delta == pytest.approx(0.2)
