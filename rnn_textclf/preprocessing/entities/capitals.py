"""Proper names of a text with capitals: words that it nearly always writes with one inside a sentence.

Titles of films and headings write any word with a capital now and then, so that the share of such occurrences tells a
name. English is meant; German writes every noun so.
"""

from collections import Counter
from collections.abc import Iterator

from rnn_textclf.preprocessing.corpora.corpus import Corpus
from rnn_textclf.preprocessing.tokens import Tokenizer

LEAST_SHARE = 0.9  # Of the occurrences inside sentences.
MIN_COUNT = 2
_MOST_PIECES = 1 << 18  # Held before their words are counted.

_words_of = Tokenizer().words_of_chunk


def capitalised_words(sentences: Corpus) -> list[str]:
    """The words, as the tokenizer spells them, in the order of their characters.

    Counts neither a sentence's first word nor words in capitals throughout, and takes words of two letters or more.

    Args:
      sentences: each example is one; read once. Raises UserError where it cannot be read.
    """
    pieces: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for text, _ in sentences.examples():
        pieces.update(text.split()[1:])
        if len(pieces) > _MOST_PIECES:
            _count(pieces, capital, total)
    _count(pieces, capital, total)
    return sorted(word for word, count in capital.items() if count >= max(MIN_COUNT, LEAST_SHARE * total[word]))


def _count(pieces: Counter[str], capital: Counter[str], total: Counter[str]) -> None:
    """Moves the occurrences of pieces to those of their words, with a capital and in all."""
    for piece, count in pieces.items():
        for spelled in _spellings(piece):
            word = spelled.lower()
            total[word] += count
            capital[word] += count * spelled[0].isupper()
    pieces.clear()


def _spellings(piece: str) -> Iterator[str]:
    """The words between two spaces as they are written there, but for those that tell nothing."""
    lowered, begin = piece.lower(), 0
    if len(lowered) != len(piece):  # "İ" and a few more have a longer lower case.
        return
    for word in _words_of(piece):
        place = lowered.find(word, begin)
        if place < 0:
            continue
        begin = place + len(word)
        spelled = piece[place:begin]
        if len(word) > 1 and word.isalpha() and not spelled.isupper():
            yield spelled
