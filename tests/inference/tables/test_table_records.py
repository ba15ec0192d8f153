"""Records of a stream: none is held back while the stream pauses."""

import os
from typing import Any

import pytest

from rnn_textclf.inference.tables.table_records import StreamRecords


@pytest.mark.parametrize(
    ("form", "header", "rows"),
    [
        ("csv", b"id,text\n", [b"1,the film\n", b'2,"it, again"\n']),
        ("csv", b"id;text\r\n", [b"1;the film\r\n", b"2;it bores\r\n"]),
        ("tsv", b"id\ttext\n", [b"1\tthe film\n", b'2\tit "bores"\n']),
        ("jsonl", b"", [b'{"text": "the film"}\n', b'{"text": "it bores"}\n']),
    ],
)
def test_each_record_comes_when_its_line_was_written(form: str, header: bytes, rows: list[bytes]) -> None:
    """The reads would wait for ever if more were asked for than is there."""
    end, other = os.pipe()
    with open(end, "rb") as stream, open(other, "wb", 0) as writer:
        records = StreamRecords(stream, None)  # type: ignore[arg-type]
        writer.write(header or rows[0])
        assert records.first_line() == (header or rows[0]).decode().strip()
        first: Any = records.first_record(form)
        assert first[1] == (["id", "text"] if header else {"text": "the film"})
        blocks = records.blocks(form, int(bool(header)))
        for number, row in enumerate(rows):
            if header or number:
                writer.write(row)
            (record,) = next(blocks)
            assert record[0] == number + 1 + bool(header)
        writer.close()
        assert list(blocks) == []


def test_records_that_are_there_together_are_scored_together() -> None:
    end, other = os.pipe()
    with open(end, "rb") as stream, open(other, "wb", 0) as writer:
        records = StreamRecords(stream, None)  # type: ignore[arg-type]
        writer.write(b"id,text\n1,a\n2,b\n3,c\n4,")
        records.first_line()
        assert records.first_record("csv") == (1, ["id", "text"])
        blocks = records.blocks("csv", 1)
        assert next(blocks) == [(2, ["1", "a"]), (3, ["2", "b"]), (4, ["3", "c"])]
        writer.write(b"d\n")
        writer.close()
        assert list(blocks) == [[(5, ["4", "d"])]]
