import gzip
from itertools import islice

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.encoded.encoding import encode_corpus
from rnn_textclf.preprocessing.tokens import Tokenizer


def test_imdb_sentences_carry_their_review_s_label():
    texts = unlabelled_texts("imdb")
    rows = list(islice(texts.examples(), 2000))
    assert {row.labels for row in rows} <= {("negative",), ("positive",)}
    assert not any("<br" in row.text or "\n" in row.text for row in rows)
    assert 10 < sum(len(row.text.split()) for row in rows) / len(rows) < 40
    assert len(texts.fingerprint) == 64


@pytest.mark.parametrize("name", ["texts.txt", "texts.txt.gz"])
def test_a_file_has_a_text_a_line(tmp_path, name):
    path = tmp_path / name
    data = "Good. Bad.\n\ncafé\n".encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    texts = unlabelled_texts(path=path)
    assert [row.text for row in texts.examples()] == ["Good.", "Bad.", "café"]
    encoded = encode_corpus(texts, Tokenizer(), 100, tmp_path / "encoded")
    assert (len(encoded), encoded.labels, encoded.words) == (3, (), ["<unk>", "good", "bad", "café"])


def test_other_encodings_are_read_and_told(tmp_path, messages):
    path = tmp_path / "old.txt"
    path.write_bytes("café".encode("cp1252"))
    assert [row.text for row in unlabelled_texts(path=path).examples()] == ["café"]
    assert "Windows-1252" in messages[0]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [(b"", "no text"), (b"\n \n", "no text"), (b"good\nb\0d\n", ":2: NUL byte"), (None, "no such file")],
)
def test_bad_files_are_one_line(tmp_path, data, complaint):
    path = tmp_path / "texts.txt"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UserError, match=complaint) as error:
        list(unlabelled_texts(path=path).examples())
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_and_nothing_at_all_are_refused(tmp_path):
    with pytest.raises(UserError, match="is a folder"):
        unlabelled_texts(path=tmp_path)
    with pytest.raises(UserError, match="--unlabelled"):
        unlabelled_texts()
