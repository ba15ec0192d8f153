"""Blocks of files: those of all shards are those of the whole, and all lines are in them."""

import codecs
import gzip
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnn_textclf.config.shards import WHOLE, Shard
from rnn_textclf.preprocessing.corpora.formats import file_blocks
from rnn_textclf.preprocessing.corpora.formats.file_blocks import line_blocks, record_blocks
from rnn_textclf.preprocessing.corpora.formats.text_files import read_lines

SHARDS = st.sampled_from([1, 2, 3, 7, 20])
LINES = st.lists(st.text(st.sampled_from('ab,"\ufeffäé好 \r'), max_size=40), max_size=90)
same_folder = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def blocks_of_shards(path: Path, encoding: str, parts: int) -> list[list[str]]:
    shards = (Shard(number, parts) for number in range(1, parts + 1))
    return list(chain.from_iterable(line_blocks(path, encoding, shard) for shard in shards))


@same_folder
@given(lines=LINES, parts=SHARDS, end=st.sampled_from(["", "\n", "\r\n"]), mark=st.booleans(), zipped=st.booleans())
def test_the_blocks_of_all_shards_are_those_of_the_file(
    lines: list[str], parts: int, end: str, mark: bool, zipped: bool, tmp_path: Path
) -> None:
    content = b"\xef\xbb\xbf" * mark + ("\n".join(lines) + end).encode()
    path = tmp_path / ("in.txt.gz" if zipped else "in.txt")
    path.write_bytes(gzip.compress(content) if zipped else content)
    whole = list(line_blocks(path, "utf-8-sig"))
    assert list(chain.from_iterable(whole)) == [line for _, line in read_lines(path, "utf-8-sig")]
    assert blocks_of_shards(path, "utf-8-sig", parts) == whole


@same_folder
@given(lines=LINES, parts=SHARDS, encoding=st.sampled_from(["utf-16", "utf-16-le", "utf-7", "gb18030", "utf-32"]))
def test_in_encodings_whose_lines_cannot_all_be_sought(
    lines: list[str], parts: int, encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / "in.txt"
    path.write_bytes("\n".join(lines).encode(encoding))
    whole = list(line_blocks(path, encoding))
    assert list(chain.from_iterable(whole)) == [line for _, line in read_lines(path, encoding)]
    assert blocks_of_shards(path, encoding, parts) == whole


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_lines_longer_than_a_block(parts: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_blocks, "_MOST_BYTES", 8)
    lines = ["x" * 50, "", "short", "y" * 17, "z" * 8, "1234567", "end"]
    (tmp_path / "in.txt").write_text("\n".join(lines))
    found = blocks_of_shards(tmp_path / "in.txt", "utf-8", parts)
    assert list(chain.from_iterable(found)) == lines


def test_only_the_shard_is_read(tmp_path: Path) -> None:
    """A file of ten gigabytes that has not been written but for one shard."""
    size, shard = 10 << 30, Shard(5_001, 10_000)
    begin, end = ((place << 20) for place in (shard.of(size >> 20).start, shard.of(size >> 20).stop))
    with (tmp_path / "in.txt").open("wb") as file:
        file.truncate(size)
        file.seek(begin - 1)
        file.write(b"\n" + b"a line\n" * ((end - begin) // 7) + b"\n" * 7)
    found = list(chain.from_iterable(line_blocks(tmp_path / "in.txt", "utf-8", shard)))
    assert found[: (end - begin) // 7] == ["a line"] * ((end - begin) // 7)
    assert len(found) < (end - begin) // 7 + 8


def test_shards_are_of_like_size_and_there_may_be_more_of_them_than_lines(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("a film of some length\n" * 400)
    sizes = [
        len(list(chain.from_iterable(line_blocks(tmp_path / "in.txt", "utf-8", Shard(i, 8))))) for i in range(1, 9)
    ]
    assert sum(sizes) == 400
    assert max(sizes) <= 2 * min(sizes)
    (tmp_path / "in.txt").write_text("one\ntwo\n")
    assert [list(line_blocks(tmp_path / "in.txt", "utf-8", Shard(i, 9))) for i in range(1, 10)].count([]) == 7
    (tmp_path / "in.txt").write_text("")
    assert list(line_blocks(tmp_path / "in.txt", "utf-8", WHOLE)) == []


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "gb18030", "big5", "cp932", "euc_jp", "euc_kr", "shift_jis"])
def test_a_line_feed_is_never_part_of_a_character_that_is_sought(encoding: str) -> None:
    assert file_blocks._BY_LINE.fullmatch(codecs.lookup(encoding).name)
    for lead in range(0x80, 0x100):
        assert "\n" in bytes([lead, 10, 10]).decode(encoding, "replace")
        assert "\n" not in bytes([10, lead]).decode(encoding, "replace")[1:]


def test_records_are_counted_only_for_a_shard(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(b"x" * 128 * 64 * 3)
    reads: list[int] = []

    def records() -> chain[int]:
        reads.append(1)
        return chain(range(10))

    assert list(record_blocks(records, tmp_path / "in.csv", WHOLE)) == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]
    assert len(reads) == 1
    assert list(record_blocks(records, tmp_path / "in.csv", Shard(2, 2))) == [[6, 7, 8], [9]]
    assert len(reads) == 3
