"""Scoring of tables: what pandas reads of the result is the table with what `Predictor` says of its texts."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from absl import flags

from rnn_textclf.command_line.preflight import check_inference
from rnn_textclf.errors import UserError
from rnn_textclf.flags import inference_command_line, inference_job
from rnn_textclf.inference import commands
from rnn_textclf.inference.commands import infer
from rnn_textclf.inference.predictor import Predictor

TEXTS = ["the film is wonderful .", 'it "bores" , again', "", "its plot\nlost my patience", "caf\u00e9 \u2603"]
TABLE = pd.DataFrame({"id": ["007", "1", "2", "3", "x"], "body": TEXTS, "label": list("abcde")})


@pytest.fixture(autouse=True)
def loaded_once(predictor: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands.Predictor, "load", lambda *_, **__: predictor)


@pytest.fixture
def start(scored_run: Any) -> Any:
    def infer_with(*arguments: str) -> None:
        line = inference_command_line(flags.FlagValues())
        job = inference_job(["infer.py", f"--ckpt_dir={scored_run.folder.path}", *arguments], line)
        check_inference(job)
        infer(job)

    return infer_with


def write(table: pd.DataFrame, path: Path) -> Path:
    if ".jsonl" in path.name:
        table.to_json(path, orient="records", lines=True, force_ascii=False)
    else:
        table.to_csv(path, sep="\t" if ".tsv" in path.name else ",", index=False)
    return path


def read(path: Path) -> pd.DataFrame:
    if path.suffix == ".jsonl":
        return pd.read_json(path, lines=True, dtype=False)
    return pd.read_csv(path, sep="\t" if path.suffix == ".tsv" else ",", dtype=str, keep_default_na=False)


def assert_scored(found: pd.DataFrame, table: pd.DataFrame, predictor: Predictor) -> None:
    """The columns of the table as they were, and the predictor's label and probabilities of each text."""
    pd.testing.assert_frame_equal(found[table.columns.tolist()], table, check_dtype=False)
    assert found["predicted_label"].tolist() == predictor.predict(table["body"])
    if "probabilities" in found:
        chances = [list(row.values()) for row in found["probabilities"]]
    else:
        chances = found[["probability_negative", "probability_positive"]].astype(float).to_numpy().tolist()
    np.testing.assert_allclose(chances, predictor.predict_proba(table["body"]), atol=1e-5)


@pytest.mark.parametrize("out", ["csv", "tsv", "jsonl"])
@pytest.mark.parametrize("ending", ["csv", "jsonl", "csv.gz"])
def test_the_table_comes_back_with_label_and_probabilities(
    ending: str, out: str, start: Any, predictor: Predictor, tmp_path: Path, messages: list[str]
) -> None:
    source, target = write(TABLE, tmp_path / f"in.{ending}"), tmp_path / f"out.{out}"
    start(f"--input={source}", "--text_field=body", f"--output={target}")
    assert_scored(read(target), TABLE, predictor)
    assert messages[-1] == f"5 records of {source} scored by their column 'body'; written to {target}"


def test_a_tsv_file_with_a_record_a_line(start: Any, predictor: Predictor, tmp_path: Path) -> None:
    table = TABLE.iloc[[0, 1, 4]].reset_index(drop=True)
    start(f"--input={write(table, tmp_path / 'in.tsv')}", "--text_field=body", f"--output={tmp_path}/out.csv")
    assert_scored(read(tmp_path / "out.csv"), table, predictor)


