"""Linear models on words and pairs of words (scikit-learn). Their regularization is chosen on validation rows."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from rnn_textclf.preprocessing.vocabulary import stem
from tests.benchmarks.folds import Parts

_STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0)


def nbsvm(parts: Parts) -> int:
    """Wang and Manning (2012): a linear SVM on words and pairs, each scaled by its log-count ratio.

    Args:
      parts: of a fold, with two classes.

    Returns:
      The test rows that are right.
    """
    return _nbsvm(parts, _counts(parts, _words_and_pairs, binary=True))


def nbsvm_with_stems(parts: Parts) -> int:
    """The same with the stems of `rnn_textclf` beside the words and pairs: what its direct scores read."""
    return _nbsvm(parts, _counts(parts, _words_pairs_and_stems, binary=True))


def _words_and_pairs(text: str) -> list[str]:
    words = text.split()
    return [*words, *map(" ".join, itertools.pairwise(words))]


def _words_pairs_and_stems(text: str) -> list[str]:
    return [*_words_and_pairs(text), *filter(None, map(stem, text.split()))]


def _nbsvm(parts: Parts, features: Sequence[Any]) -> int:
    from sklearn.svm import LinearSVC

    positive, negative = (np.asarray(features[0][parts.train.classes == c].sum(0)).ravel() + 1 for c in (1, 0))
    ratio = np.log((positive / positive.sum()) / (negative / negative.sum()))
    return _best([f.multiply(ratio).tocsr() for f in features], parts, lambda c: LinearSVC(C=c / 10))


def tf_idf(parts: Parts) -> int:
    """Logistic regression on the tf-idf of words and pairs; see `nbsvm`."""
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression

    counts = _counts(parts, _words_and_pairs)
    transformer = TfidfTransformer(sublinear_tf=True).fit(counts[0])
    features = [transformer.transform(count) for count in counts]
    return _best(features, parts, lambda c: LogisticRegression(C=c, max_iter=1000))


def _counts(parts: Parts, features: Callable[[str], list[str]], binary: bool = False) -> list[Any]:
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(analyzer=features, binary=binary)
    return [counter.fit_transform(parts.train.texts), *(counter.transform(part.texts) for part in parts[1:])]


def _best(features: Sequence[Any], parts: Parts, make: Callable[[float], Any]) -> int:
    """Right test rows of the strength of regularization that is best on the validation rows."""
    models = [make(strength).fit(features[0], parts.train.classes) for strength in _STRENGTHS]
    chosen = max(models, key=lambda model: model.score(features[1], parts.valid.classes))
    return int((chosen.predict(features[2]) == parts.test.classes).sum())
