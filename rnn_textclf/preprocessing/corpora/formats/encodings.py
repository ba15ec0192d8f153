"""Encodings of text files: UTF-8 and UTF-16 by their rules, others by detection."""

import codecs
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import IO, NamedTuple

from rnn_textclf.errors import UserError

logger = logging.getLogger(__name__)

_BLOCK = 1 << 20
_SAMPLE = 1 << 18  # Bytes of non-ASCII lines that the detector sees.
_FEWEST_ZEROS = 4
_LONGEST_LINE = 1 << 16  # Bytes of a line that the detector sees.
_NO_TEXT = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
_BOMS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CANDIDATES = ["gb18030", "big5", "cp932", "euc_jp", "euc_kr", "cp1250", "cp1251", "cp1252", "cp1253", "koi8_r"]
_KANA = re.compile("[\u3041-\u30ff]")
# Encodings of East Asia: one that tells their common characters, these characters' first bytes or pattern, and the
# least share of them in text that is not ASCII.
_FIRST_BYTES = {
    "gb18030": ("gb2312", 0xB0, 0xD7, 0.5),
    "big5": ("big5", 0xA4, 0xC6, 0.5),
    "euc_kr": ("euc_kr", 0xB0, 0xC8, 0.9),
}
_JAPANESE = ("cp932", "euc_jp")
_LEAST_KANA = 0.1
_ONLY_TURKISH = "ÐÝÞðýþ"  # What Windows-1252 shows for ĞİŞğış.
_TURKISH = _ONLY_TURKISH + "ÇÖÜçöüâîû"
_LEAST_TURKISH = 0.95
_SIGN_IN_WORD = re.compile("[^\\W\\d_][¥£¢¤¹³¿¼¾][^\\W\\d_]")
_NAMES = {
    "utf-32": "UTF-32",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "gb18030": "GB 18030 (Chinese, GBK included)",
    "big5": "Big5 (Chinese)",
    "cp932": "Shift JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "cp949": "CP949 (Korean)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "koi8_r": "KOI8-R (Cyrillic)",
}

Open = Callable[[], AbstractContextManager[IO[bytes]]]


class Detected(NamedTuple):
    """A codec's name, and the first line, from 1, that is not UTF-8; 0 where all of the file is."""

    encoding: str
    line: int = 0


def check_encoding(encoding: str) -> None:
    """Raises UserError when Python has no such encoding of text files."""
    try:
        codec = codecs.lookup(encoding)
        known = getattr(codec, "_is_text_encoding", True) and codec.name.replace("-", "_") not in _NO_TEXT
    except (LookupError, ValueError):  # ValueError: a NUL character in the name.
        known = False
    if not known:
        raise UserError(f"--encoding={encoding}: unknown encoding; utf-8, cp1252, gb18030 and utf-16 are usual ones")


def detect_encoding(open_file: Open) -> Detected:
    """Finds the encoding of a file, reading it once or twice, streamed.

    A byte-order mark decides, else UTF-8 does where it can decode all lines, or more non-ASCII lines than it
    cannot: such a file has some bad records. Anything else is left to charset-normalizer, with Windows-1252
    preferred among the answers that it finds equally good.
    """
    with open_file() as file:
        head = file.read(_BLOCK)
        if bom := next((name for mark, name in _BOMS.items() if head.startswith(mark)), None):
            return Detected(bom)
        if is_utf16 := _utf16_without_bom(head[: 1 << 12]):
            return Detected(is_utf16)
        if _is_utf8(head, file):
            return Detected("utf-8-sig")
    with open_file() as file:
        return _detect_by_lines(file)


def describe(encoding: str) -> str:
    """The encoding's name for messages."""
    return _NAMES.get(encoding, encoding)


def _is_utf8(head: bytes, file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    block = head
    try:
        while block:
            decoder.decode(block)
            block = file.read(_BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_bom(head: bytes) -> str | None:
    """UTF-16 by its zero bytes: line breaks, digits and ASCII letters have them on one side of each pair alone."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < _FEWEST_ZEROS or max(even, odd) * 32 < len(head) or min(even, odd) * 8 > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _detect_by_lines(file: IO[bytes]) -> Detected:
    first = decoded = undecoded = 0
    sample = bytearray()
    for number, line in enumerate(_short_lines(file), start=1):
        if line.isascii():
            continue
        if _decodes(line):
            decoded += 1
        else:
            first = first or number
            undecoded += 1
        if len(sample) < _SAMPLE:
            sample += line
    if decoded > undecoded:
        return Detected("utf-8-sig", first)
    encoding = _guess(bytes(sample))
    if encoding == "cp1252" and _is_turkish(sample.decode(encoding, "replace")):
        encoding = "cp1254"
    return Detected(encoding, first)


def _short_lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file, each cut to `_LONGEST_LINE` bytes."""
    while line := file.readline(_LONGEST_LINE):
        rest = line
        while len(rest) == _LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(_LONGEST_LINE)
        yield line


def _decodes(line: bytes, encoding: str = "utf-8") -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()  # A line that was cut may end inside a character.
    try:
        decoder.decode(line, final=len(line) < _LONGEST_LINE)
    except UnicodeDecodeError:
        return False
    return True


def _guess(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    matches = [
        match for match in from_bytes(sample, cp_isolation=_CANDIDATES) if _has_script(match.encoding, str(match))
    ]
    if not matches:
        return "cp1252"
    best = matches[0]
    if best.encoding in (*_FIRST_BYTES, *_JAPANESE):
        return "cp949" if best.encoding == "euc_kr" else best.encoding  # Its superset.
    western = next((match for match in matches if "cp1252" in match.could_be_from_charset), None)
    if western and western.chaos <= best.chaos + 0.02 and western.coherence >= best.coherence - 0.02:
        # Polish and the like, in Windows-1252, have signs of currencies and superscripts inside of words.
        is_central = _SIGN_IN_WORD.search(str(western)) and any(match.encoding == "cp1250" for match in matches)
        return "cp1250" if is_central else "cp1252"
    # Without a known language in it, a stray byte is likelier than another encoding.
    return best.encoding if best.coherence or _decodes(sample, "cp1252") else "cp1252"


def _is_turkish(western: str) -> bool:
    """Whether text that was read as Windows-1252 has the letters of Turkish in Windows-1254, and no others.

    The two differ in six letters, which Icelandic has in Windows-1252, beside accents that Turkish has not.
    """
    foreign = [character for character in western if character.isalpha() and not character.isascii()]
    own = sum(character in _TURKISH for character in foreign)
    return any(map(_ONLY_TURKISH.__contains__, foreign)) and own >= _LEAST_TURKISH * len(foreign)


def _has_script(encoding: str, text: str) -> bool:
    """Whether a text has the characters that its encoding is used for, where these tell encodings apart."""
    foreign = [character for character in text if not character.isascii()]
    if encoding in _JAPANESE:
        half_width = sum("\uff61" <= character <= "\uff9f" for character in foreign)
        return sum(map(bool, map(_KANA.match, foreign))) >= _LEAST_KANA * len(foreign) >= half_width
    if encoding not in _FIRST_BYTES:
        return True
    codec, first, last, share = _FIRST_BYTES[encoding]
    codes = (character.encode(codec, "ignore") for character in foreign)
    return sum(len(code) == 2 and first <= code[0] <= last for code in codes) >= share * len(foreign)
