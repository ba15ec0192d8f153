"""Lines of input to score: of a file, of a pipe as soon as they are there, or typed at a prompt."""

import codecs
import contextlib
import gzip
import logging
import sys
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from rnn_textclf.errors import UserError

logger = logging.getLogger(__name__)

_BLOCK = 1 << 20  # Bytes.
MAX_LINE = 1 << 24  # Bytes of a line that are kept: far more than any run reads of a text.
PROMPT = "> "
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def line_chunks(name: str, encoding: str | None = None) -> Iterator[list[str]]:
    """Lists of lines, without their ends; a list holds all complete lines that are there, so none is held back.

    Args:
      name: a file, gzipped when its name ends in .gz, or - for standard input.
      encoding: a codec's name; None for UTF-16 where a byte order mark says so, else for each line UTF-8 or, where
        that fails, Windows-1252.

    Raises:
      UserError: the file cannot be read or decoded, or a line has NUL bytes and so is no text.
    """
    number = 0
    with _reading_errors(name), _open(name) as file:
        for lines in _split(_as_utf8(_blocks(file), encoding), name):
            texts: list[str] = []
            for line in lines:
                number += 1
                if b"\0" in line:
                    if texts:
                        yield texts
                    raise UserError(f"{name}:{number}: has NUL bytes, so this is not text")
                texts.append(_decode(line).rstrip("\r\n"))
            yield texts


def typed_lines() -> Iterator[list[str]]:
    """Lines typed at a prompt, one a list, until Ctrl-D; the prompt is on stderr where stdout is no terminal."""
    with contextlib.suppress(ImportError):  # Not on Windows, where the console edits lines itself.
        import readline  # noqa: F401 - cursor keys and history for input()
    while True:
        try:
            if sys.stdout.isatty():
                line = input(PROMPT)
            else:
                sys.stderr.write(PROMPT)
                sys.stderr.flush()
                line = input()
        except EOFError:
            sys.stderr.write("\n")
            return
        yield [line]


@contextlib.contextmanager
def _open(name: str) -> Iterator[Any]:
    """The bytes of a file or of standard input."""
    if name == "-":
        yield sys.stdin.buffer
        return
    with gzip.open(name, "rb") if name.lower().endswith(".gz") else open(name, "rb") as file:
        yield file


@contextlib.contextmanager
def _reading_errors(name: str) -> Iterator[None]:
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UserError(f"{name}: not a whole gzip file ({error}); copy it again") from error
    except OSError as error:
        raise UserError(f"{name}: cannot be read ({error.strerror})") from None
    except UnicodeError as error:
        raise UserError(f"{name}: cannot be decoded ({error}); name the file's --encoding") from None


def _blocks(file: Any) -> Iterator[bytes]:
    while block := file.read1(_BLOCK):  # What is there, up to that: it waits for the first byte alone.
        yield block


def _as_utf8(blocks: Iterator[bytes], encoding: str | None) -> Iterator[bytes]:
    """Blocks in another encoding than UTF-8, as UTF-8; without a known one as they are."""
    first = next(blocks, b"")
    if encoding is None and first.startswith(_UTF16_MARKS):
        encoding = "utf-16"
    if encoding is None:
        yield first
        yield from blocks
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    yield decoder.decode(first).encode()
    for block in blocks:
        yield decoder.decode(block).encode()
    yield decoder.decode(b"", final=True).encode()


def _split(blocks: Iterable[bytes], name: str) -> Iterator[list[bytes]]:
    """The complete lines of each block; of a line longer than `MAX_LINE` bytes the first of them."""
    pending: list[bytes] = []  # Pieces of the line that is not complete.
    size = too_long = 0
    for block in blocks:
        piece, *others = block.split(b"\n")
        too_long += size <= MAX_LINE < size + len(piece)
        pending.append(piece[: max(0, MAX_LINE - size)])
        size += len(piece)
        if b"\0" in piece:  # Not text: no need to wait for the line's end, which may never come.
            yield [b"".join(pending)]
        if others:
            yield [b"".join(pending), *others[:-1]]
            pending, size = [others[-1]], len(others[-1])
    if size:
        yield [b"".join(pending)]
    if too_long:
        logger.info(f"{name}: {too_long:,} lines were longer than {MAX_LINE >> 20} MB and were cut")


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")
