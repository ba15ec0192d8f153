"""Lines of input to score: of a file, of a pipe as soon as they are there, or typed at a prompt."""

import contextlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from rnn_textclf.config.shards import WHOLE, Shard
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.formats.encodings import check_encoding
from rnn_textclf.preprocessing.corpora.formats.file_blocks import line_blocks
from rnn_textclf.preprocessing.corpora.formats.text_files import find_encoding, read_blocks

MAX_LINE = 1 << 24  # Characters of a line that are kept: far more than any run reads of a text.
PROMPT = "> "
_UNDECODED = re.compile("[\udc00-\udcff]")  # Of multi-byte encodings ASCII bytes too.


def line_chunks(
    name: str,
    encoding: str | None = None,
    shard: Shard = WHOLE,
) -> Iterator[list[str]]:
    """Lists of lines, without their ends.

    A list is a block of a file (see `line_blocks`) or all complete lines of standard input that are there, so that
    none is held back.

    Every line has a result, so that a byte that cannot be decoded is no reason to stop: it is read as Windows-1252.

    Args:
      name: a file, gzipped when its name ends in .gz, or - for standard input.
      encoding: a codec's name; None to find it, see `read_blocks`.
      shard: which part of a file.

    Raises:
      UserError: there is no such encoding, the file cannot be read, or a line has NUL bytes and so is no text.
    """
    if encoding is not None:
        check_encoding(encoding)
    number = 0
    for lines in _blocks(name, encoding, shard):
        texts: list[str] = []
        for line in lines:
            number += 1
            if "\0" in line:
                if texts:
                    yield texts
                raise UserError(f"{shard.named(name)}:{number}: has NUL bytes, so this is not text")
            texts.append(_UNDECODED.sub(_as_windows_1252, line).rstrip("\r"))
        yield texts


def _blocks(name: str, encoding: str | None, shard: Shard) -> Iterator[list[str]]:
    if name == "-":
        return read_blocks(sys.stdin.buffer, encoding, MAX_LINE)
    return line_blocks(Path(name), encoding or find_encoding(Path(name)), shard, MAX_LINE)


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


def _as_windows_1252(undecoded: re.Match[str]) -> str:
    """The character of a byte that `read_blocks` kept as a lone surrogate."""
    return bytes([ord(undecoded[0]) - 0xDC00]).decode("cp1252", errors="replace")
