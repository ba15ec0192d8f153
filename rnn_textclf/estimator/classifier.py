"""`RNNTextClassifier`: the training of `train.py` and the scoring of `infer.py` as a scikit-learn classifier."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from rnn_textclf.estimator import parameters

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils import assert_all_finite, check_consistent_length, column_or_1d
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] != "sklearn":
        raise
    raise ImportError(
        "RNNTextClassifier needs scikit-learn, which is not installed: pip install scikit-learn", name="sklearn"
    ) from None

if TYPE_CHECKING:
    from rnn_textclf.inference.predictor import Predictor


class RNNTextClassifier(ClassifierMixin, BaseEstimator):
    """Recurrent text classifier for scikit-learn's pipelines, searches and cross-validations.

    A share of the rows (`valid_fraction`) chooses the best epoch and fits the temperature; all others are trained
    on. The same rows, parameters and threads give the same weights. Messages go to the logger `rnn_textclf`: where
    its level is INFO, a terminal also shows progress.

    Args:
      ckpt_dir: run folder, which `infer.py` and `Predictor.load` read too, and in which `fit` resumes a run as
        `train.py` does; None for a temporary one, which goes with the estimator.
      **values: any of {parameters}

    Attributes:
      classes_: the C classes, sorted.
      n_iter_: epochs trained, of an ensemble the most of a member.
      run_: the run folder, with its `path` and its `predictor`.
    """

    def __init__(self, **values: Any) -> None:
        if unknown := sorted(values.keys() - parameters.DEFAULTS.keys()):
            raise TypeError(f"RNNTextClassifier has no parameter {unknown[0]!r}")
        for name, default in parameters.DEFAULTS.items():
            setattr(self, name, values.get(name, default))

    # scikit-learn, `help` and editors read the parameters from here.
    __init__.__signature__ = parameters.signature()  # type: ignore[attr-defined]

    def fit(self, X: Iterable[str], y: Any) -> Self:  # noqa: N803 - scikit-learn's name
        """Trains on labelled texts.

        Args:
          X: N texts: a list, a one-dimensional array, a pandas Series or any iterable of strings.
          y: the class of each, `[N]`: text, numbers or booleans.

        Raises:
          TypeError: X are no texts.
          ValueError: a parameter is out of its range, y are no classes, or there are too few rows.
          UserError: another run is in `ckpt_dir`, or a file that a parameter names cannot be read.
          KeyboardInterrupt: Ctrl-C; a run in `ckpt_dir` is saved, and the same call resumes it.
        """
        from rnn_textclf.estimator.fitted_run import FittedRun
        from rnn_textclf.estimator.fitting import train_on
        from rnn_textclf.inference.texts import check_texts

        own = Path(self.ckpt_dir) if self.ckpt_dir is not None else None
        parameters.training_job(self.get_params(), own or Path("run"))  # refused before anything is read
        texts = list(check_texts(X))
        classes, of_text = _checked_classes(texts, y)
        run = FittedRun(own, self.threads)
        self.n_iter_ = train_on(parameters.training_job(self.get_params(), run.path), texts, of_text, classes)
        run.drop_training_files()
        self.classes_, self.run_ = classes, run
        return self

    def predict(self, X: Iterable[str]) -> np.ndarray:  # noqa: N803
        """The most probable class of each of N texts, `[N]`; see `predict_proba` for the errors."""
        chosen = self.predict_proba(X).argmax(1)
        return self.classes_[chosen]

    def predict_proba(self, X: Iterable[str]) -> np.ndarray:  # noqa: N803
        """Probabilities `[N, C]` in [0, 1] of N texts, in the order of `classes_`.

        Raises:
          NotFittedError: `fit` was not called.
          TypeError: X are no texts.
        """
        return self.predictor_.predict_proba(X)

    @property
    def predictor_(self) -> "Predictor":
        """The fitted run as a `Predictor`, for running scores and streams. Raises NotFittedError."""
        check_is_fitted(self)
        return self.run_.predictor

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags


RNNTextClassifier.__doc__ = (RNNTextClassifier.__doc__ or "").replace(
    "**values: any of {parameters}", parameters.description()
)


def _checked_classes(texts: list[str], y: Any) -> tuple[np.ndarray, np.ndarray]:
    """The classes `[C]`, sorted, and the place of each text's class among them, int `[N]`. Raises ValueError."""
    if y is None:
        raise ValueError("RNNTextClassifier requires y to be passed, but the target y is None")
    y = column_or_1d(y, warn=True)
    assert_all_finite(y, input_name="y")
    check_consistent_length(texts, y)
    check_classification_targets(y)
    classes, of_text = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"y has {len(classes)} class, {classes.tolist()}; a classifier needs two classes or more")
    return classes, of_text
