"""Linear models on words and pairs of words (scikit-learn). Their regularization is chosen on validation rows."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.preprocessing.vocabulary import stem
from tests.benchmarks.folds import Parts, Rows

_STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0)


class LinearModel(NamedTuple):
    """A fitted model. features: texts, words separated by spaces, to its matrix; classifier: of scikit-learn."""

    features: Callable[[Sequence[str]], Any]
    classifier: Any

    def right(self, rows: Rows) -> int:
        """The rows that are right."""
        return int((self.classifier.predict(self.features(rows.texts)) == rows.classes).sum())


def nbsvm(parts: Parts) -> int:
    """Wang and Manning (2012): a linear SVM on words and pairs, each scaled by its log-count ratio.

    Args:
      parts: of a fold, with two classes.

    Returns:
      The test rows that are right.
    """
    return fit_nbsvm(parts).right(parts.test)


def nbsvm_with_stems(parts: Parts) -> int:
    """The same with the stems of `rnn_textclf` beside the words and pairs: what its direct scores read."""
    return fit_nbsvm(parts, _words_pairs_and_stems).right(parts.test)


def tf_idf(parts: Parts) -> int:
    """Logistic regression on the tf-idf of words and pairs; see `nbsvm`."""
    return fit_tf_idf(parts).right(parts.test)


def _words_and_pairs(text: str) -> list[str]:
    words = text.split()
    return [*words, *map(" ".join, itertools.pairwise(words))]


def _words_pairs_and_stems(text: str) -> list[str]:
    return [*_words_and_pairs(text), *filter(None, map(stem, text.split()))]


def fit_nbsvm(parts: Parts, features: Callable[[str], list[str]] = _words_and_pairs) -> LinearModel:
    """The model of `nbsvm`, on other features where they are given."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.svm import LinearSVC

    counter = CountVectorizer(analyzer=features, binary=True).fit(parts.train.texts)
    counts = counter.transform(parts.train.texts)
    positive, negative = (np.asarray(counts[parts.train.classes == c].sum(0)).ravel() + 1 for c in (1, 0))
    ratio = np.log((positive / positive.sum()) / (negative / negative.sum()))
    return _best(lambda texts: counter.transform(texts).multiply(ratio).tocsr(), parts, lambda c: LinearSVC(C=c / 10))


def fit_tf_idf(parts: Parts) -> LinearModel:
    """The model of `tf_idf`."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = TfidfVectorizer(analyzer=_words_and_pairs, sublinear_tf=True).fit(parts.train.texts)
    return _best(vectorizer.transform, parts, lambda c: LogisticRegression(C=c, max_iter=1000))


def _best(features: Callable[[Sequence[str]], Any], parts: Parts, make: Callable[[float], Any]) -> LinearModel:
    """The strength of regularization that is best on the validation rows."""
    train, valid = features(parts.train.texts), features(parts.valid.texts)
    models = [make(strength).fit(train, parts.train.classes) for strength in _STRENGTHS]
    return LinearModel(features, max(models, key=lambda model: model.score(valid, parts.valid.classes)))
