import gzip
import json
import os

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.files import open_corpus

PLAIN = [("fine film", "pos"), ("dull, dull", "neg"), ("so so", "a/b")]


@pytest.fixture
def write(tmp_path):
    def write(name, data):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
        return path

    return write


def rows(path, **options):
    return [(row.text, *row.labels) for row in open_corpus(path, **options).examples()]


TSV = "".join(f"{label}\t{text}\n" for text, label in PLAIN)
CSV = 'text,label\r\nfine film,pos\r\n"dull, dull",neg\r\nso so,a/b\r\n'
JSONL = "".join(json.dumps({"review": text, "class": label, "x": 1}) + "\n" for text, label in PLAIN)
FASTTEXT = "".join(f"__label__{label} {text}\n" for text, label in PLAIN)


@pytest.mark.parametrize(
    ("name", "data", "options"),
    [
        ("a.tsv", TSV, {}),
        ("a.tsv", "Label\tSentence\n" + TSV, {}),
        ("a.tsv", TSV, {"text_field": "2", "label_field": "1"}),
        (
            "a.tsv",
            "id\tx\ty\n" + "".join(f"1\t{t}\t{n}\n" for t, n in PLAIN),
            {"text_field": "x", "label_field": "y"},
        ),
        ("a.csv", CSV, {}),
        ("a.csv", "\ufeff" + CSV, {}),
        ("a.txt", CSV, {"file_format": "csv"}),
        ("a.jsonl", JSONL, {}),
        ("a.jsonl", JSONL, {"text_field": "review", "label_field": "class"}),
        ("a.txt", FASTTEXT, {}),
        ("a.txt", TSV, {}),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_each_format(write, name, data, options, zipped):
    data = data.encode("utf-8")
    path = write(name + ".gz", gzip.compress(data)) if zipped else write(name, data)
    assert rows(path, **options) == PLAIN
    corpus = open_corpus(path, **options)
    assert list(corpus.examples()) == list(corpus.examples())


def test_folders(write, tmp_path):
    write("files/pos.txt", "good\n\nfine\n")
    write("files/neg.txt", "bad")
    assert rows(tmp_path / "files") == [("bad", "neg"), ("good", "pos"), ("fine", "pos")]
    write("folders/pos/1.txt", "good\nand more")
    write("folders/neg/2.txt", b"caf\xe9")
    write("folders/.hidden/3.txt", "x")
    write("folders/README", "x")
    assert rows(tmp_path / "folders") == [("café", "neg"), ("good\nand more", "pos")]
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no files"):
        open_corpus(tmp_path / "empty")
    with pytest.raises(UserError, match="'pos' is not a class"):
        open_corpus(tmp_path / "files", labels=("neg",))


def test_several_labels_for_a_text(write):
    assert rows(write("a.tsv", "some text\tb|a| b\n"), label_separator="|") == [("some text", "b", "a")]
    path = write("a.jsonl", '{"text": "t", "labels": ["a", "b"]}\n{"text": "u", "labels": 1}\n')
    assert rows(path) == [("t", "a", "b"), ("u", "1")]
    assert rows(write("a.txt", "__label__a x __label__b y\n")) == [("x y", "a", "b")]


def test_text_without_labels(write):
    assert rows(write("a.txt", "one\n\ntwo\n"), file_format="text") == [("one",), ("two",)]


@pytest.mark.parametrize(
    ("data", "encoding", "said"),
    [
        ("a café\tx\n".encode(), None, ""),
        ("a café\tx\n".encode("utf-8-sig"), None, ""),
        ("\nok\tx\na café…\tx\n".encode("cp1252"), None, ":3: not UTF-8"),
        ("a café\tx\n".encode("utf-16"), None, "UTF-16"),
        ("a café\tx\n".encode("utf-16-le"), "utf-16-le", ""),
        ("a café\tx\n".encode("latin-1"), "latin-1", ""),
    ],
)
def test_encodings(write, data, encoding, said, messages):
    found = rows(write("a.tsv", data), encoding=encoding)
    assert found[-1][0].startswith("a café")
    told = [message for message in messages if not message.startswith("Text: ")]
    assert said in "".join(told)
    assert len(told) == bool(said)


@pytest.mark.parametrize(
    ("name", "data", "line", "reason"),
    [
        ("a.tsv", "good\tp\nragged\nbad\tn\n", 2, "expected 2 fields, found 1"),
        ("a.tsv", "good\tp\nsome\t \nbad\tn\n", 2, "empty label"),
        ("a.tsv", b"good\tp\nno \x81\tp\n\xe9\tn\n", 2, "byte 0x81 cannot be decoded"),
        ("a.tsv", "good\tp\nno\0no\tp\nbad\tn\n", 2, "NUL"),
        ("a.csv", 'text,label\ngood,p\n"open,p\nbad,n\n', 3, "never closed"),
        ("a.csv", 'text,label\ngood,"p\nq"\nbad,n\n', 2, "line break"),
        ("a.csv", 'text,label\n"go"od,p\nbad,n\n', 2, "not CSV"),
        (
            "a.jsonl",
            '{"text": "a", "label": "p"}\n{"text": "b"}\n',
            2,
            "no field 'label'; the fields are text",
        ),
        ("a.jsonl", '{"text": "a", "label": "p"}\n{"text": null, "label": "p"}\n', 2, "not a string"),
        ("a.jsonl", '{"text": "a", "label": "p"}\nnonsense\n', 2, "not JSON"),
        ("a.jsonl", '{"text": "a", "label": "p"}\n[]\n', 2, "not a JSON object"),
        ("a.jsonl", '{"text": "a", "label": "p"}\n{"text": "a", "label": "p\\nq"}\n', 2, "line break"),
        ("a.txt", "__label__a x\ny\n", 2, "no __label__"),
    ],
)
def test_bad_rows_are_told_by_line_and_skipped_only_when_asked(write, name, data, line, reason, messages):
    path = write(name, data)
    with pytest.raises(UserError) as error:
        rows(path)
    assert str(error.value).startswith(f"{path}:{line}: ")
    assert reason in str(error.value)
    assert "--skip_bad_rows" in str(error.value)
    assert "\n" not in str(error.value)
    assert rows(path, skip_bad_rows=True)
    assert any(f"{path}:{line}: " in told and reason in told for told in messages)


def test_the_first_ten_bad_rows_and_then_a_count(write, messages):
    path = write("a.tsv", "some text\tp\n" + "bad\n" * 1500 + "other text\tq\n")
    assert len(rows(path, skip_bad_rows=True)) == 2
    assert len(messages) == 12
    assert messages[-1].endswith("1,500")
    with pytest.raises(UserError, match=r"bad records: 1,500, line 2, 3, .*, 11, \.\.\."):
        rows(path)


@pytest.mark.parametrize(
    ("name", "data", "options", "message"),
    [
        ("a.csv", CSV, {"text_field": "txt"}, r"a\.csv:1: no field 'txt'; the fields are text, label"),
        ("a.csv", CSV, {"text_field": "3"}, "no field '3'"),
        ("a.csv", CSV, {"text_field": "1", "label_field": "1"}, "which field"),
        ("a.tsv", "a\tb\tc\n", {}, "which field is the text"),
        (
            "a.jsonl",
            JSONL,
            {"label_field": "y"},
            r"a\.jsonl:1: no field 'y'; the fields are review, class, x",
        ),
        ("a.jsonl", '{"a": 1}\n', {}, "--text_field"),
        ("a.tsv", "", {}, "no examples"),
        ("a.csv", "text,label\n", {}, "no examples"),
        ("a.xyz", "abc", {}, "--file_format"),
        ("a.tsv", TSV, {"file_format": "xml"}, "unknown format 'xml'"),
        ("a.tsv", TSV, {"file_format": "folder"}, "not a folder"),
        ("a.tsv", TSV, {"encoding": "klingon"}, "unknown encoding"),
        ("a.tsv", TSV, {"encoding": "base64"}, "unknown encoding"),
        ("a.tsv", TSV, {"labels": ("pos", "neg")}, "'a/b' is not a class"),
        ("a.tsv.gz", gzip.compress(TSV.encode(), mtime=0)[:-9], {}, "not a whole gzip file"),
        ("a.tsv.gz", b"no gzip", {}, "not a whole gzip file"),
    ],
)
def test_files_that_cannot_be_used(write, name, data, options, message):
    with pytest.raises(UserError, match=message) as error:
        rows(write(name, data), **options)
    assert "\n" not in str(error.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(UserError, match="no such file"):
        open_corpus(tmp_path / "a.tsv")


def test_fields_of_tsv_lose_their_quotation_marks(write):
    assert rows(write("a.tsv", 'p\t"say ""hi"" now"\n"n"\tsay "no" more\n')) == [
        ('say "hi" now', "p"),
        ('say "no" more', "n"),
    ]


def test_the_fingerprint_is_the_sum_of_the_bytes(write):
    import hashlib

    assert open_corpus(write("a.tsv", TSV)).fingerprint == hashlib.sha256(TSV.encode()).hexdigest()


@pytest.mark.parametrize(
    ("name", "data", "options", "expected", "told"),
    [
        (
            "a.csv",
            "\ufeffsep=;\r\nbody;label\r\na, b;p\r\n",
            {},
            [("a, b", "p")],
            "Text: body; label: label (by the header's names)",
        ),
        (
            "a.csv",
            "id;Text;Label\n1;x, y;p\n2;z;q\n",
            {},
            [("x, y", "p"), ("z", "q")],
            "Text: Text; label: Label (by the header's names)",
        ),
        (
            "a.csv",
            'text,label\n"say \\"hi\\", you",p\n"x",\\N\n"y",q\n',
            {"skip_bad_rows": True},
            [('say "hi", you', "p"), ("y", "q")],
            "(by the header's names)",
        ),
        (
            "a.csv",
            "title,body,label\nA,one,p\n,two,q\n",
            {"text_field": "title,body"},
            [("A one", "p"), ("two", "q")],
            "Text: title, body; label: label (by the header's names and --text_field)",
        ),
        (
            "a.tsv",
            "a fine film\tp\na dull one\tq\n",
            {},
            [("a fine film", "p"), ("a dull one", "q")],
            "Text: column 1; label: column 2 (by their length: there is no header)",
        ),
        (
            "a.tsv",
            'text\tlabel\n"one\ntwo"\tp\nthree\tq\n',
            {},
            [("one\ntwo", "p"), ("three", "q")],
            "Text: text; label: label (by the header's names)",
        ),
        (
            "a.json",
            json.dumps([{"data": {"text": "x"}, "annotations": [{"label": "p"}]}] * 2, indent=2),
            {"text_field": "data.text", "label_field": "annotations.0.label"},
            [("x", "p")] * 2,
            "Text: data.text; label: annotations.0.label (by --text_field and --label_field)",
        ),
        ("a.json", '[{"text": ["a", "b"], "label": 1.0}]', {}, [("a b", "1.0")], "(by the fields' names)"),
        (
            "a.jsonl",
            '{"title": "A", "body": null, "label": "p"}\n',
            {"text_field": "title,body"},
            [("A", "p")],
            "Text: title, body; label: label (by the fields' names and --text_field)",
        ),
    ],
)
def test_files_as_other_programs_write_them(write, name, data, options, expected, told, messages):
    path = write(name, data)
    assert rows(path, **options) == expected
    assert sum(told in message for message in messages) == 1


TOXIC = "id,comment,toxic,obscene\n1,you fool,1,0\n2,thanks,0,0\n3,worse,1.0,true\n"


def test_a_column_for_each_label(write):
    path = write("a.csv", TOXIC)
    options = {"label_field": "toxic,obscene", "label_separator": "|"}
    assert rows(path, **options) == [("you fool", "toxic"), ("thanks",), ("worse", "toxic", "obscene")]
    with pytest.raises(UserError, match="--loss=sigmoid"):
        rows(path, label_field="toxic,obscene")
    with pytest.raises(UserError, match=":2: column 'toxic' holds '-1'; expected 0 or 1"):
        rows(write("b.csv", TOXIC.replace(",1,0", ",-1,0")), **options)
    records = [{"comment": "x", "toxic": True, "obscene": 0}, {"comment": "y", "toxic": 0, "obscene": 1.0}]
    assert rows(write("c.json", json.dumps(records)), **options) == [("x", "toxic"), ("y", "obscene")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", "__label__a x\ny z\n"),
        ("a.jsonl", '{"text": "x", "labels": ["a"]}\n{"text": "y z", "labels": []}\n'),
        ("a.jsonl", '{"text": "x", "labels": "a"}\n{"text": "y z", "labels": null}\n'),
        ("a.csv", "text,label\nx,a\ny z,\n"),
    ],
)
def test_texts_without_a_label_where_texts_have_any_number(write, name, data):
    path = write(name, data)
    assert rows(path, label_separator="|") == [("x", "a"), ("y z",)]
    with pytest.raises(UserError, match=r":[23]: (empty label|no __label__)"):
        rows(path)
    with pytest.raises(UserError, match="no example has a label"):
        rows(write("none.txt", "one\n"), file_format="fasttext", label_separator="|")


def test_labels_that_look_alike_are_one_class_or_a_bad_record(write):
    data = "text,label\na,caf\u00e9\nb,cafe\u0301\nc,caf\u00e9\u200b\ntext,label\nd,NaN\ne,x\n"
    assert rows(write("a.csv", data), skip_bad_rows=True) == [("a", "café"), ("b", "café"), ("c", "café"), ("e", "x")]
    with pytest.raises(UserError, match=":5: the header again"):
        rows(write("b.csv", data))


def test_a_number_is_a_class_of_the_run_however_it_is_spelled(write):
    path = write("a.csv", "text,label\na,1\nb,0.0\n")
    assert rows(path, labels=("0", "1.0")) == [("a", "1.0"), ("b", "0")]


def test_nan_among_texts_is_a_bad_record(write):
    path = write("a.jsonl", '{"text": "a", "label": "p"}\n{"text": NaN, "label": "p"}\n{"text": "b", "label": NaN}\n')
    assert rows(path, skip_bad_rows=True) == [("a", "p")]


def test_a_utf_8_file_with_a_bad_byte_stays_utf_8(write, messages):
    data = "".join(f"schön {number}\tgut\n" for number in range(5)).encode() + b"sehr \x96 x\tschlecht\n"
    found = rows(write("a.tsv", data), skip_bad_rows=True)
    assert found == [(f"schön {number}", "gut") for number in range(5)]
    assert any(":6: byte 0x96 cannot be decoded" in message for message in messages)
    assert not any("UTF-8" in message for message in messages)


def test_pipes_and_empty_paths_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(UserError, match=r"is a pipe or a device; name a regular file"):
        open_corpus(tmp_path / "pipe.csv")
    with pytest.raises(UserError, match="empty path"):
        open_corpus("")


def test_html_is_no_words(write):
    assert rows(write("a.tsv", "It&#39;s good.<br />Really\tp\n")) == [("It's good.\nReally", "p")]


def test_half_of_an_escaped_character_is_replaced(write):
    cut = (
        r'{"text": "a cut emoji \ud83d", "label": "pos"}'
        + "\n"
        + r'{"text": ["\ude00", "\ud83d\ude00"], "label": "neg"}'
    )
    expected = [("a cut emoji \ufffd", "pos"), ("\ufffd \U0001f600", "neg")]
    assert rows(write("a.jsonl", cut)) == rows(write("b.json", f"[{cut.replace(chr(10), ',')}]")) == expected
