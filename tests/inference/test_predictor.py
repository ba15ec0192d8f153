"""The Python interface: its answers agree, hold under threads, and fit lime and scikit-learn."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sklearn

from rnn_textclf.errors import UserError
from rnn_textclf.inference.predictor import Predictor

TEXTS = [
    "the film is wonderful .",
    "its plot lost my patience",
    "the señor shines , isn't it ?",
    "bores",
    "this story feels fresh and moving but the music is dreadful",
    "",
    "☃ — …",
]


@pytest.mark.parametrize("text", TEXTS)
def test_running_scores_stream_and_probabilities_agree(predictor: Predictor, text: str) -> None:
    chances = predictor.predict_proba([text])[0]
    running = predictor.running_scores(text, "positive")
    assert running[-1][1] == pytest.approx(chances[1], abs=1e-6)
    stream = predictor.stream()
    # A dash is no word, so the stream says what it said before.
    read = [stream.read(word)["positive"] for word in ("—", *text.split(), "—")]
    assert read[-1] == pytest.approx(chances[1], abs=1e-6)
    by_word = predictor.stream()
    words = [word for word, _ in running if word != "<unk>"]
    scores = [by_word.read(word)["positive"] for word in words]
    assert scores == pytest.approx([score for word, score in running if word != "<unk>"], abs=1e-6)


def test_order_and_company_change_nothing(predictor: Predictor) -> None:
    together = predictor.predict_proba(TEXTS * 50)
    alone = np.concatenate([predictor.predict_proba([text]) for text in TEXTS])
    np.testing.assert_allclose(together, np.tile(alone, (50, 1)), atol=1e-6)


def test_labels_and_shapes(predictor: Predictor) -> None:
    chances = predictor.predict_proba(TEXTS)
    assert chances.shape == (len(TEXTS), 2)
    np.testing.assert_allclose(chances.sum(1), 1, rtol=1e-5)
    assert predictor.predict(TEXTS) == [predictor.labels[i] for i in chances.argmax(1)]
    assert predictor.predict([]) == []
    assert predictor.predict_proba([]).shape == (0, 2)


def test_one_text_for_a_list_is_refused(predictor: Predictor) -> None:
    with pytest.raises(TypeError, match="put it into a list"):
        predictor.predict_proba("the film")


def test_an_unknown_class_is_named_at_once(predictor: Predictor) -> None:
    with pytest.raises(UserError, match="no class 'good'; the classes are negative, positive"):
        predictor.predictions(["the film"], "good")


def test_target_classes_share_out_the_probability(predictor: Predictor) -> None:
    up, down = (predictor.running_scores(TEXTS[0], label) for label in ("positive", "negative"))
    np.testing.assert_allclose([a + b for (_, a), (_, b) in zip(up, down, strict=True)], 1, rtol=1e-5)
    assert predictor.running_scores(TEXTS[0]) == up


def test_several_threads_get_what_one_gets(predictor: Predictor) -> None:
    expected = [predictor.running_scores(text) for text in TEXTS]
    chances = predictor.predict_proba(TEXTS)

    def work(number: int) -> None:
        stream = predictor.stream()
        for turn in range(8):
            place = (number + turn) % len(TEXTS)
            found = [score for _, score in predictor.running_scores(TEXTS[place])]
            np.testing.assert_allclose(found, [score for _, score in expected[place]], atol=1e-6)
            np.testing.assert_allclose(predictor.predict_proba(TEXTS), chances, atol=1e-6)
        streamed = [stream.read(word)["positive"] for word, _ in expected[0]]
        np.testing.assert_allclose(streamed, [score for _, score in expected[0]], atol=1e-6)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(16)))


def test_lime_explains_it(predictor: Predictor) -> None:
    from lime.lime_text import LimeTextExplainer

    explainer = LimeTextExplainer(class_names=list(predictor.labels), random_state=1)
    explanation = explainer.explain_instance(
        "the film is wonderful", predictor.predict_proba, num_features=4, num_samples=200
    )
    weights = dict(explanation.as_list())
    assert set(weights) == {"the", "film", "is", "wonderful"}
    assert max(weights, key=lambda word: weights[word]) == "wonderful"


def test_scikit_learn_measures_it(predictor: Predictor) -> None:
    truth = ["positive", "negative", "positive", "negative"]
    chances = predictor.predict_proba(TEXTS[:4])
    assert sklearn.roc_auc_score(truth, chances[:, 1]) == 1
    assert sklearn.log_loss(truth, chances, labels=list(predictor.labels)) > 0
    assert sklearn.accuracy_score(truth, predictor.predict(TEXTS[:4])) == 1
    assert 0 <= sklearn.brier_score_loss(truth, chances, labels=list(predictor.labels)) <= 2


def test_the_temperature_of_the_run_is_used(scored_run: Any, predictor: Predictor) -> None:
    """Predictor and training say the same of the test rows."""
    folder = scored_run.folder.path.parent / "data"
    lines = [(folder / f"rt-polarity.{ending}").read_text().splitlines() for ending in ("neg", "pos")]
    by_row = {tuple(np.round(row, 4)) for row in predictor.predict_proba([*lines[0], *lines[1]])}
    assert {tuple(np.round(row, 4)) for row in scored_run.test.probabilities} <= by_row


def test_tensorflow_loads_only_for_a_predictor_and_prints_nothing(scored_run: Any) -> None:
    code = (
        "import os, sys, rnn_textclf, rnn_textclf.reports.figures.plot_style;"
        "assert sys.modules.keys().isdisjoint({'tensorflow', 'matplotlib'});"
        "from rnn_textclf import Predictor; assert 'tensorflow' in sys.modules;"
        "predictor = Predictor.load(sys.argv[1]); predictor.running_scores('the film');"
        "assert 'TF_CPP_MIN_LOG_LEVEL' not in os.environ;"
        "print(Predictor.__name__)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    command = [sys.executable, "-c", code, str(scored_run.folder.path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert (done.stdout, done.stderr) == ("Predictor\n", "")


def test_other_names_are_not_there() -> None:
    import rnn_textclf

    with pytest.raises(AttributeError, match="no attribute 'Model'"):
        rnn_textclf.Model  # noqa: B018


@pytest.mark.parametrize("container", [np.array(TEXTS), pd.Series(TEXTS, index=range(10, 10 + len(TEXTS)))], ids=type)
def test_arrays_and_series_are_texts(predictor: Predictor, container: Any) -> None:
    np.testing.assert_array_equal(predictor.predict_proba(container), predictor.predict_proba(TEXTS))
    assert [prediction.text for prediction in predictor.predictions(container)] == TEXTS
    assert predictor.predict(container) == predictor.predict(TEXTS)


@pytest.mark.parametrize("method", ["predict", "predict_proba", "predictions"])
def test_no_texts_are_refused_at_once(predictor: Predictor, method: str) -> None:
    for texts in (None, 3, pd.DataFrame({"text": TEXTS}), "the film", {"the film"}):
        with pytest.raises(TypeError, match="expected"):
            getattr(predictor, method)(texts)
    with pytest.raises(TypeError, match="position 1, got float"):
        list(getattr(predictor, method)(["the film", float("nan")]))
    with pytest.raises(TypeError, match=r"position 0, got list .*: flatten nested lists"):
        list(getattr(predictor, method)([["the film"]]))


@pytest.mark.parametrize("run", [None, 3, b"run", {"run": 1}, ["run", 3]], ids=repr)
def test_what_is_no_run_folder_is_named(run: Any) -> None:
    with pytest.raises(TypeError, match="expected a run folder, or several of them, as paths, got"):
        Predictor.load(run)


@pytest.mark.parametrize("text", [None, 3, ["the film"]], ids=repr)
def test_one_text_is_a_string(predictor: Predictor, text: Any) -> None:
    for read in (predictor.running_scores, predictor.stream().read):
        with pytest.raises(TypeError, match="expected one text, a string, got"):
            read(text)


def test_what_it_is_and_its_classes(predictor: Predictor, scored_run: Any) -> None:
    expected = f"<Predictor of {scored_run.folder.path}: 2 classes (negative, positive), gru of 8 units>"
    assert repr(predictor) == expected
    assert isinstance(predictor.classes_, np.ndarray)
    assert predictor.classes_.tolist() == ["negative", "positive"]
    found = predictor.classes_[predictor.predict_proba(TEXTS).argmax(1)]
    assert found.tolist() == predictor.predict(TEXTS)
