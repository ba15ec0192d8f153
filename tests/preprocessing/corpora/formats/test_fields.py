from pathlib import Path

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.formats.fields import FieldSpec, choose_columns, choose_keys

PATH = Path("a.csv")


@pytest.mark.parametrize(
    ("head", "spec", "text", "label", "header"),
    [
        ([["Label", "Review"]], FieldSpec(), (1,), (0,), True),
        ([["id", "text", "class"]], FieldSpec(), (1,), (2,), True),
        ([["pos", "a long text"], ["neg", "another"]], FieldSpec(), (1,), (0,), False),
        ([["a", "b", "c"]], FieldSpec("3", "1"), (2,), (0,), False),
        ([["a", "b", "c"]], FieldSpec("c", "1"), (2,), (0,), True),
        ([["a", "b", "x,y"]], FieldSpec("x,y", "a"), (2,), (0,), True),
        ([["a", "b", "c", "d"]], FieldSpec("b, c", "d"), (1, 2), (3,), True),
        ([["text", "p", "q"]], FieldSpec(None, "p,q", "|"), (0,), (1, 2), True),
        ([["text", "grade"]], FieldSpec(), (0,), (1,), True),
    ],
)
def test_columns(head, spec, text, label, header):
    found = choose_columns(head, spec, PATH)
    assert (found.text, found.label, found.header) == (text, label, header)


@pytest.mark.parametrize(
    ("names", "spec", "message"),
    [
        (["a", "b", "c"], FieldSpec(), "which field is the text"),
        (["text", "b"], FieldSpec("text", "text"), "which field is the text"),
        (["text", "b"], FieldSpec("x"), "no field 'x'; the fields are text, b"),
        (["text", "p", "q"], FieldSpec(None, "p,q"), "--loss=sigmoid"),
    ],
)
def test_columns_that_cannot_be_told(names, spec, message):
    with pytest.raises(UserError, match=message):
        choose_columns([names], spec, PATH)
    with pytest.raises(UserError):
        choose_keys(names, spec, "a.json:1")


def test_keys():
    assert choose_keys(["id", "Text", "label"], FieldSpec(), "a")[:2] == (("Text",), ("label",))
    assert choose_keys(["data", "data.text", "label"], FieldSpec("data.text"), "a")[:2] == (("data.text",), ("label",))
    with pytest.raises(UserError, match="which field is meant by --text_field"):
        choose_keys(["data", "data.text", "label"], FieldSpec(), "a")
