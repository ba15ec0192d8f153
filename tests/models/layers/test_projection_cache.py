"""A table of all words' projected inputs: with it, whatever is read is what is read without it."""

import numpy as np
import pytest

from rnn_textclf.config import ModelConfig
from rnn_textclf.inference import batch_scorer
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.tf1 import tf
from tests import graphs

SENTENCES = [[2, 3, 4, 5, 3], [6, 12, 1], [8], [9, 10, 11, 2]]


@pytest.mark.parametrize("stems", [True, False])
@pytest.mark.parametrize("unit", ["rnn", "gru", "lstm"])
def test_a_filled_table_changes_no_result(unit: str, stems: bool) -> None:
    config = ModelConfig(rnn_unit=unit, num_hidden_units=6, embedding_size=5, num_layers=2)
    vocabulary = graphs.WITH_STEMS if stems else graphs.WITHOUT_STEMS
    sentences = SENTENCES if stems else [[i % 12 for i in ids] for ids in SENTENCES]
    with tf.Graph().as_default(), tf.Session() as session:
        model = TextClassifier(config, vocabulary, 2, foldable=True)
        assert model.encoder.folded
        assert model.encoder.folded.num_bytes == len(vocabulary) * model.encoder.cells[0].bias.shape[0] * 4
        assert model.encoder.folded.fill not in tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
        session.run(tf.global_variables_initializer())
        assert not session.run(model.encoder.folded.is_filled)
        batch = graphs.batch(sentences, [0] * len(sentences), padding=2)
        plain = model.step(session, batch, "sample")
        plain_next = session.run(model.next_word, {model.ids: [[4], [2]]})
        session.run(model.encoder.folded.fill)
        assert session.run(model.encoder.folded.is_filled)
        folded = model.step(session, batch, "sample")
        # Other weights do not reach what is folded, so that it is known to be read.
        next_words = [session.run(model.next_word, {model.ids: [[4], [2]]})]
        session.run(model.embedding.table.assign(tf.zeros_like(model.embedding.table)))
        kept = model.step(session, batch, "sample")
        next_words.append(session.run(model.next_word, {model.ids: [[4], [2]]}))
    for found, expected in zip(tf.nest.flatten(folded), tf.nest.flatten(plain), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-6)
    for found, expected in zip(tf.nest.flatten(next_words[0]), tf.nest.flatten(plain_next), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_array_equal(next_words[1].state.layers[0].h, next_words[0].state.layers[0].h)
    np.testing.assert_array_equal(kept.running_scores, folded.running_scores)
    assert np.ptp(plain.running_scores[0, :5, 0]) > 1e-6


def test_a_predictor_folds_once_it_has_read_enough(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch, scored_run: object
) -> None:
    folder = scored_run.folder.path  # type: ignore[attr-defined]
    texts = ["the film is wonderful .", "its plot lost my patience", "", "bores"]
    many = texts * len(predictor.vocabulary)

    def is_filled(one: Predictor) -> bool:
        return bool(one._scorer._session.run(one._scorer._classifier.encoder.folded.is_filled))

    monkeypatch.setattr(batch_scorer, "LARGEST_TABLE", 0)
    plain = Predictor.load(folder)
    expected = plain.predict_proba(many)
    scores = plain.running_scores(texts[0])
    assert not is_filled(plain)
    monkeypatch.undo()
    folding = Predictor.load(folder)
    np.testing.assert_allclose(folding.predict_proba(texts), expected[:4], atol=1e-6)
    assert not is_filled(folding)
    np.testing.assert_allclose(folding.predict_proba(many), expected, atol=1e-6)
    assert is_filled(folding)
    assert [word for word, _ in folding.running_scores(texts[0])] == [word for word, _ in scores]
    found = [score for _, score in folding.running_scores(texts[0])]
    np.testing.assert_allclose(found, [score for _, score in scores], atol=1e-6)
