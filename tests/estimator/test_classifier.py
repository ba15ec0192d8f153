"""The estimator: fitted, scored, copied, pickled and searched as scikit-learn's own are."""

import logging
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from rnn_textclf import RNNTextClassifier
from rnn_textclf.errors import FlagError, UserError
from tests.estimator.small import sentences, small


class Fitted:
    """A fitted estimator and what it was fitted to."""

    def __init__(self, folder: Path) -> None:
        self.X, self.y = sentences(folder)
        self.estimator = small().fit(self.X, self.y)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    return Fitted(tmp_path_factory.mktemp("rows"))


def test_predictions_follow_the_classes(fitted: Fitted) -> None:
    estimator = fitted.estimator
    assert estimator.classes_.tolist() == ["bad", "good"]
    chances = estimator.predict_proba(fitted.X)
    assert chances.shape == (40, 2)
    np.testing.assert_array_equal(estimator.predict(fitted.X), estimator.classes_[chances.argmax(1)])
    assert estimator.score(fitted.X, fitted.y) > 0.9
    assert estimator.n_iter_ == 6


def test_running_scores_are_the_predictors(fitted: Fitted) -> None:
    word, score = fitted.estimator.predictor_.running_scores("the film shines", "good")[-1]
    assert word == "shines"
    assert score == pytest.approx(fitted.estimator.predict_proba(["the film shines"])[0, 1], abs=1e-6)


def test_a_pickle_says_the_same_and_outlives_the_folder(fitted: Fitted) -> None:
    copy = pickle.loads(pickle.dumps(fitted.estimator))
    assert copy.run_.path != fitted.estimator.run_.path
    np.testing.assert_array_equal(copy.predict_proba(fitted.X), fitted.estimator.predict_proba(fitted.X))
    assert copy.run_.__getstate__() == fitted.estimator.run_.__getstate__()  # the files alone, loaded or not
    assert copy.get_params() == fitted.estimator.get_params()


def test_a_temporary_folder_goes_with_its_estimator(fitted: Fitted) -> None:
    copy = pickle.loads(pickle.dumps(fitted.estimator))
    folder = copy.run_.path
    assert folder.is_dir()
    del copy
    assert not folder.exists()


def test_a_clone_has_the_parameters_and_nothing_else(fitted: Fitted) -> None:
    copy = clone(fitted.estimator)
    assert copy.get_params() == fitted.estimator.get_params()
    for method in ("predict", "predict_proba"):
        with pytest.raises(NotFittedError, match="not fitted yet"):
            getattr(copy, method)(fitted.X)
    with pytest.raises(NotFittedError):
        copy.predictor_  # noqa: B018


@pytest.fixture
def logging_of_a_program() -> Iterator[None]:
    """Logging as it is where no script has set it."""
    logger = logging.getLogger("rnn_textclf")
    handlers, level = logger.handlers[:], logger.level
    logger.handlers = []
    logger.setLevel(logging.NOTSET)
    yield
    logger.handlers = handlers
    logger.setLevel(level)


@pytest.mark.usefixtures("logging_of_a_program")
def test_a_pipeline_on_a_thread_prints_nothing(fitted: Fitted, capfd: pytest.CaptureFixture[str]) -> None:
    """A thread has no signals, which only the main one gets."""
    mirror = FunctionTransformer(lambda texts: [text[::-1] for text in texts])
    mirrored = pd.Series([text[::-1] for text in fitted.X])
    pipeline = make_pipeline(mirror, small())
    thread = threading.Thread(target=pipeline.fit, args=(mirrored, fitted.y))
    thread.start()
    thread.join()
    assert pipeline.score(mirrored, fitted.y) == fitted.estimator.score(fitted.X, fitted.y)
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_cross_validation_and_a_search(fitted: Fitted) -> None:
    assert min(cross_val_score(small(), fitted.X, fitted.y, cv=2)) > 0.7
    search = GridSearchCV(small(), {"num_epochs": np.array([5, 6])}, cv=2).fit(fitted.X, fitted.y)
    assert search.best_estimator_.n_iter_ == search.best_params_["num_epochs"]
    assert search.best_estimator_.score(fitted.X, fitted.y) > 0.9


def test_a_folder_of_ones_own_is_a_run_that_a_second_fit_resumes(fitted: Fitted, tmp_path: Path) -> None:
    numbers = (fitted.y == "good").astype(int)
    estimator = small(ckpt_dir=tmp_path / "run", num_epochs=np.int64(1)).fit(fitted.X, numbers)
    assert estimator.run_.path == tmp_path / "run"
    assert estimator.predictor_.labels == ("0", "1")
    assert estimator.predict(fitted.X[:3]).dtype == numbers.dtype
    assert estimator.set_params(num_epochs=2).fit(fitted.X, numbers).n_iter_ == 2
    with pytest.raises(FlagError, match="was begun with --num_hidden_units=8"):
        estimator.set_params(num_hidden_units=9).fit(fitted.X, numbers)
    estimator.set_params(num_hidden_units=8)
    with pytest.raises(UserError, match="was trained on other rows"):
        estimator.fit(fitted.X, 1 - numbers)


@pytest.mark.parametrize(
    ("X", "y", "error", "message"),
    [
        ("the film", ["bad"], TypeError, "put it into a list"),
        (pd.DataFrame({"text": ["a", "b"]}), ["bad", "good"], TypeError, "name its column"),
        (["a", None], ["bad", "good"], TypeError, "position 1, got NoneType"),
        (["a", "b"], None, ValueError, "requires y to be passed"),
        (["a", "b"], ["bad"], ValueError, "inconsistent numbers of samples"),
        (["a", "b"], ["bad", "bad"], ValueError, "y has 1 class"),
        (["a", "b"], [0.1, 0.7], ValueError, "Unknown label type: continuous"),
        (["a", "b"], ["bad", "good"], ValueError, "2 examples leave none for validation"),
    ],
)
def test_rows_that_cannot_be_meant(X: Any, y: Any, error: type[Exception], message: str) -> None:  # noqa: N803
    with pytest.raises(error, match=message):
        small(valid_fraction=0.1).fit(X, y)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"dropout": 1.5}, "dropout must be < 1, got 1.5"),
        ({"pretrain": "lm"}, "--pretrain=lm needs --unlabelled"),
        ({"bidirectional": True, "prefix_loss_weight": 0.3}, "--bidirectional and --prefix_loss_weight exclude"),
    ],
)
def test_parameters_that_cannot_be_meant(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        small(**parameters).fit(["a", "b"], ["bad", "good"])
    with pytest.raises(TypeError, match="has no parameter 'hidden_units'"):
        RNNTextClassifier(hidden_units=3)


def test_without_scikit_learn_there_is_one_line() -> None:
    code = (
        "import sys; sys.modules['sklearn'] = None; import rnn_textclf\n"
        "try: rnn_textclf.RNNTextClassifier\nexcept ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ("RNNTextClassifier needs scikit-learn, which is not installed: pip install scikit-learn\n")
