import gzip
import io
import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.formats.text_files import invalid_reason, mend_html, read_lines


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_a_file_and_a_stream_give_the_same_lines(tmp_path, zipped, encoding):
    data = "一 one\r\n\n最后 last".encode(encoding)
    path = tmp_path / ("a.txt.gz" if zipped else "a.txt")
    path.write_bytes(gzip.compress(data) if zipped else data)
    expected = [(1, "一 one"), (2, ""), (3, "最后 last")]
    assert list(read_lines(path, encoding)) == expected
    with path.open("rb") as stream:
        assert list(read_lines(stream, encoding)) == expected
        assert not stream.closed
    if encoding != "gb18030":
        with path.open("rb") as stream:
            assert list(read_lines(stream)) == expected


def test_lines_of_a_stream_in_two_encodings():
    stream = io.BufferedReader(io.BytesIO("\ufeffcafé\n".encode() + b"caf\xe9\nplain"))
    assert list(read_lines(stream)) == [(1, "café"), (2, "café"), (3, "plain")]


def test_a_line_is_given_before_the_next_one_is_written():
    reading, writing = os.pipe()
    with open(reading, "rb") as stream, open(writing, "wb", buffering=0) as pipe:
        lines = read_lines(stream)
        for number in range(1, 4):
            pipe.write(b"line\n")
            assert next(lines) == (number, "line")
        lines.close()


@given(st.lists(st.text(st.sampled_from("aé一"), max_size=9), max_size=6), st.integers(1, 6))
def test_long_lines_are_cut(lines, longest):
    stream = io.BytesIO("".join(f"{line}\n" for line in lines).encode())
    assert [line for _, line in read_lines(stream, "utf-8", longest)] == [line[:longest] for line in lines]


def test_cut_lines_are_counted(tmp_path, messages):
    path = tmp_path / "a.txt"
    path.write_text("abcdef\nabc\r\nabcd\nabcde")
    assert [line for _, line in read_lines(path, "utf-8", 4)] == ["abcd", "abc", "abcd", "abcd"]
    assert messages == [f"{path}: 2 lines are longer than 4 characters; the rest is not read"]


def test_a_line_without_an_end_takes_bounded_memory():
    with open("/dev/zero", "rb") as stream:
        number, line = next(read_lines(stream, "utf-8", 1000))
    assert (number, line) == (1, "\0" * 1000)
    assert "NUL" in invalid_reason(line)


def test_bad_bytes_are_found_in_their_lines(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("好\n".encode("gb18030") + b"\x81 x\n" + b"ok\n")
    reasons = [invalid_reason(line) for _, line in read_lines(path, "gb18030")]
    assert reasons[0] is reasons[2] is None
    assert "byte 0x81 cannot be decoded" in reasons[1]


def test_pipes_and_folders_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(UserError, match="name a regular file"):
            list(read_lines(tmp_path / name, "utf-8"))
    assert threading.active_count() >= 1


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("good.<br /><br/>Bad<BR>x", "good.\n\nBad\nx"),
        ("a &amp; b &lt;3 &#39;x&#x27; caf&eacute;&nbsp;!", "a & b <3 'x' café\xa0!"),
        ("&amp;quot;hi&amp;quot;", '"hi"'),
        ("AT&T; R&D &unknown; &copy 1 <b> x<br", "AT&T; R&D &unknown; &copy 1 <b> x<br"),
    ],
)
def test_html_is_no_words(text, mended):
    assert mend_html(text) == mended
