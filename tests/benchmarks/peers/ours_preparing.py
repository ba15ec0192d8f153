"""Our way from a file of labelled sentences to a dataset: clean, tokenize, count, encode, all of it."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rnn_textclf.preprocessing.corpora.files import open_corpus
from rnn_textclf.preprocessing.encoded.dataset import Dataset, build_vocabulary
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.tokens import Tokenizer
from tests.benchmarks import setting
from tests.benchmarks.contest import Answer
from tests.benchmarks.workers import serve


def prepare(file: str) -> Callable[[], Answer]:
    """A measurement is the whole file, encoded anew, on one core: sentences a second, microseconds and bytes a row."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])

    def measure() -> Answer:
        folder = Path(tempfile.mkdtemp(dir=Path(file).parent))
        began = time.perf_counter()
        encoded = encode_corpus(open_corpus(file), Tokenizer(), setting.MAX_LENGTH, folder / "encoded")
        vocabulary = build_vocabulary(encoded, np.arange(len(encoded), dtype=np.int32), setting.VOCABULARY)
        rows = len(Dataset(encoded, vocabulary))
        seconds = time.perf_counter() - began
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        shutil.rmtree(folder)
        return {"sentences/s": rows / seconds, "us/row": 1e6 * seconds / rows, "bytes/row": size / rows}

    return measure


if __name__ == "__main__":
    serve(prepare)
