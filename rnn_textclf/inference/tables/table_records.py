"""Records of a table as they are read: those of a file by block, those of a stream as soon as they are there."""

from collections import deque
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from rnn_textclf.config.shards import Shard
from rnn_textclf.preprocessing.corpora.formats.delimited import csv_records, sniff, sniffed_records, tsv_records
from rnn_textclf.preprocessing.corpora.formats.file_blocks import line_blocks, record_blocks
from rnn_textclf.preprocessing.corpora.formats.json_records import (
    NumberedLine,
    goes_over_lines,
    json_records,
    json_records_of_lines,
    line_records,
)
from rnn_textclf.preprocessing.corpora.formats.text_files import read_blocks, read_lines

_LARGEST_BLOCK = 8192  # Records of a stream that are scored together.
_SNIFFED = 1024  # Lines.

# The number of its first line, and its fields, its object, or the reason why it is bad.
NumberedRecord = tuple[int, Any]


class RecordSource(Protocol):
    """Where records come from: first the format is told by a line, then the columns by a record, then all are read.

    Formats are `csv`, `tsv` and `jsonl`.
    """

    def first_line(self) -> str:
        """The first line that is not blank; empty where there is none."""

    def first_record(self, form: str) -> NumberedRecord | None:
        """The first record; None where there is none."""

    def blocks(self, form: str, skipped: int) -> Iterator[list[NumberedRecord]]:
        """All records but so many at the beginning of the source, those together that are scored together."""


class FileRecords:
    """Record source over a shard of a file; the first line and record are those of the whole.

    Args:
      path: the file, gzipped when its name ends in .gz.
      encoding: a codec's name.
      shard: which part.
    """

    def __init__(self, path: Path, encoding: str, shard: Shard) -> None:
        self._path, self._encoding, self._shard = path, encoding, shard

    def first_line(self) -> str:
        """See `RecordSource`."""
        return next((line for _, line in self._lines() if line.strip()), "")

    def first_record(self, form: str) -> NumberedRecord | None:
        """See `RecordSource`."""
        return next(self._records(form), None)

    def blocks(self, form: str, skipped: int) -> Iterator[list[NumberedRecord]]:
        """See `RecordSource`; of JSON with an object a line, only the shard is read."""
        if form == "jsonl" and not goes_over_lines(self.first_line()):
            return self._blocks_of_lines()
        return record_blocks(lambda: islice(self._records(form), skipped, None), self._path, self._shard)

    def _lines(self) -> Iterator[NumberedLine]:
        return read_lines(self._path, self._encoding)

    def _records(self, form: str) -> Iterator[NumberedRecord]:
        if form == "jsonl":
            return json_records(self._path, self._encoding)
        return (sniffed_records if form == "csv" else tsv_records)(self._lines())

    def _blocks_of_lines(self) -> Iterator[list[NumberedRecord]]:
        number = 1
        for lines in line_blocks(self._path, self._encoding, self._shard):
            yield list(line_records(enumerate(lines, start=number)))
            number += len(lines)


class StreamRecords:
    """Record source over a stream, which is read once and never further than is needed.

    Args:
      stream: gzipped when its first bytes say so; left open.
      encoding: a codec's name; None to read each line as UTF-8, else as Windows-1252.
    """

    def __init__(self, stream: BinaryIO, encoding: str | None) -> None:
        self._read = read_blocks(stream, encoding)
        self._there: deque[NumberedLine] = deque()  # Lines that were read, but not taken.
        self._lines = self._numbered()
        self._records: Iterator[NumberedRecord] = iter(())

    def first_line(self) -> str:
        """See `RecordSource`."""
        head: list[NumberedLine] = []
        while (numbered := next(self._lines, None)) is not None:
            head.append(numbered)
            if numbered[1].strip():
                break
        self._there.extendleft(reversed(head))
        return head[-1][1] if head else ""

    def first_record(self, form: str) -> NumberedRecord | None:
        """See `RecordSource`; the lines that are there tell how a CSV table is written."""
        if form == "csv":
            dialect = sniff([line for _, line in islice(self._there, _SNIFFED)])
            self._records = csv_records(self._lines, dialect)
        else:
            self._records = tsv_records(self._lines) if form == "tsv" else json_records_of_lines("-", self._lines)
        first = next(self._records, None)
        self._records = chain([] if first is None else [first], self._records)
        return first

    def blocks(self, form: str, skipped: int) -> Iterator[list[NumberedRecord]]:
        """See `RecordSource`; a block ends where the next line is not there yet."""
        block = []
        for record in islice(self._records, skipped, None):
            block.append(record)
            if len(block) == _LARGEST_BLOCK or self._would_wait():
                yield block
                block = []
        if block:
            yield block

    def _numbered(self) -> Iterator[NumberedLine]:
        number = 0
        for lines in self._read:
            self._there.extend(enumerate(lines, start=number + 1))
            number += len(lines)
            while self._there:
                yield self._there.popleft()

    def _would_wait(self) -> bool:
        return not self._there
