"""Records of delimited files against Python's own csv module reading the whole."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.preprocessing.corpora.formats import delimited
from rnn_textclf.preprocessing.corpora.formats.delimited import Dialect, csv_records, sniff, tsv_records

CELL = st.text(st.sampled_from('ab",;\\\n é'), max_size=8)
MAIL = "\n".join(f'On day {number}, he wrote: ""yes, {number}""' for number in range(1500))


def numbered(text):
    return list(enumerate(text.removesuffix("\n").split("\n"), start=1)) if text else []


@given(st.lists(st.lists(CELL, min_size=2, max_size=3), max_size=8), st.sampled_from(",;\t"), st.booleans())
def test_csv_records_and_their_lines_equal_those_of_a_whole_read(records, delimiter, backslash):
    buffer = io.StringIO()
    style = {"doublequote": False, "escapechar": "\\"} if backslash else {}
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL, **style).writerows(records)
    starts, next_line = [], 1
    for record in records:
        starts.append(next_line)
        next_line += 1 + sum(cell.count("\n") for cell in record)
    found = list(csv_records(numbered(buffer.getvalue()), Dialect(delimiter, backslash)))
    assert found == list(zip(starts, records, strict=True))


def test_a_quoted_field_may_have_any_number_of_lines():
    text = f'text,label\n"{MAIL}",ham\nshort,spam\n'
    found = list(csv_records(numbered(text)))
    assert found == [(1, ["text", "label"]), (2, [MAIL.replace('""', '"'), "ham"]), (1502, ["short", "spam"])]


@pytest.mark.parametrize(
    ("text", "reason", "rest"),
    [
        ('a,"open\n' + "2,x\n" * 2000, "opened and never closed, up to line 2,001", []),
        ('a,"open\n2,x\n3,"y" z\n4,w\n', "not CSV up to line 3", [(4, ["4", "w"])]),
        ('"a"b,1\n2,x\n', "not CSV (", [(2, ["2", "x"])]),
    ],
)
def test_the_inside_of_a_quotation_is_never_read_as_records(text, reason, rest):
    (line, found), *others = csv_records(numbered(text))
    assert line == 1
    assert reason in found
    assert others == rest


def test_a_quotation_longer_than_the_bound_ends_the_reading(monkeypatch):
    monkeypatch.setattr(delimited, "_LONGEST_RECORD", 1000)
    lines = ((number, '"open' if number == 1 else f"{number},x") for number in range(1, 10**9))
    ((line, reason),) = csv_records(lines)
    assert line == 1
    assert "nothing after it is read" in reason


SEMICOLONS = ["Text;Label", "gut, aber teuer;pos", "schlecht, laut, teuer;neg"]


@pytest.mark.parametrize(
    ("head", "dialect"),
    [
        (["text,label", "a,b"], Dialect()),
        (SEMICOLONS, Dialect(";")),
        (["sep=;", *SEMICOLONS], Dialect(";", separator_line=True)),
        (["SEP=,", "text,label", "a;b;c,d"], Dialect(",", separator_line=True)),
        (["text\tlabel", "a, b, c\td"], Dialect("\t")),
        (["text|label", "a, b|d"], Dialect("|")),
        (["text,label", "a; b; c,d", "ragged", "x,y"], Dialect()),
        (["text,label", r'"he said \"hi, you\"",p', "a,b"], Dialect(backslash=True)),
        (["text,label", r'"C:\",p', "a,b"], Dialect()),
        (["no fields", "at all"], Dialect()),
        ([], Dialect()),
    ],
)
def test_the_dialect_is_told_by_the_head(head, dialect):
    assert sniff(head) == dialect


def test_backslashes_as_spark_and_mysql_write_them():
    lines = numbered('"he said \\"hi\\", \\\\o/",p\n\\N,p\n"a ""b""",\\N\n')
    expected = [(1, ['he said "hi", \\o/', "p"]), (2, ["\\N", "p"]), (3, ['a "b"', "\\N"])]
    assert list(csv_records(lines, Dialect(backslash=True))) == expected


TSV_CELL = st.text(st.sampled_from('ab" \n\té'), max_size=6)


@given(st.lists(st.tuples(TSV_CELL, TSV_CELL, st.sampled_from("pq")), max_size=6))
def test_tsv_as_pandas_writes_it_is_read_back(records):
    records = [(first.replace("\t", " "), second.replace("\t", " "), last) for first, second, last in records]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter="\t", lineterminator="\n").writerows([("a", "b", "c"), *records])
    found = [record for _, record in tsv_records(numbered(buffer.getvalue()))]
    assert found == [["a", "b", "c"], *map(list, records)]


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ('p\t"open\nn\tfine\n', [(1, ["p", '"open']), (2, ["n", "fine"])]),
        ('p\t5" long\nn\t6" long\n', [(1, ["p", '5" long']), (2, ["n", '6" long'])]),
        ('p\t"a ""b"" c"\n', [(1, ["p", 'a "b" c'])]),
        ('p\t"say "no" more\n', [(1, ["p", '"say "no" more'])]),
        ('p\t"one\n\ntwo"\nn\tx\n', [(1, ["p", "one\n\ntwo"]), (4, ["n", "x"])]),
        ('a\tb\n"open\nn\tfine\n', [(1, ["a", "b"]), (2, ['"open']), (3, ["n", "fine"])]),
    ],
)
def test_quotation_marks_in_tsv(text, records):
    assert list(tsv_records(numbered(text))) == records
