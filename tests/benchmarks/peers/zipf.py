"""Made-up labelled sentences of any number, with words as unevenly frequent as those of a language.

`python -m tests.benchmarks.peers.zipf N` writes N of them without labels to standard output, for a pipe.
"""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

WORDS = 20  # A sentence.
_VOCABULARY = 50_000
_BLOCK = 10_000
_SYLLABLES = [consonant + vowel for consonant in "tnshr" for vowel in "eaoiu"]
_ENDINGS = ("", "s", "ed", "ing", "er", "ly", "ness", "al")


def write_sentences(path: Path, number: int, labelled: bool) -> Path:
    """Writes `number` lines of 20 words; see `blocks`."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(blocks(number, labelled))
    return path


def blocks(number: int, labelled: bool) -> Iterator[str]:
    """Some thousand lines at a time, `number` in all, a label and a tab before each where asked for.

    The word of rank r comes with a probability in proportion to 1 / r (Zipf). The label leans to where most
    of a sentence's words have an even or an odd rank, so that there is something to learn.
    """
    random = np.random.default_rng(1)
    spelled = np.array([_spelled(rank) for rank in range(_VOCABULARY)], object)
    ends = np.cumsum(1 / np.arange(1, _VOCABULARY + 1))
    for first in range(0, number, _BLOCK):
        size = (min(_BLOCK, number - first), WORDS)
        ranks = np.searchsorted(ends, random.random(size) * ends[-1])
        labels = (ranks % 2).sum(1) > WORDS // 2
        yield "".join(
            (f"{'odd' if label else 'even'}\t" if labelled else "") + " ".join(words) + "\n"
            for words, label in zip(spelled[ranks], labels.tolist(), strict=True)
        )


def _spelled(rank: int) -> str:
    """A base in syllables, shared by eight words with endings of their own."""
    base, ending = divmod(rank, len(_ENDINGS))
    word = ""
    while base or not word:
        base, syllable = divmod(base, len(_SYLLABLES))
        word += _SYLLABLES[syllable]
    return word + _ENDINGS[ending]


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.writelines(blocks(int(sys.argv[1]), labelled=False))
