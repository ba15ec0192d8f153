"""Objects of JSON files against `json.loads` of the whole."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.formats import text_files
from rnn_textclf.preprocessing.corpora.formats.json_records import field_names, field_value, json_records

VALUES = st.dictionaries(st.text(max_size=3), st.text(max_size=9) | st.integers() | st.none(), max_size=3)


@settings(max_examples=60)
@given(st.lists(VALUES, max_size=8), st.sampled_from([None, 1]), st.integers(1, 40))
def test_an_array_in_any_layout_and_pieces_of_any_size(tmp_path_factory, records, indent, chunk):
    path = tmp_path_factory.getbasetemp() / "array.json"
    text = "\n" + json.dumps(records, indent=indent)
    path.write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_files, "_CHUNK", chunk)
        found = list(json_records(path, "utf-8"))
    assert [record for _, record in found] == records
    lines = text.split("\n")
    assert all("{" in lines[number - 1] for number, _ in found)


def test_objects_over_several_lines(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{\n "text": "a"\n}\n{\n "text": "b"\n}\n')
    assert list(json_records(path, "utf-8")) == [(1, {"text": "a"}), (4, {"text": "b"})]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1},\n{"a": oops}]', ":2: not JSON"),
        ('[\n{"a": 1},\n', ":3: the array is never closed"),
        ('[{"a": 1}]\n[{"a": 1}]', ":2: text after the end"),
        ("[" * 100_000, ":1: not JSON"),
    ],
)
def test_an_array_that_is_not_well_formed(tmp_path, text, message):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(UserError, match=message):
        list(json_records(path, "utf-8"))


def test_elements_that_are_no_objects_are_bad_records(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('[{"a": 1}, 12345, [2], "x", {"a": 2}]')
    assert [isinstance(record, dict) for _, record in json_records(path, "utf-8")] == [True, False, False, False, True]


def test_nested_fields():
    record = {"data": {"text": "a", "x.y": 1}, "annotations": [{"label": "p"}, {"label": "q"}], "a.b": 2}
    assert field_value(record, "data.text") == "a"
    assert field_value(record, "annotations.1.label") == "q"
    assert field_value(record, "a.b") == 2
    for missing in ("data.z", "annotations.2.label", "data.text.0", "annotations.x"):
        with pytest.raises(KeyError):
            field_value(record, missing)
    assert list(field_names(record)) == [
        "data",
        "data.text",
        "data.x.y",
        "annotations",
        "annotations.0",
        "annotations.0.label",
        "a.b",
    ]
