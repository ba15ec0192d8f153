"""Text to words: the cleaning of Kim (2014, "Convolutional Neural Networks for Sentence Classification").

The rules, in order:

  1. typographic apostrophes become `'`, soft hyphens go, letters become lower case, and the text is put in
    NFC;
  2. letters, digits and the characters ( ) , ! ? ' ` are kept; so are combining marks and zero-width joiners
     inside a word, without which Devanagari or Persian words fall apart. All else is a space;
  3. 's 've n't 're 'd 'll begin a new word; , ! ( ) ? are words of their own.

For ASCII text in lower case this is the published function, less the backslashes that it leaves before
brackets and question marks. It differs in two ways: letters and digits are Unicode's, so that "café" is a
word, and capitals are lowered first, so that ISN'T gives the same two words as isn't.
"""

import functools
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from rnn_textclf.config import DataConfig
from rnn_textclf.preprocessing.memo import Memo
from rnn_textclf.preprocessing.symbols import SYMBOLS, symbolize

TOKENS_VERSION = 1  # Part of every cache's key: raise it whenever the words of some text change.

_CLITIC = r"(?:'(?:s|ve|re|d|ll)|n't)"
_PUNCTUATION = r"[,!()?]"
_LETTER = r"[^\W_]"
_REPLACED = str.maketrans({"’": "'", "\u00ad": None})
_SYMBOL = re.compile("|".join(map(re.escape, SYMBOLS)))
_ROOMY = 64  # Characters a word that are looked at: words average under ten.
_ROOM = 1 << 20


def _words_pattern(marks: str) -> re.Pattern[str]:
    """One match a word: a kept character, then more of them up to where a clitic begins."""
    more = rf"{_LETTER}|['`]" + (rf"|[{marks}]|[\u200c\u200d](?={_LETTER})" if marks else "")
    return re.compile(rf"{_PUNCTUATION}|(?:{_LETTER}|['`])(?:(?!{_CLITIC})(?:{more}))*")


_ASCII_WORDS = _words_pattern("")


@functools.cache
def _unicode_words() -> re.Pattern[str]:
    """Built on the first text that needs it, because it takes some 20 ms."""
    assigned = chain(range(0x300, 0x20000), range(0xE0100, 0xE01F0))  # No mark lies elsewhere: a test looks.
    return _words_pattern("".join(chr(code) for code in assigned if unicodedata.category(chr(code))[0] == "M"))


def _words(chunk: str) -> tuple[str, ...]:
    """The words of a text without symbols."""
    if chunk.isascii():
        lowered = chunk.lower()
        # Most are one word, which is quick to see: only punctuation and apostrophes begin a new one.
        return (lowered,) if lowered.isalnum() else tuple(_ASCII_WORDS.findall(lowered))
    lowered = unicodedata.normalize("NFC", chunk.translate(_REPLACED).lower())
    return tuple(_unicode_words().findall(lowered))


def _words_and_symbols(chunk: str) -> tuple[str, ...]:
    """The words of a text whose symbols are words too."""
    return (chunk,) if _SYMBOL.fullmatch(chunk) else _words(chunk)


# Cleaning never looks across white space, so that its results can be cached by the piece between spaces.
_PLAIN = Memo(_words)
_SYMBOLIC = Memo(_words_and_symbols)


@dataclass(frozen=True)
class Tokenizer:
    """Text to words, the same in training and in inference; its fields are part of the keys of caches.

    Attributes:
      symbolize: whether numbers, addresses, emoticons and the like become symbols first.
    """

    symbolize: bool = False

    @classmethod
    def from_config(cls, config: DataConfig) -> "Tokenizer":
        """The tokenizer of a run."""
        return cls(symbolize=config.symbolize)

    def __call__(self, text: str, limit: int | None = None) -> list[str]:
        """The words of a text, none of them empty.

        Args:
          text: any string, of any length.
          limit: return this many words at most. A text of more than 64 characters a word (and a million) is
            cut before it is read, so that a line of any length costs little.
        """
        of_chunk = _SYMBOLIC if self.symbolize else _PLAIN
        words: list[str] = []
        for chunk in self.chunks(text, limit):
            words += of_chunk[chunk]
        return words if limit is None else words[:limit]

    @property
    def words_of_chunk(self) -> Callable[[str], tuple[str, ...]]:
        """Maps a chunk to its words without a cache, for callers that cache the words' ids."""
        return _words_and_symbols if self.symbolize else _words

    def chunks(self, text: str, limit: int | None = None) -> list[str]:
        """The pieces between white space of a text, or of its first `room(limit)` characters."""
        if limit is not None and len(text) > _ROOM:
            text = text[: room(limit)]
        return (symbolize(text) if self.symbolize else text).split()


def room(limit: int) -> int:
    """The number of characters of a text that are looked at for its first `limit` words."""
    return max(_ROOM, _ROOMY * limit)


_tokenizer = Tokenizer()


def tokenize(text: str) -> list[str]:
    """The words of a text by the rules above, none of them empty."""
    return _tokenizer(text)


def clean(text: str) -> str:
    """The words of a text, one space between them."""
    return " ".join(_tokenizer(text))
