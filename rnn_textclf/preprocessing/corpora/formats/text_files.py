"""Lines of text files and streams: gzipped or not, in any encoding, with a bound on their length."""

import codecs
import contextlib
import functools
import gzip
import html
import logging
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import cannot_read, check_regular
from rnn_textclf.preprocessing.corpora.formats.encodings import describe, detect_encoding

logger = logging.getLogger(__name__)

LONGEST_LINE = 1 << 26  # Characters.
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UNDECODED = re.compile("[\udc00-\udcff]")
_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")

# The characters of Windows-1252 in the place of Latin-1's control characters.
_C1_CONTROLS = {byte: bytes([byte]).decode("cp1252", "ignore") or None for byte in range(0x80, 0xA0)}


def _escape_bytes(error: UnicodeError) -> tuple[str, int]:
    """Error handler like `surrogateescape`, but for any byte: multi-byte encodings have bad ASCII bytes too."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


_ESCAPE = "rnn_textclf.escape_bytes"
codecs.register_error(_ESCAPE, _escape_bytes)


def mend_controls(text: str) -> str:
    """Replaces the C1 controls U+0080 to U+009F by the characters of those bytes in Windows-1252."""
    return text if text.isascii() else text.translate(_C1_CONTROLS)


def mend_html(text: str) -> str:
    """Replaces `<br />` by a line feed and HTML entities by their characters, also where escaped twice."""
    if "<" in text:
        text = _BREAK.sub("\n", text)
    if "&" in text:
        for _ in range(2):
            text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return text


def find_encoding(path: Path) -> str:
    """The encoding of a file, from reading it; a warning names any other than UTF-8."""
    with reading_errors(path):
        status = path.stat()
        return _find_encoding(path, status.st_size, status.st_mtime_ns)


@functools.lru_cache(64)  # A file is read once, and the warning is given once.
def _find_encoding(path: Path, size: int, modified: int) -> str:
    encoding, line = detect_encoding(lambda: open_binary(path))
    if encoding.startswith("utf-16") or encoding == "utf-32":
        logger.warning(f"{path}: read as {describe(encoding)}, as its first bytes say (--encoding names another)")
    elif encoding != "utf-8-sig":
        logger.warning(f"{path}:{line}: not UTF-8; the file is read as {describe(encoding)} (--encoding names another)")
    return encoding


def read_blocks(
    source: Path | BinaryIO, encoding: str | None = None, longest: int = LONGEST_LINE
) -> Iterator[list[str]]:
    """The lines of a file or a stream without their ends, those together that are there together.

    Line feeds alone end lines. A byte that cannot be decoded becomes a lone surrogate, for `invalid_reason` to find.
    A block is read as soon as any of it is there, so that no complete line of a stream is held back. A warning
    counts the lines that were cut.

    Args:
      source: a regular file, gzipped when its name ends in .gz, or a stream, gzipped when its first bytes say so;
        the stream is left open.
      encoding: a codec's name; None to find it in a file, and for a stream to read each line as UTF-8, else as
        Windows-1252.
      longest: characters kept of a line (>= 1).

    Raises:
      UserError: the file cannot be read, is no regular file, or is cut short.
    """
    name = source_name(source)
    if isinstance(source, Path):
        encoding = encoding or find_encoding(source)
    else:
        source = _unzipped(source)
        encoding = encoding or ("utf-16" if _begins(source, _UTF16) else None)
    cutter = _LineCutter(longest)
    for lines in cutter.blocks(read_chunks(source, encoding or "latin-1")):
        yield lines if encoding else list(map(_decoded, lines))
    if cutter.count:
        logger.warning(f"{name}: {cutter.count:,} lines are longer than {longest:,} characters; the rest is not read")


def read_lines(
    source: Path | BinaryIO, encoding: str | None = None, longest: int = LONGEST_LINE
) -> Iterator[tuple[int, str]]:
    """The lines of `read_blocks` with their numbers, from 1."""
    yield from enumerate(chain.from_iterable(read_blocks(source, encoding, longest)), start=1)


class _LineCutter:
    """Lines of text in pieces, cut to a length.

    Attributes:
      count: the lines that were cut.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self.count = 0

    def blocks(self, pieces: Iterable[str]) -> Iterator[list[str]]:
        """The complete lines of each piece without their ends; one that is too long is given once that is known."""
        pending, skipping = "", False
        for piece in pieces:
            pending += piece
            if "\r" in pending:
                pending = pending.replace("\r\n", "\n")
            is_short = len(pending) <= self._longest
            *lines, pending = pending.split("\n")
            if lines and skipping:
                del lines[0]
                skipping = False
            if not is_short:
                lines = list(map(self._cut, lines))
            if skipping:
                pending = ""
            elif len(pending) > self._longest + 1:
                lines.append(self._cut(pending))
                pending, skipping = "", True
            if lines:
                yield lines
        if pending:
            yield [self._cut(pending.removesuffix("\r"))]

    def _cut(self, line: str) -> str:
        self.count += len(line) > self._longest
        return line[: self._longest]


def read_chunks(source: Path | BinaryIO, encoding: str) -> Iterator[str]:
    """The text of a file or a stream in pieces of up to a million bytes, each as soon as it is there.

    Args and errors are those of `read_blocks`.
    """
    with reading_errors(source_name(source)), contextlib.ExitStack() as opened:
        binary = opened.enter_context(open_binary(source)) if isinstance(source, Path) else _unzipped(source)
        decoder = codecs.getincrementaldecoder(encoding)(errors=_ESCAPE)
        while block := binary.read1(_CHUNK):
            if text := decoder.decode(block):  # A block may end inside its first character.
                yield text
        if text := decoder.decode(b"", final=True):
            yield text


def invalid_reason(line: str) -> str | None:
    """The reason why a line is not text, or None where it is."""
    if "\0" in line:
        return "NUL byte; is it binary, or UTF-16 (--encoding=utf-16)"
    if not line.isascii() and (found := _UNDECODED.search(line)):
        return f"byte 0x{ord(found.group()) - 0xDC00:02x} cannot be decoded; mend it, or name the file's --encoding"
    return None


@contextlib.contextmanager
def reading_errors(name: Path | str) -> Iterator[None]:
    """Turns errors of reading into a UserError."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UserError(f"{name}: not a whole gzip file ({error}); copy it again") from error
    except OSError as error:
        raise cannot_read(name, error) from error
    except UnicodeError as error:
        reason = getattr(error, "reason", error)
        raise UserError(f"{name}: cannot be decoded ({reason}); name the file's --encoding") from error


def source_name(source: Path | BinaryIO) -> str:
    """The name of a file or a stream, for messages."""
    return str(source if isinstance(source, Path) else getattr(source, "name", "standard input"))


def open_binary(path: Path) -> Any:
    """Opens a regular file for reading bytes, those that it holds where it is gzipped."""
    check_regular(path)
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")


def _unzipped(stream: BinaryIO) -> Any:
    return gzip.open(stream, "rb") if _begins(stream, (_GZIP,)) else stream


def _begins(source: Any, marks: tuple[bytes, ...]) -> bool:
    """Whether a stream that can be peeked begins with one of some bytes."""
    return hasattr(source, "peek") and source.peek(2).startswith(marks)


def _decoded(line: str) -> str:
    """A line that was read as Latin-1, which keeps every byte."""
    if line.isascii():
        return line
    data = line.encode("latin-1")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
