"""Mixture of soft-label files: some of each, and noisy copies that keep the answer of the clean text.

    python -m tests.benchmarks.teacher.mix soft.jsonl.gz frames.jsonl.gz:40000 --noisy=0.3 --output=mixed.jsonl.gz

A noisy copy has a typo in one word, a web address or an @name; none has the words of a Cornell row. A text that comes
twice keeps its first answer. With --left_out no text has the words of a row of that file, which may validate.
"""

import argparse
import gzip
import json
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.files import open_corpus
from rnn_textclf.preprocessing.tokens import Tokenizer
from tests.benchmarks.teacher.answers import write
from tests.benchmarks.teacher.noise import addressed, with_typo
from tests.benchmarks.teacher.transfer import cornell_words, words_of

_ADDRESSED = 0.25  # Share of the noisy copies; the others have a typo.

Answer = tuple[str, dict[str, float]]


def main() -> None:
    """Writes the mixture."""
    options = _options()
    try:
        left_out = words_of(open_corpus(options.left_out)) if options.left_out else set()
        read = [answer for name in options.files for answer in some(name, options.seed)]
        parts = list(without(read, left_out))
        labels = list(read[0][1])
        mixed = mixture(parts, options.noisy, options.seed, cornell_words() | left_out)
        write(
            options.output, ((text, np.array([chances[label] for label in labels])) for text, chances in mixed), labels
        )
    except UserError as error:
        sys.exit(str(error))


def mixture(parts: Sequence[Answer], noisy: float, seed: int, left_out: set[tuple[str, ...]]) -> Iterator[Answer]:
    """The texts that differ, each with its answer, then noisy copies of a share of them that are texts of their own.

    Args:
      parts: texts and their answers.
      noisy: the share, in [0, 1].
      seed: fixes the copies.
      left_out: words of texts that no copy may have.
    """
    draw, tokenizer, whole = random.Random(seed), Tokenizer(skip_addresses=True), dict[str, dict[str, float]]()
    for text, chances in parts:
        whole.setdefault(text, chances)
    yield from whole.items()
    seen = set(whole)
    for text, chances in whole.items():
        if draw.random() < noisy:
            copy = addressed(text, draw) if draw.random() < _ADDRESSED else with_typo(text, draw)
            if copy not in seen and tuple(tokenizer(copy)) not in left_out:
                seen.add(copy)
                yield copy, chances


def without(answers: Iterable[Answer], left_out: set[tuple[str, ...]]) -> Iterator[Answer]:
    """The answers to texts that have other words than those left out."""
    tokenizer = Tokenizer()
    return (answer for answer in answers if tuple(tokenizer(answer[0])) not in left_out)


def some(name: str, seed: int) -> list[Answer]:
    """The answers of a file, or where its name ends in :N, N of them drawn at random. Raises UserError."""
    path, _, count = name.rpartition(":") if name.rpartition(":")[2].isdigit() else (name, "", "")
    found = list(read_answers(Path(path)))
    return random.Random(seed).sample(found, min(int(count), len(found))) if count else found


def read_answers(path: Path) -> Iterator[Answer]:
    """The texts and probabilities by class of JSON lines (.gz), as `infer.py` writes them. Raises UserError."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                try:
                    record = json.loads(line)
                    yield record["text"], record["probabilities"]
                except (ValueError, KeyError, TypeError):
                    raise UserError(f"{path}:{number}: expected a text and probabilities; mend the line") from None
    except (OSError, EOFError, UnicodeError) as error:
        raise UserError(f"{path}: cannot be read ({error}); check the path") from None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None, allow_abbrev=False)
    parser.add_argument("files", nargs="+", metavar="PATH[:N]", help="JSON lines (.gz), all of them or N at random")
    parser.add_argument("--noisy", type=float, default=0.3, help="share of texts with a noisy copy (%(default)s)")
    parser.add_argument("--left_out", type=Path, metavar="PATH", help="labelled file whose rows must not be among them")
    parser.add_argument("--seed", type=int, default=1, help="fixes the draws (%(default)s)")
    parser.add_argument("--output", type=Path, required=True, metavar="PATH", help="JSON lines (.gz) to write")
    return parser.parse_args()


if __name__ == "__main__":
    main()
