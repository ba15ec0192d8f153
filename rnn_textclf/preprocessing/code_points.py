"""Unicode properties that `tokens` relies on, as arrays, for a graph that reads text without Python.

A property of all code points is kept in two steps, pages of 256 of which equal ones are kept once, so that
the property of `code` is `pages[starts[code >> 8] + (code & 255)]`. Building a table takes about a second.
"""

import functools
import re
import sys
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnn_textclf.preprocessing import characters

NUM_CODES = sys.maxunicode + 1
NOTHING = -1
CAPITAL_SIGMA, FINAL_SIGMA = ord("Σ"), ord("ς")
_PAGE = 256
_HANGUL = range(0xAC00, 0xD7A4)  # Not decomposed: composing the parts would give the same syllable again.

# Kinds of characters, by their effect on words.
OTHER, LETTER, QUOTE, MARK, JOINER, PUNCTUATION = range(6)
UNSPACED, EXTENDING, EMOJI, SKIN_TONE, REGIONAL = range(6, 11)  # Of version 2; see `characters`.
# Kinds of characters, by their effect on a capital sigma beside them.
NEITHER, CASED, IGNORED = range(3)


class Property(NamedTuple):
    """A property of each code point: see the module. starts: int32 [4352]; pages: int32 [n * 256]."""

    starts: np.ndarray
    pages: np.ndarray


class Pairs(NamedTuple):
    """Canonical compositions: first << 32 | second, int64 [P], ascending, and the composite of each, int32 [P]."""

    keys: np.ndarray
    composites: np.ndarray


class Decompositions(NamedTuple):
    """The replacement of each code point: lower case, canonically decomposed.

    row: the table row of each code point, 0 where it stays the same.
    codes: int32 [R, K], the code points by row, NOTHING after the last one.
    """

    row: Property
    codes: np.ndarray


@functools.cache
def word_kinds(version: int) -> Property:
    """The kind of each character in lower case and NFC, by its effect on words in a version of the tokenizer."""
    single = (
        dict.fromkeys("'`", QUOTE) | dict.fromkeys(characters.JOINERS, JOINER) | dict.fromkeys(",!()?", PUNCTUATION)
    )
    letters: dict[str, int] = {}
    if version >= 2:
        letters = dict.fromkeys(_members(characters.UNSPACED), UNSPACED)
        letters.update(dict.fromkeys(_members(characters.EXTENDING), EXTENDING))
        single.update(dict.fromkeys(_members(characters.REGIONAL), REGIONAL))
        single.update(dict.fromkeys(_members(characters.EMOJI), EMOJI))
        single.update(dict.fromkeys(_members(characters.SKIN_TONES), SKIN_TONE))

    def kind(character: str) -> int:
        if character.isalnum():
            return letters.get(character, LETTER)
        return MARK if unicodedata.category(character)[0] == "M" else single.get(character, OTHER)

    return _property(kind)


@functools.cache
def sigma_kinds(version: int) -> Property:
    """NEITHER, CASED or IGNORED: sigma is final where a cased letter is before it, and none after.

    Python has no such property, so each character is tried beside a sigma.
    """
    replaced = characters.REPLACED[version]

    def kind(character: str) -> int:
        character = replaced.get(character, character)
        if f" {character}Σ".lower().endswith("ς"):
            return CASED
        return IGNORED if f"a{character}Σ".lower().endswith("ς") else NEITHER

    return _property(kind)


@functools.cache
def combining_classes() -> Property:
    """The canonical combining class, 0 for starters."""
    return _property(unicodedata.combining)


@functools.cache
def decompositions(version: int) -> Decompositions:
    """Characters replaced as the tokenizer does, in lower case, NFD but for Hangul."""
    replacements = [""]
    cleaned = characters.REPLACED[version]

    def row(character: str) -> int:
        replaced = character if ord(character) in _HANGUL else _decomposed(cleaned.get(character, character))
        if replaced == character:
            return 0
        replacements.append(replaced)
        return len(replacements) - 1

    rows = _property(row)
    codes = np.full([len(replacements), max(map(len, replacements))], NOTHING, np.int32)
    for found, replaced in zip(codes, replacements, strict=True):
        found[: len(replaced)] = [ord(character) for character in replaced]
    return Decompositions(rows, codes)


@functools.cache
def pairs() -> Pairs:
    """The pairs of characters that NFC composes."""
    found = []
    for code in range(NUM_CODES):
        composite = chr(code)
        if not (parts := _parts(composite)):
            continue
        if unicodedata.normalize("NFC", "".join(parts)) == composite:
            found.append((ord(parts[0]) << 32 | ord(parts[1]), code))
    keys, composites = zip(*sorted(found), strict=True)
    return Pairs(np.array(keys, np.int64), np.array(composites, np.int32))


def _parts(character: str) -> tuple[str, ...]:
    """The two characters that a character decomposes into, or none."""
    if ord(character) in _HANGUL:
        syllable = unicodedata.normalize("NFD", character)
        return unicodedata.normalize("NFC", syllable[:-1]), syllable[-1]
    mapping = unicodedata.decomposition(character)
    parts = () if mapping.startswith("<") else tuple(chr(int(code, 16)) for code in mapping.split())
    return parts if len(parts) == 2 else ()


def _decomposed(character: str) -> str:
    return unicodedata.normalize("NFD", character.lower())


def _members(inside: str) -> list[str]:
    """The characters of a class."""
    return re.findall(f"[{inside}]", "".join(map(chr, range(NUM_CODES))))


def _property(of_character: Callable[[str], int]) -> Property:
    values = np.fromiter(map(of_character, map(chr, range(NUM_CODES))), np.int32, NUM_CODES)
    pages, numbers = np.unique(values.reshape(-1, _PAGE), axis=0, return_inverse=True)
    return Property((numbers.reshape(-1) * _PAGE).astype(np.int32), pages.reshape(-1))
