"""Hostile bytes: valid files with random changes, or no sense from the start."""

import gzip
import random
from collections.abc import Callable, Sequence

TOKENS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x85", b"\xe2\x80\xa8", b"\r", b"\r\n", b"\n\n\n", b'"', b'""', b"'",
    b"\t", b";",
    b"\\", b"\\u0000", b"\\ud800", b"{", b"}", b"[[[[", b"[" * 5000, b'{"a":' * 2000, b"NaN", b"-Infinity", b"1e999",
    b"9" * 5000, b"null", b"__label__", b"__label____label__", b"&#0;", b"&#1114112;", b"&amp;amp;lt;", b"<br />" * 50,
    b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xcc\x81" * 300, b"\x1b[2J", b"\xe2\x80\xae", b" " * 3000, b"a" * 20000,
    b"\x1f\x8b\x08\x00", b"PK\x03\x04", b"\x93NUMPY",
)  # fmt: skip


def mutated(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """One of some valid files after one to eight changes; one in ten is random bytes, one in twenty gzipped too."""
    if chance.random() < 0.1:
        data = bytearray(chance.randbytes(chance.randrange(300)))
    else:
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 8)):
            chance.choice(_CHANGES)(data, chance)
    if chance.random() < 0.05:
        data = bytearray(gzip.compress(bytes(data)))
        if chance.random() < 0.5:
            _flip(data, chance)
    return bytes(data)


def _place(data: bytearray, chance: random.Random) -> int:
    return chance.randint(0, len(data))


def _flip(data: bytearray, chance: random.Random) -> None:
    if data:
        data[chance.randrange(len(data))] ^= chance.randrange(1, 256)


def _insert(data: bytearray, chance: random.Random) -> None:
    place = _place(data, chance)
    data[place:place] = chance.choice(TOKENS)


def _overwrite(data: bytearray, chance: random.Random) -> None:
    place, token = _place(data, chance), chance.choice(TOKENS)
    data[place : place + len(token)] = token


def _cut(data: bytearray, chance: random.Random) -> None:
    first, last = sorted((_place(data, chance), _place(data, chance)))
    del data[first:last]


def _repeat(data: bytearray, chance: random.Random) -> None:
    first = _place(data, chance)
    data[first:first] = data[first : first + chance.randint(1, 40)] * chance.randint(1, 5)


def _truncate(data: bytearray, chance: random.Random) -> None:
    del data[_place(data, chance) :]


_CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip, _flip, _insert, _insert, _overwrite, _cut, _repeat, _truncate,
)  # fmt: skip
