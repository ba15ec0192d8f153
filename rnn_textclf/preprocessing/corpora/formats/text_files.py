"""Lines of text files in the encodings that go around, gzipped or not."""

import codecs
import contextlib
import gzip
import io
import logging
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import cannot_read

logger = logging.getLogger(__name__)

_BLOCK = 1 << 20
_UNDECODED = re.compile("[\udc80-\udcff]")

# What Windows-1252 has where Latin-1 has control characters.
_MENDED = {byte: bytes([byte]).decode("cp1252", "ignore") or None for byte in range(0x80, 0xA0)}


def mend_controls(text: str) -> str:
    """Turns the C1 controls U+0080 to U+009F into what Windows-1252 means by those bytes."""
    return text if text.isascii() else text.translate(_MENDED)


def detect_encoding(path: Path) -> tuple[str, int]:
    """Finds the encoding by reading the file once, streamed.

    Returns:
      The codec ("utf-8-sig", "utf-16" where the file says so by its first bytes, else "cp1252"), and for
      cp1252 the line, from 1, that is not UTF-8.
    """
    line = 1
    decoder = codecs.getincrementaldecoder("utf-8")()
    with reading_errors(path), _open_binary(path) as file:
        while block := file.read(_BLOCK):
            if line == 1 and block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16", 0
            pending = decoder.getstate()[0]
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return "cp1252", line + (pending + block).count(b"\n", 0, error.start)
            line += block.count(b"\n")
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252", line
    return "utf-8-sig", 0


def check_encoding(encoding: str) -> None:
    """Raises UserError when Python has no such text encoding."""
    try:
        known = getattr(codecs.lookup(encoding), "_is_text_encoding", True)
    except LookupError:
        known = False
    if not known:
        raise UserError(f"--encoding={encoding}: unknown encoding; utf-8, cp1252, latin-1 and utf-16 are usual ones")


def told_encoding(path: Path) -> str:
    """The encoding found by reading the file once; says so when it is not UTF-8."""
    encoding, line = detect_encoding(path)
    if encoding == "cp1252":
        logger.info(f"{path}:{line}: not UTF-8; the file is read as Windows-1252 (--encoding names another)")
    elif encoding == "utf-16":
        logger.info(f"{path}: read as UTF-16, as its first bytes say")
    return encoding


def read_lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """The file's lines with their numbers from 1; only a line feed ends one, which is not part of it.

    A byte that cannot be decoded is kept as a lone surrogate, for `invalid_reason` to find. Raises UserError when the
    file cannot be read, or is cut short.
    """
    with reading_errors(path), _open_binary(path) as binary:
        text = io.TextIOWrapper(binary, encoding, errors="surrogateescape", newline="\n")
        for number, line in enumerate(text, start=1):
            yield number, line.removesuffix("\n").removesuffix("\r")


def invalid_reason(line: str) -> str | None:
    """Why a line is not text, or None where it is."""
    if "\0" in line:
        return "NUL byte; is it binary, or UTF-16 (--encoding=utf-16)"
    if not line.isascii() and (found := _UNDECODED.search(line)):
        return f"byte 0x{ord(found.group()) - 0xDC00:02x} cannot be decoded; name the file's --encoding"
    return None


@contextlib.contextmanager
def reading_errors(path: Path) -> Iterator[None]:
    """Turns what may happen while reading into a UserError."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UserError(f"{path}: not a whole gzip file ({error}); copy it again") from error
    except OSError as error:
        raise cannot_read(path, error) from error
    except UnicodeError as error:
        raise UserError(f"{path}: cannot be decoded ({error.reason}); name the file's --encoding") from error  # type: ignore[attr-defined]


def _open_binary(path: Path) -> IO[bytes]:
    """The file's bytes, unzipped when its name ends in .gz."""
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]
