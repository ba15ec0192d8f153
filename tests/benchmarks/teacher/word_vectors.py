"""First word vectors of the sentence encoder: what it says of each word alone, in fewer numbers.

    python -m tests.benchmarks.teacher.word_vectors --network=data/encoder/tuned/encoder8.onnx \\
        --vectors=vectors/words --output=words.vec.gz
    python train.py --embeddings=words.vec.gz ...

The words are those of the IMDB reviews and of the transfer set's frames, so that no Cornell row is looked at. Their
vectors are centred and turned to the directions in which they differ most (principal components). A stopped call goes
on where it was.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.tokens import Tokenizer
from tests.benchmarks.teacher.answers import maybe_gzipped
from tests.benchmarks.teacher.encode import encode, read_vectors
from tests.benchmarks.teacher.encoder import OnnxEncoder, unpacked
from tests.benchmarks.teacher.principal_axes import principal_axes
from tests.benchmarks.teacher.transfer import judged_texts

_FRAMES = 50_000  # Texts, which have all words of the frames.
_LEAST_COUNT = 2


def main() -> None:
    """Encodes the words, or goes on, and writes their vectors."""
    options = _options()
    try:
        encoder = OnnxEncoder(unpacked(options.encoder_dir), options.network, options.threads)
        encode(encoder, frequent_words(options.words), options.vectors)
        write(options.output, *read_vectors(options.vectors), options.width)
    except UserError as error:
        sys.exit(str(error))


def frequent_words(count: int) -> list[str]:
    """The most frequent words of reviews and frames, the most frequent first."""
    tokenizer, counts = Tokenizer(skip_addresses=True), Counter[str]()
    for text, _ in unlabelled_texts("imdb50k").examples():
        counts.update(tokenizer(text))
    for text, _ in judged_texts(_FRAMES, 1, set()):
        counts.update(tokenizer(text))
    return [word for word, times in counts.most_common(count) if times >= _LEAST_COUNT]


def write(path: Path, words: Sequence[str], vectors: np.ndarray, width: int) -> None:
    """Writes a word and its numbers a line, as GloVe does, gzipped where the name ends in .gz."""
    numbers = principal_components(np.asarray(vectors, np.float32), width)
    with maybe_gzipped(path) as file:
        for word, row in zip(words, numbers, strict=True):
            file.write(f"{word} {' '.join(f'{number:.4f}' for number in row)}\n".encode())


def principal_components(vectors: np.ndarray, width: int) -> np.ndarray:
    """Float `[n, width]` of vectors `[n, E]`: each scaled to length one, centred, in the directions of most variance.

    Raises:
      UserError: more numbers are asked than there are.
    """
    if width > min(vectors.shape):
        raise UserError(f"--width={width}: is more than {min(vectors.shape)}; ask for fewer")
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    centred = units - units.mean(axis=0)
    found = centred @ principal_axes(centred, width)
    return found / found.std()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None, allow_abbrev=False)
    parser.add_argument("--words", type=int, default=60_000, help="most words (%(default)s)")
    parser.add_argument("--width", type=int, default=192, help="numbers of a word (%(default)s)")
    parser.add_argument("--vectors", type=Path, required=True, metavar="FOLDER", help="folder of the encoder's vectors")
    parser.add_argument("--encoder_dir", type=Path, default=Path("data/encoder"), help="its files (%(default)s)")
    parser.add_argument("--network", type=Path, required=True, metavar="PATH", help="ONNX file of the encoder")
    parser.add_argument("--threads", type=int, default=2, help="of one batch (%(default)s)")
    parser.add_argument("--output", type=Path, required=True, metavar="PATH", help="vectors to write (.gz)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
