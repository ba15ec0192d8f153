"""fastText (Joulin et al. 2017) with pairs of words; step size and epochs are chosen on validation rows."""

import itertools
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.folds import Parts, Rows

_LABEL = "__label__"
_STEP_SIZES, _EPOCHS = (0.1, 0.5), (5, 10, 25)
# Two threads, though they update the same weights in an order that nobody fixes, so that runs differ by some rows:
# with one thread this release hardly learns (half of its own training rows right after ten epochs).
_FIXED = {"wordNgrams": 2, "dim": 50, "bucket": 500_000, "thread": 2, "seed": 1, "verbose": 0}


def fasttext(parts: Parts) -> int:
    """The test rows that are right."""
    import fasttext as library

    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        path = Path(folder) / "train.txt"
        rows = zip(parts.train.classes, parts.train.texts, strict=True)
        path.write_text("".join(f"{_LABEL}{label} {text}\n" for label, text in rows), encoding="utf-8")
        best, right = -1, 0
        for step_size, epochs in itertools.product(_STEP_SIZES, _EPOCHS):
            model = library.train_supervised(str(path), lr=step_size, epoch=epochs, **_FIXED)
            if (valid := _right(model, parts.valid)) > best:
                best, right = valid, _right(model, parts.test)
    return right


def _right(model: Any, rows: Rows) -> int:
    found, _ = model.predict(rows.texts)
    return int((np.array([int(labels[0].removeprefix(_LABEL)) for labels in found]) == rows.classes).sum())
