"""fastText's own search for its settings, for a time, on the validation rows."""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.benchmarks.folds import Parts, Rows

_LABEL = "__label__"


def autotuned(parts: Parts, seconds: int, threads: int) -> np.ndarray:
    """Whether each test row is right, bool `[N]`, after a search of some seconds and a training with what it found."""
    import fasttext as library

    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder, _SilentStderr():
        train, valid = (_write(Path(folder) / name, rows) for name, rows in (("t", parts.train), ("v", parts.valid)))
        model = library.train_supervised(
            train, autotuneValidationFile=valid, autotuneDuration=seconds, thread=threads, seed=1, verbose=0
        )
        found, _ = model.predict(parts.test.texts)
    return np.array([int(labels[0].removeprefix(_LABEL)) for labels in found]) == parts.test.classes


def _write(path: Path, rows: Rows) -> str:
    lines = (f"{_LABEL}{label} {text}\n" for label, text in zip(rows.classes, rows.texts, strict=True))
    path.write_text("".join(lines), encoding="utf-8")
    return str(path)


class _SilentStderr:
    """Discards the progress that fastText writes to the descriptor itself."""

    def __enter__(self) -> None:
        sys.stderr.flush()
        self._saved = os.dup(2)
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)

    def __exit__(self, *_: object) -> None:
        os.dup2(self._saved, 2)
        os.close(self._saved)
