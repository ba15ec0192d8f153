"""Blocks of a file: consecutive lines or records that are always processed together, and those of a shard.

Where blocks begin depends on the file alone. What is computed of a block is then equal to the last bit, whichever
process does it: products of matrices round differently with another number of rows.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

from rnn_textclf.config.shards import WHOLE, Shard
from rnn_textclf.preprocessing.corpora.formats.text_files import (
    LONGEST_LINE,
    open_binary,
    read_blocks,
    read_lines,
    reading_errors,
)

_Record = TypeVar("_Record")

_MOST_BYTES = 1 << 20
_MOST_RECORDS = 1 << 13
_FEWEST_BLOCKS = 64  # Of a file that has as many lines, so that shards are of like size.
_BYTES_A_RECORD = 128  # About.
# Encodings whose byte 0x0A is a line feed wherever it stands, and that can be decoded from any line on.
_BY_LINE = re.compile(r"ascii|utf-8(-sig)?|iso8859.*|cp125\d|koi8.*|gb\w+|big5.*|cp93[26]|cp9[45]\d|shift_jis.*|euc_.*")


def line_blocks(
    path: Path,
    encoding: str,
    shard: Shard = WHOLE,
    longest: int = LONGEST_LINE,
) -> Iterator[list[str]]:
    """The lines of a shard of a file, by block; without their ends.

    Only the shard is read of a file that is not gzipped, in a usual encoding; others are read twice, up to its end.

    Args and errors are those of `read_blocks`.
    """
    if path.suffix.lower() != ".gz" and _BY_LINE.fullmatch(codecs.lookup(encoding).name):
        yield from _sought_lines(path, encoding, shard, longest)
    else:
        yield from record_blocks(lambda: (line for _, line in read_lines(path, encoding, longest)), path, shard)


def record_blocks(records: Callable[[], Iterator[_Record]], path: Path, shard: Shard) -> Iterator[list[_Record]]:
    """The records of a shard of a file, by block.

    Args:
      records: reads them from the first on; called twice unless the shard is the whole.
      path: the file.
      shard: which of them.
    """
    with reading_errors(path):
        size = min(_MOST_RECORDS, max(1, path.stat().st_size // (_FEWEST_BLOCKS * _BYTES_A_RECORD)))
    chosen = records()
    if not shard.is_whole:
        blocks = shard.of(-(-sum(1 for _ in records()) // size))
        chosen = islice(chosen, blocks.start * size, blocks.stop * size)
    while block := list(islice(chosen, size)):
        yield block


def _sought_lines(path: Path, encoding: str, shard: Shard, longest: int) -> Iterator[list[str]]:
    with reading_errors(path), open_binary(path) as file:
        bytes_a_block = min(_MOST_BYTES, max(1, path.stat().st_size // _FEWEST_BLOCKS))
        blocks = shard.of(-(-path.stat().st_size // bytes_a_block))
        if blocks.start and codecs.lookup(encoding).name == "utf-8-sig":
            encoding = "utf-8"  # A byte-order mark is one at the beginning of the file alone.
        stream: Any = _BlockStream(file, shard.named(str(path)), blocks, bytes_a_block)
        yield from read_blocks(stream, encoding, longest)


class _BlockStream:
    """Some blocks of a file as a stream, each read by one call: the lines that begin between two multiples of a size.

    Args:
      file: open for reading bytes.
      name: the file's, for messages.
      blocks: which.
      size: bytes from the first that a block may begin with to that of the next, >= 1.
    """

    def __init__(self, file: IO[bytes], name: str, blocks: range, size: int) -> None:
        self._file, self.name, self._size = file, name, size
        self._block, self._stop = blocks.start, blocks.stop
        self._at, self._is_in_line = blocks.start * size, False
        if blocks and self._at:
            self._at -= 1
            file.seek(self._at)
            self._rest_of_line()

    def read1(self, _: int = -1) -> bytes:
        """The next block with the end of its last line, or more of a line that is too long for one call."""
        if self._is_in_line:
            return self._took(self._file.readline(_MOST_BYTES))
        self._block = max(self._block, self._at // self._size)
        if self._block >= self._stop:
            return b""
        self._block += 1
        data = self._file.read(self._block * self._size - self._at)
        return self._took(data if data.endswith(b"\n") else data + self._file.readline(_MOST_BYTES))

    def _rest_of_line(self) -> None:
        while self._took(self._file.readline(_MOST_BYTES)) and self._is_in_line:
            pass

    def _took(self, data: bytes) -> bytes:
        self._at += len(data)
        self._is_in_line = bool(data) and not data.endswith(b"\n")
        return data
