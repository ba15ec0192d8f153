"""Models that the suite asks: trained runs, and linear models of the packaged Cornell rows."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.jobs import SHIPPED_RUN
from rnn_textclf.preprocessing.corpora.packaged import PackagedCornell
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.encoded.splits import split
from rnn_textclf.preprocessing.tokens import Tokenizer
from tests.benchmarks.folds import Parts, Rows
from tests.benchmarks.peers.linear_models import LinearModel, fit_nbsvm, fit_tf_idf

_POSITIVE = "positive"
_FRACTION = 0.1  # Of the rows to choose on, and to test on, as `train.py` draws them.
_SEED = 1


class Model(NamedTuple):
    """A model to ask.

    name: for the table.
    accuracy: on its own test rows, in [0, 1]; NaN where it is not known.
    score: texts to their probabilities of being positive, float `[n]`.
    """

    name: str
    accuracy: float
    score: Callable[[Sequence[str]], np.ndarray]


def run_models(names: Sequence[str]) -> Iterator[Model]:
    """The shipped run, and the runs in some folders. Raises UserError where one cannot be read or judges no mood."""
    from rnn_textclf.inference.predictor import Predictor
    from rnn_textclf.runs.folder.run_folder import RunFolder

    for name, path in [("shipped", SHIPPED_RUN), *((name, Path(name)) for name in names)]:
        predictor = Predictor.load(path)
        classes = list(predictor.classes_)
        if len(classes) != 2 or _POSITIVE not in classes:
            raise UserError(f"{path}: has the classes {', '.join(classes)}; the suite judges negative and positive")
        metrics = RunFolder(path).test_metrics_path
        accuracy = RunFolder(path).read_json(metrics)["test"]["accuracy"] if metrics.exists() else np.nan
        place = classes.index(_POSITIVE)
        yield Model(name, accuracy, lambda texts, p=predictor, c=place: p.predict_proba(texts)[:, c])  # type: ignore[misc]


def linear_models() -> Iterator[Model]:
    """Logistic regression on tf-idf, and NBSVM, of the packaged Cornell training rows."""
    parts = cornell_parts()
    for name, fit in (("tf-idf", fit_tf_idf), ("NBSVM", fit_nbsvm)):
        model = fit(parts)
        yield Model(name, model.right(parts.test) / len(parts.test.texts), _probabilities(model, parts.valid))


def cornell_parts() -> Parts:
    """The rows that `train.py` trains, validates and tests on by default, as words."""
    corpus, tokenizer = PackagedCornell(), Tokenizer()
    texts = [" ".join(tokenizer(text)) for text, _ in corpus.examples()]
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        encoded = encode_corpus(corpus, tokenizer, 1000, Path(folder) / "encoded")
        classes = encoded.strata
        drawn = split(encoded.keys, classes, _FRACTION, _FRACTION, _SEED)
    return Parts(*(Rows([texts[row] for row in part], classes[part]) for part in drawn))


def _probabilities(model: LinearModel, valid: Rows) -> Callable[[Sequence[str]], np.ndarray]:
    """Platt (1999): a logistic function of the distances from the plane, fitted on validation rows."""
    from sklearn.linear_model import LogisticRegression

    def distances(texts: Sequence[str]) -> Any:
        return model.classifier.decision_function(model.features(texts))[:, np.newaxis]

    scale = LogisticRegression(C=1e6).fit(distances(valid.texts), valid.classes)
    tokenizer = Tokenizer()
    return lambda texts: scale.predict_proba(distances([" ".join(tokenizer(text)) for text in texts]))[:, 1]
