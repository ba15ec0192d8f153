"""gensim's skip-gram on the same sentences, by its fastest way: from a file, its loop compiled."""

import time
from collections.abc import Callable
from pathlib import Path

from gensim.models import Word2Vec

from tests.benchmarks.contest import Answer
from tests.benchmarks.peers import imdb_text
from tests.benchmarks.workers import serve


def prepare(folder: str) -> Callable[[], Answer]:
    """A measurement is one epoch, its vocabulary counted before: words a second, rare and frequent ones too."""
    path = Path(folder) / "imdb.txt"
    words = imdb_text.write_lines(imdb_text.encoded(Path(folder)), path)
    options = imdb_text.OPTIONS
    model = Word2Vec(
        sg=1,
        vector_size=options.width,
        window=options.window,
        negative=options.negatives,
        sample=options.subsample,
        min_count=options.min_count,
        workers=imdb_text.THREADS,
        seed=options.seed,
    )
    model.build_vocab(corpus_file=str(path))

    def measure() -> Answer:
        began = time.perf_counter()
        model.train(
            corpus_file=str(path),
            total_words=model.corpus_total_words,
            total_examples=model.corpus_count,
            epochs=1,
        )
        return {"words/s": words / (time.perf_counter() - began)}

    return measure


if __name__ == "__main__":
    serve(prepare)
