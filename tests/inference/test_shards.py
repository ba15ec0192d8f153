"""`--shard`: outputs of all shards, one after the other, are the output of the whole to the last byte."""

import gzip
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from absl import flags
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rnn_textclf.command_line.preflight import check_inference
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.flags import inference_command_line, inference_job
from rnn_textclf.inference import commands
from rnn_textclf.inference.commands import infer
from rnn_textclf.inference.predictor import Predictor

WORDS = ["the film", "shines", "it bores ,", '"again"', "its plot\nlost", "caf\u00e9 \u2603", "", "a,b\t;", "\u597d"]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=1, max_size=40)
PARTS = st.integers(2, 5)


@pytest.fixture
def new_predictors(scored_run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in processes of their own: each call begins with another history of texts that were scored."""
    found = [Predictor.load(scored_run.folder.path, 1) for _ in range(2)]
    found[0].predict(["the film shines"] * 9)
    monkeypatch.setattr(commands.Predictor, "load", lambda *_, **__: found.append(found.pop(0)) or found[-1])


@pytest.fixture
def score(scored_run: Any, new_predictors: None, capfd: pytest.CaptureFixture[str]) -> Any:
    def output(*arguments: str) -> str:
        line = inference_command_line(flags.FlagValues())
        job = inference_job(["infer.py", f"--ckpt_dir={scored_run.folder.path}", *arguments], line)
        check_inference(job)
        infer(job)
        return capfd.readouterr().out

    return output


def assert_shards_make_the_whole(score: Any, parts: int, *arguments: str) -> None:
    shards = [score(*arguments, f"--shard={number}/{parts}") for number in range(1, parts + 1)]
    assert "".join(shards) == score(*arguments)


of_any_texts = settings(
    max_examples=8, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@of_any_texts
@given(texts=TEXTS, parts=PARTS, form=st.sampled_from(["table", "tsv", "jsonl"]), zipped=st.booleans())
def test_of_lines(texts: list[str], parts: int, form: str, zipped: bool, score: Any, tmp_path: Path) -> None:
    content = "\n".join(texts).encode()
    path = tmp_path / ("in.txt.gz" if zipped else "in.txt")
    path.write_bytes(gzip.compress(content) if zipped else content)
    assert_shards_make_the_whole(score, parts, f"--input={path}", f"--format={form}")


@of_any_texts
@given(
    texts=TEXTS,
    parts=PARTS,
    ending=st.sampled_from(["csv", "tsv", "jsonl", "json", "csv.gz", "jsonl.gz"]),
    form=st.sampled_from(["table", "tsv", "jsonl"]),
)
def test_of_tables(texts: list[str], parts: int, ending: str, form: str, score: Any, tmp_path: Path) -> None:
    if ending == "tsv":  # Whose records of several lines are told by their number of fields, which fails on some.
        texts = [text.replace("\n", " ").replace("\t", " ") for text in texts]
    table = pd.DataFrame({"id": [str(i) for i in range(len(texts))], "body": texts})
    path = tmp_path / f"in.{ending}"
    if "json" in ending:
        table.to_json(path, orient="records", lines=".jsonl" in path.name)
    else:
        table.to_csv(path, sep="\t" if "tsv" in ending else ",", index=False)
    assert_shards_make_the_whole(score, parts, f"--input={path}", "--text_field=body", f"--format={form}")


def test_of_a_table_without_a_header_and_of_files_that_are_written(score: Any, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("".join(f'{i},"the film\n{i}"\n' for i in range(40)))
    assert_shards_make_the_whole(score, 3, f"--input={path}", "--text_field=2")
    path.write_text("id,text\n" + "".join(f"{i},bores {i}\n" for i in range(3)))
    for number in range(1, 6):
        score(f"--input={path}", f"--output={tmp_path}/{number}.csv", f"--shard={number}/5")
    score(f"--input={path}", f"--output={tmp_path}/whole.csv")
    written = [(tmp_path / f"{number}.csv").read_text() for number in range(1, 6)]
    assert "".join(written) == (tmp_path / "whole.csv").read_text()
    assert written[0].startswith("id,text,predicted_label,")
    assert "" in written


def test_where_the_projection_cache_pays(score: Any, tmp_path: Path) -> None:
    """Shards too short for it use it, too, because the whole does."""
    path = tmp_path / "in.txt"
    path.write_text("".join(f"the film {'shines ' * (i % 9)}\n" for i in range(600)))
    assert_shards_make_the_whole(score, 5, f"--input={path}", "--format=jsonl")


def test_a_bad_record_is_named_by_its_place_in_the_shard(score: Any, tmp_path: Path) -> None:
    lines = [json.dumps({"text": "the film shines"})] * 64
    lines[-1] = "{"
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(lines))
    scored = score(f"--input={path}", "--text_field=text", "--shard=1/2").count("\n")
    with pytest.raises(UserError, match=rf"in\.jsonl \(shard 2/2\):{len(lines) - scored}: not JSON"):
        score(f"--input={path}", "--text_field=text", "--shard=2/2")
    path.write_bytes(b"text\n" * 3 + b"\0\n")
    with pytest.raises(UserError, match=r"in\.jsonl \(shard 2/2\):2: has NUL bytes"):
        score(f"--input={path}", "--shard=2/2")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--input=a.txt", "--shard=0/4"], "--shard=0/4: expected i/n with 1 <= i <= n, such as 1/4"),
        (["--input=a.txt", "--shard=2"], "--shard=2: expected i/n with 1 <= i <= n, such as 1/4"),
        (["--shard=1/4"], "--shard needs --input"),
        (["--input=-", "--shard=1/4"], "--shard and --input=- exclude each other: each shard reads a file"),
        (["--input=a.txt", "--html=a.html", "--shard=1/4"], "--shard and --html exclude each other"),
        (["--evaluate=a.tsv", "--shard=1/4"], "--evaluate and --shard exclude each other"),
    ],
)
def test_what_cannot_be_sharded_is_refused(arguments: list[str], message: str) -> None:
    with pytest.raises(FlagError, match=message):
        inference_job(["infer.py", *arguments], inference_command_line(flags.FlagValues()))