def test_without_output_it_is_printed_in_the_format_of_the_input(
    start: Any, predictor: Predictor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write(TABLE, tmp_path / "in.csv")
    for argument, ending in (("--format=table", "csv"), ("--format=tsv", "tsv"), ("--format=jsonl", "jsonl")):
        start(f"--input={source}", "--text_field=body", argument)
        (tmp_path / f"out.{ending}").write_text(capsys.readouterr().out)
        assert_scored(read(tmp_path / f"out.{ending}"), TABLE, predictor)


def test_the_column_is_found_by_its_usual_name(start: Any, tmp_path: Path, predictor: Predictor) -> None:
    start(f"--input={write(TABLE, tmp_path / 'in.csv')}", f"--output={tmp_path}/out.csv")
    assert_scored(read(tmp_path / "out.csv"), TABLE, predictor)


def test_a_file_without_a_header_has_none_afterwards(
    start: Any, tmp_path: Path, predictor: Predictor, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.csv").write_text("7,bores\n8,the film shines\n")
    start(f"--input={tmp_path}/in.csv", "--text_field=2")
    rows = [line.split(",") for line in capsys.readouterr().out.splitlines()]
    assert [row[:3] for row in rows] == [["7", "bores", "negative"], ["8", "the film shines", "positive"]]


def test_what_is_missing_is_empty_and_other_values_stay(
    start: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records: list[dict[str, Any]] = [
        {"body": "the film", "n": {"a": [1, None]}},
        {"body": None, "n": 1.5, "new": "\ud800"},
        {"n": 2},
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    start(f"--input={tmp_path}/in.jsonl", "--text_field=body")
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [{key: value for key, value in one.items() if not key.startswith("p")} for one in found] == records
    assert all(list(one)[-2:] == ["predicted_label", "probabilities"] for one in found)
    with pytest.raises(UserError, match="field 'new' is not in the first record; write JSON lines instead"):
        start(f"--input={tmp_path}/in.jsonl", "--text_field=body", f"--output={tmp_path}/out.csv")
    assert not (tmp_path / "out.csv").exists()


def test_an_encoding_can_be_named(start: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.csv").write_bytes("body\nшедевр\n".encode("cp1251"))
    start(f"--input={tmp_path}/in.csv", "--text_field=body", "--encoding=cp1251")
    assert capsys.readouterr().out.splitlines()[1].startswith("шедевр,")
    (tmp_path / "in.txt").write_bytes("шедевр\n".encode("cp1251"))
    start(f"--input={tmp_path}/in.txt", "--encoding=cp1251")
    assert capsys.readouterr().out.endswith("шедевр\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,body\n1,a film\n2\n", "in.csv:3: expected 2 fields, found 1; mend the line"),
        ('id,body\n1,"a film\n', "in.csv:2: a quotation mark is opened and never closed"),
        ("id,other\n1,a film\n", "in.csv:1: no field 'body'; the fields are id, other (or 1 to 2)"),
        ("body,predicted_label\na,b\n", "there is a column 'predicted_label' already"),
        ("body,id,id\na,b,c\n", "in.csv:1: two columns are named 'id'"),
        ("", "in.csv:1: no records"),
    ],
)
def test_a_bad_table_is_one_line_and_no_file(content: str, message: str, start: Any, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(content)
    with pytest.raises(UserError) as error:
        start(f"--input={tmp_path}/in.csv", "--text_field=body", f"--output={tmp_path}/out.csv")
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"body": "a film"}\n[1]\n', "in.jsonl:2: not a JSON object"),
        ('{"body": 3}\n', "field 'body' is not a string but 3"),
        ('{"a": 1}\n', "no field 'body'"),
    ],
)
def test_bad_json_is_one_line(content: str, message: str, start: Any, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(content)
    with pytest.raises(UserError, match=r"in\.jsonl") as error:
        start(f"--input={tmp_path}/in.jsonl", "--text_field=body", f"--output={tmp_path}/out.jsonl")
    assert message in str(error.value)


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "json"])
def test_a_table_of_standard_input(
    form: str,
    start: Any,
    tmp_path: Path,
    predictor: Predictor,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = TABLE.iloc[[0, 1, 4]].reset_index(drop=True)
    if form == "json":
        table.to_json(tmp_path / "in.json", orient="records", indent=1)
    else:
        write(table, tmp_path / f"in.{form}")
    with (tmp_path / f"in.{form}").open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        start("--input=-", "--text_field=body")
    ending = "jsonl" if form == "json" else form
    (tmp_path / f"out.{ending}").write_text(capsys.readouterr().out)
    assert_scored(read(tmp_path / f"out.{ending}"), table, predictor)


@pytest.mark.parametrize(
    ("form", "header", "line"), [("jsonl", "", '{"body": "the film shines"}\n'), ("tsv", "id\tbody\n", "7\tits plot\n")]
)
def test_records_in_a_pipe_are_answered_while_the_writer_waits(
    form: str, header: str, line: str, start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions, answers = os.pipe(), os.pipe()
    monkeypatch.setattr(sys, "stdin", open(questions[0]))  # noqa: SIM115
    monkeypatch.setattr(sys, "stdout", open(answers[1], "w"))  # noqa: SIM115
    with ThreadPoolExecutor(1) as thread, open(questions[1], "wb", 0) as writer, open(answers[0]) as reader:
        done = thread.submit(start, "--input=-", "--text_field=body", f"--file_format={form}")
        writer.write((header + line).encode())
        assert [reader.readline()[:4] for _ in range(1 + bool(header))][-1] == line[:4]
        for size in (3, 1):
            writer.write(line.encode() * size)
            assert [reader.readline()[:4] for _ in range(size)] == [line[:4]] * size
        writer.close()
        done.result()
        sys.stdout.close()
        assert reader.read() == ""
    sys.stdin.close()


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_several_columns_are_read_as_one_text(ending: str, start: Any, tmp_path: Path, predictor: Predictor) -> None:
    table = pd.DataFrame({"title": ["the film", " ", "its plot"], "n": [1, 2, 3], "body": ["shines", "bores", ""]})
    start(f"--input={write(table, tmp_path / f'in.{ending}')}", "--text_field=title,body", f"--output={tmp_path}/o.csv")
    texts = ["the film shines", "bores", "its plot"]
    assert read(tmp_path / "o.csv")["predicted_label"].tolist() == predictor.predict(texts)
    found = read(tmp_path / "o.csv")["probability_positive"].astype(float)
    np.testing.assert_allclose(found, predictor.predict_proba(texts)[:, 1], atol=1e-5)


def test_nested_fields_tokens_and_html_are_read_as_in_training(
    start: Any, tmp_path: Path, predictor: Predictor, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [{"d": {"t": "the film<br />won&#39;t bore"}}, {"d": {"t": ["its", "plot"]}}, {"d": {}}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    start(f"--input={tmp_path}/in.jsonl", "--text_field=d.t")
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [{"d": one["d"]} for one in found] == records
    expected = predictor.predict_proba(["the film won't bore", "its plot", ""])
    np.testing.assert_allclose([list(one["probabilities"].values()) for one in found], expected, atol=1e-6)


def test_a_table_read_as_lines_is_remarked_on(start: Any, tmp_path: Path, messages: list[str]) -> None:
    start(f"--input={write(TABLE, tmp_path / 'in.csv')}")
    assert f"{tmp_path}/in.csv: read as a text a line; --text_field=NAME scores a column of it instead" in messages


def test_other_formats_are_no_tables(start: Any, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        start("--input=nowhere.csv", "--text_field=body")
    (tmp_path / "in.txt").write_text("__label__a the film\n")
    with pytest.raises(UserError, match="a table to score is one of csv, tsv, jsonl"):
        start(f"--input={tmp_path}/in.txt", "--text_field=body")
