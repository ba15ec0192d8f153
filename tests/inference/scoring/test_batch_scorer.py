"""Batch scorer: the projection cache is filled once it pays, and changes no result."""

from typing import Any

import numpy as np
import pytest

from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.inference.scoring import batch_scorer

TEXTS = ["the film is wonderful .", "its plot lost my patience", "", "bores"]


def is_filled(predictor: Predictor) -> bool:
    scorer = predictor._backend._scorer  # type: ignore[attr-defined]
    return bool(scorer._session.run(scorer._classifier.encoder.projection_cache.is_filled))


def test_the_projection_cache_is_filled_once_enough_words_were_read(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch, scored_run: Any
) -> None:
    folder = scored_run.folder.path
    many = TEXTS * len(predictor.vocabulary)
    with monkeypatch.context() as patch:
        patch.setattr(batch_scorer, "MAX_PROJECTION_CACHE", 0)
        plain = Predictor.load(folder)
        expected, scores = plain.predict_proba(many), plain.running_scores(TEXTS[0])
        assert not is_filled(plain)
    folding = Predictor.load(folder)
    np.testing.assert_allclose(folding.predict_proba(TEXTS), expected[:4], atol=1e-6)
    assert not is_filled(folding)
    np.testing.assert_allclose(folding.predict_proba(many), expected, atol=1e-6)
    assert is_filled(folding)
    found = folding.running_scores(TEXTS[0])
    assert [word for word, _ in found] == [word for word, _ in scores]
    np.testing.assert_allclose([score for _, score in found], [score for _, score in scores], atol=1e-6)
