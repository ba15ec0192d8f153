"""Text to words: the cleaning of Kim (2014, "Convolutional Neural Networks for Sentence Classification").

The rules, in order:

  1. typographic apostrophes become `'`, soft hyphens go, letters become lower case, and the text is put in
    NFC;
  2. letters, digits and the characters ( ) , ! ? ' ` are kept; so are combining marks and zero-width joiners
     inside a word, without which Devanagari or Persian words fall apart. All else is a space;
  3. 's 've n't 're 'd 'll begin a new word; , ! ( ) ? are words of their own;
  4. since version 2 an emoji is a word, with its skin tone and all that zero-width joiners tie to it; so is each
     character of Chinese and Japanese, and each grapheme cluster of Thai, Lao, Khmer and Myanmar, which are written
     without spaces; variation selectors go, and the full-width forms of the characters above become these.

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

from rnn_textclf.config import TOKENIZER_VERSION, DataConfig
from rnn_textclf.preprocessing import characters
from rnn_textclf.preprocessing.addresses import without_addresses
from rnn_textclf.preprocessing.memo import Memo
from rnn_textclf.preprocessing.symbols import SYMBOLS, symbolize

TOKENS_VERSION = 1  # Part of every cache's key: raise it whenever the words of some text change.

_CLITIC = r"(?:'(?:s|ve|re|d|ll)|n't)"
_PUNCTUATION = r"[,!()?]"
_LETTER = r"[^\W_]"
_REPLACED = str.maketrans(characters.REPLACED[1])
_REPLACED_2 = str.maketrans(characters.REPLACED[2])
_SYMBOL = re.compile("|".join(map(re.escape, SYMBOLS)))
_ROOMY = 64  # Characters a word that are looked at: words average under ten.
_ROOM = 1 << 20


def _words_pattern(marks: str) -> re.Pattern[str]:
    """One match a word: a kept character, then more of them up to where a clitic begins."""
    more = rf"{_LETTER}|['`]" + (rf"|[{marks}]|[{characters.JOINERS}](?={_LETTER})" if marks else "")
    return re.compile(rf"{_PUNCTUATION}|(?:{_LETTER}|['`])(?:(?!{_CLITIC})(?:{more}))*")


_ASCII_WORDS = _words_pattern("")


@functools.cache
def _unicode_words() -> re.Pattern[str]:
    """Built on the first text that needs it, because it takes some 20 ms."""
    return _words_pattern(_marks())


@functools.cache
def _marks() -> str:
    assigned = chain(range(0x300, 0x20000), range(0xE0100, 0xE01F0))  # No mark lies elsewhere: a test looks.
    return "".join(chr(code) for code in assigned if unicodedata.category(chr(code))[0] == "M")


@functools.cache
def _special() -> re.Pattern[str]:
    """A character that version 2 treats otherwise than version 1."""
    return re.compile(f"[{characters.EMOJI}{characters.REGIONAL}{characters.UNSPACED}]")


@functools.cache
def _special_words() -> re.Pattern[str]:
    """As `_unicode_words`, for text with such characters."""
    letter = rf"(?![{characters.UNSPACED}]){_LETTER}"
    cluster = rf"(?={_LETTER})[{characters.UNSPACED}][{_marks()}{characters.EXTENDING}]*"
    emoji = rf"(?!\w)[{characters.EMOJI}][{characters.SKIN_TONES}]*"
    more = rf"{letter}|['`]|[{_marks()}]|[{characters.JOINERS}](?={letter})"
    return re.compile(
        rf"{_PUNCTUATION}|(?:{letter}|['`])(?:(?!{_CLITIC})(?:{more}))*"
        rf"|{cluster}|{emoji}(?:{characters.ZERO_WIDTH_JOINER}{emoji})*|[{characters.REGIONAL}]{{1,2}}"
    )


def _words(chunk: str) -> tuple[str, ...]:
    """The words of a text without symbols."""
    if chunk.isascii():
        lowered = chunk.lower()
        # Most are one word, which is quick to see: only punctuation and apostrophes begin a new one.
        return (lowered,) if lowered.isalnum() else tuple(_ASCII_WORDS.findall(lowered))
    lowered = unicodedata.normalize("NFC", chunk.translate(_REPLACED).lower())
    return tuple(_unicode_words().findall(lowered))


def _words_2(chunk: str) -> tuple[str, ...]:
    """The same by the rules of version 2."""
    if chunk.isascii():
        return _words(chunk)
    lowered = unicodedata.normalize("NFC", chunk.translate(_REPLACED_2).lower())
    pattern = _special_words() if _special().search(lowered) else _unicode_words()
    return tuple(pattern.findall(lowered))


def _with_symbols(words: Callable[[str], tuple[str, ...]]) -> Callable[[str], tuple[str, ...]]:
    """The same of a text whose symbols are words too."""
    return lambda chunk: (chunk,) if _SYMBOL.fullmatch(chunk) else words(chunk)


_WORDS = {
    (version, symbols): _with_symbols(words) if symbols else words
    for version, words in ((1, _words), (2, _words_2))
    for symbols in (False, True)
}
# Cleaning never looks across white space, so that its results can be cached by the piece between spaces.
_CACHES = {key: Memo(words) for key, words in _WORDS.items()}


@dataclass(frozen=True)
class Tokenizer:
    """Text to words, the same in training and in inference; its fields are part of the keys of caches.

    Attributes:
      symbolize: whether numbers, addresses, emoticons and the like become symbols first.
      version: of the rules, 1 or 2: see the module.
      skip_addresses: whether web addresses, e-mail addresses and @names are left out.
    """

    symbolize: bool = False
    version: int = TOKENIZER_VERSION
    skip_addresses: bool = False

    @classmethod
    def from_config(cls, config: DataConfig) -> "Tokenizer":
        """The tokenizer of a run."""
        return cls(config.symbolize, config.tokenizer_version, config.mask_entities)

    def __call__(self, text: str, limit: int | None = None) -> list[str]:
        """The words of a text, none of them empty.

        Args:
          text: any string, of any length.
          limit: return this many words at most. A text of more than 64 characters a word (and a million) is
            cut before it is read, so that a line of any length costs little.
        """
        of_chunk = _CACHES[self.version, self.symbolize]
        words: list[str] = []
        for chunk in self.chunks(text, limit):
            words += of_chunk[chunk]
        return words if limit is None else words[:limit]

    @property
    def words_of_chunk(self) -> Callable[[str], tuple[str, ...]]:
        """Maps a chunk to its words without a cache, for callers that cache the words' ids."""
        return _WORDS[self.version, self.symbolize]

    def chunks(self, text: str, limit: int | None = None) -> list[str]:
        """The pieces between white space of a text, or of its first `room(limit)` characters."""
        if limit is not None and len(text) > _ROOM:
            text = text[: room(limit)]
        if self.skip_addresses:
            text = without_addresses(text)
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
