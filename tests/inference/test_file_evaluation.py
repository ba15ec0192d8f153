"""`infer.py` on labelled files and with pictures and pages: what is scored, kept, refused."""

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from absl import flags

from rnn_textclf.command_line.preflight import check_inference
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.flags import inference_command_line, inference_job
from rnn_textclf.inference import commands, evaluated_file
from rnn_textclf.inference.commands import infer
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.reports.mistakes import most_confident_wrong
from rnn_textclf.runs.folder.row_hashes import read_row_hashes, write_row_hashes
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.prefix_evaluation import PrefixEvaluation

NEW_ROWS = "text\tlabel\nthe film shines bright\tpositive\nthe film bores again\tnegative\nit bores <b>\tpositive\n"


@pytest.fixture
def run(scored_run: Any, tmp_path: Path) -> Path:
    """A run that was moved without its corpus."""
    folder = Path(shutil.copytree(scored_run.folder.path, tmp_path / "run"))
    shutil.rmtree(folder / "encoded")
    return folder


@pytest.fixture(autouse=True)
def loaded_once(predictor: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands.Predictor, "load", lambda *_, **__: predictor)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "new.tsv"
    path.write_text(NEW_ROWS)
    return path


def start(run: Path, *arguments: str) -> None:
    job = inference_job(["infer.py", f"--ckpt_dir={run}", *arguments], inference_command_line(flags.FlagValues()))
    check_inference(job)
    infer(job)


def test_a_file_is_scored_and_the_training_report_stays(
    run: Path, rows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "metrics.json").write_text("{}")
    start(run, f"--evaluate={rows}")
    shown = capsys.readouterr()
    assert f"Scored: 3 rows of {rows}, none of them among the training rows" in shown.out
    kept = json.loads((run / "report" / "new.tsv" / "metrics.json").read_text())
    assert kept["rows"] == 3
    assert (run / "report" / "new.tsv" / "reliability.png").exists()
    assert (run / "metrics.json").read_text() == "{}"


def test_the_worst_mistakes_are_shown_and_put_on_a_page(
    run: Path, rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start(run, f"--evaluate={rows}", "--errors=5", f"--html={tmp_path}/errors.html")
    lines = capsys.readouterr().out.splitlines()
    table = lines[lines.index("The most confident mistakes") :]
    assert table[1].split() == ["row", "true", "class", "predicted"]
    assert table[2].split()[:3] == ["3", "positive", "negative"]
    assert table[4] == "row 3, score of 'positive':"
    assert [part.split()[0] for part in table[5].strip().split("  ")] == ["it", "bores", "b"]
    page = (tmp_path / "errors.html").read_text()
    assert page.count("<article>") == 1
    assert "it bores &lt;b&gt;" in page
    kept = json.loads((run / "report" / "new.tsv" / "metrics.json").read_text())["errors"]
    assert [(error["row"], error["true_label"], error["label"]) for error in kept] == [(3, "positive", "negative")]


def test_a_mistake_that_is_there_often_is_shown_once(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "again.tsv").write_text("positive\tit bores\npositive\tIt  bores\npositive\tit bores me\n")
    start(run, f"--evaluate={tmp_path}/again.tsv", "--errors=5")
    lines = capsys.readouterr().out.splitlines()
    assert sorted(line.split(",")[0] for line in lines if ", score of" in line) == ["row 1", "row 3"]


def test_one_json_line_for_programs(run: Path, rows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start(run, f"--evaluate={rows}", "--format=jsonl", "--errors=1")
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["right"] == 2


def test_training_rows_are_refused_unless_allowed(
    run: Path, scored_run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = scored_run.folder.path.parent / "data"
    sentences = (data / "rt-polarity.pos").read_text().splitlines()
    # Other spacing and capitals, the same words: the same row.
    (tmp_path / "seen.tsv").write_text("".join(f"positive\t {line.upper()}  \n" for line in sentences))
    file = f"--evaluate={tmp_path}/seen.tsv"
    with pytest.raises(UserError, match=r"seen\.tsv: 12 of 20 rows were trained on.*--allow_training_rows"):
        start(run, file)
    start(run, file, "--allow_training_rows")
    assert "12 of them training rows, which flatter the model" in capsys.readouterr().out
    with pytest.raises(UserError, match=r"score the other 8 with --unseen_rows"):
        start(run, file)
    start(run, file, "--unseen_rows", "--errors=20")
    shown = capsys.readouterr().out
    assert f"Scored: 8 of 20 rows of {tmp_path}/seen.tsv, those that are not among the training rows" in shown
    assert json.loads((run / "report" / "seen.tsv" / "metrics.json").read_text())["rows"] == 8


def test_a_run_without_keys_says_that_it_cannot_tell(run: Path, rows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "train_keys.npy").unlink()
    (run / "checksums.json").unlink()
    start(run, f"--evaluate={rows}")
    shown = capsys.readouterr()
    assert "train_keys.npy is missing" in shown.err
    assert "which may have been trained on" in shown.out


def test_keys_are_read_as_they_were_written(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert read_row_hashes(folder) is None
    write_row_hashes(folder, np.array([5, 2**64 - 1, 5], np.uint64))
    np.testing.assert_array_equal(read_row_hashes(folder), np.array([5, 2**64 - 1], np.uint64))
    assert folder.row_hashes_path.stat().st_size < 200


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"words"])
def test_damaged_keys_are_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "train_keys.npy").write_bytes(content)
    with pytest.raises(UserError, match=r"train_keys\.npy: "):
        read_row_hashes(RunFolder(tmp_path))


def test_keys_that_would_run_code_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "train_keys.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(UserError, match=r"train_keys\.npy: cannot be read"):
        read_row_hashes(RunFolder(tmp_path))


def test_other_classes_are_named(run: Path, tmp_path: Path) -> None:
    (tmp_path / "other.tsv").write_text("text\tlabel\nthe film\tgood\n")
    with pytest.raises(UserError, match=r"other\.tsv:2: label 'good' is not a class"):
        start(run, f"--evaluate={tmp_path}/other.tsv")


def test_the_most_confident_come_first() -> None:
    chances = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.99, 0.01]])
    targets = np.array([[False, True], [True, False], [True, False], [True, False]])
    scored = PrefixEvaluation(np.arange(4), targets, chances, False, np.ones(4, int), np.ones((4, 4), bool))
    assert most_confident_wrong(scored, 9).tolist() == [0, 2, 1]
    assert most_confident_wrong(scored, 1).tolist() == [0]
    assert most_confident_wrong(scored, 9, np.array([7, 5, 5, 5])).tolist() == [0, 2]
    assert most_confident_wrong(scored, 9, np.array([7, 5, 7, 5])).tolist() == [0, 1]
    several = PrefixEvaluation(np.arange(4), targets, chances, True, np.ones(4, int), np.ones((4, 4), bool))
    assert most_confident_wrong(several, 9).tolist() == [0, 2, 1]


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_one_text_can_be_drawn(run: Path, tmp_path: Path, ending: str) -> None:
    start(run, "--text=the film shines", f"--plot={tmp_path}/out.{ending}")
    assert (tmp_path / f"out.{ending}").stat().st_size > 1000


def test_a_picture_without_matplotlib_is_one_line(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(UserError, match="pip install matplotlib"):
        start(run, "--text=the film shines", f"--plot={tmp_path}/out.png")


def test_many_texts_make_one_page(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.txt").write_text("the film shines\n\nits plot bores\n")
    start(run, f"--input={tmp_path}/in.txt", f"--html={tmp_path}/out.html", "--target_class=negative")
    assert len(capsys.readouterr().out.splitlines()) == 3
    page = (tmp_path / "out.html").read_text()
    assert page.count("<article>") == 3
    assert page.count("the score of <strong>negative</strong>") == 2
    assert page.count("</span> no words</h2>") == 1
    assert page.count('<p class="all">') == 2


def test_target_class_picks_whose_score_runs(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start(run, "--text=the film", "--format=tsv")
    start(run, "--text=the film", "--format=tsv", "--target_class=negative")
    scores = [float(line.split("\t")[1]) for line in capsys.readouterr().out.splitlines()]
    assert scores[0] + scores[2] == pytest.approx(1, abs=1e-5)
    assert scores[1] + scores[3] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--plot=nowhere/out.png"], "--plot=nowhere/out.png: the folder nowhere does not exist"),
        (["--plot=out.gif"], "--plot=out.gif: must end in .png or .svg"),
        (["--html=out.txt"], "--html=out.txt: must end in .html"),
        (["--html=nowhere/out.html"], "the folder nowhere does not exist"),
        (["--top_k=0"], "--top_k must be >= 1"),
        (["--top_k=3"], "--top_k=3: the run has 2 classes; give 1 to 2"),
        (["--target_class=good"], "--target_class=good: no such class; the run has negative, positive"),
        (["--errors=3"], "--errors needs --evaluate"),
        (["--text_field=1"], "--text_field needs --evaluate or --input"),
        (["--output=out.csv"], "--output needs --input"),
        (["--input=in.csv", "--output=out.xlsx"], "--output=out.xlsx: must end in .csv or .tsv or .jsonl"),
        (["--input=in.csv", "--text_field=a", "--top_k=1"], "--text_field and --top_k exclude each other"),
        (["--evaluate=a.tsv", "--output=out.csv"], "--evaluate and --output exclude each other"),
        (["--allow_training_rows"], "--allow_training_rows needs --evaluate"),
        (["--unseen_rows"], "--unseen_rows needs --evaluate"),
        (["--evaluate=a.tsv", "--unseen_rows", "--allow_training_rows"], "exclude each other"),
        (["--input=-", "--plot=out.png"], "--plot draws one sentence"),
        (["--evaluate=a.tsv", "--text=a"], "--evaluate and --text exclude each other"),
        (["--evaluate=a.tsv", "--html=out.html"], "only with --errors=N"),
        (["--evaluate=a.tsv", "--errors=-1"], "--errors must be >= 0"),
    ],
)
def test_what_cannot_be_meant_is_refused(run: Path, arguments: list[str], message: str) -> None:
    with pytest.raises(FlagError) as error:
        start(run, *arguments)
    assert message in str(error.value)
    assert error.value.exit_status == 2


def test_a_file_that_is_not_there(run: Path) -> None:
    with pytest.raises(UserError, match=r"nothing\.tsv: no such file"):
        start(run, "--evaluate=nothing.tsv")


def test_the_corpus_is_read_for_its_texts_only_where_they_are_shown(
    run: Path, rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real = evaluated_file.labelled_file

    def counted(*arguments: Any, **options: Any) -> Any:
        corpus = real(*arguments, **options)
        whole = corpus.examples

        def examples() -> Any:
            yield from whole()
            opened.append("pass")

        corpus.examples = examples
        return corpus

    monkeypatch.setattr(evaluated_file, "labelled_file", counted)
    start(run, f"--evaluate={rows}")
    assert opened == ["pass"]


def test_the_columns_are_those_of_the_training_file_where_the_file_has_them(
    run: Path, tmp_path: Path, predictor: Predictor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trained = dataclasses.replace(
        predictor.config.data, train_file="train.tsv", text_field="remark", label_field="mood"
    )
    monkeypatch.setattr(predictor, "config", dataclasses.replace(predictor.config, data=trained))
    RunFolder(run).write_config(predictor.config)
    # By their usual names the columns would be text and label.
    columns = "id\ttext\tlabel\tremark\tmood\n"
    (tmp_path / "own.tsv").write_text(columns + "1\tnone\t?\tthe film shines bright\tpositive\n" * 3)
    start(run, f"--evaluate={tmp_path}/own.tsv")
    assert "Scored: 3 rows" in capsys.readouterr().out
    (tmp_path / "other.tsv").write_text(NEW_ROWS)
    start(run, f"--evaluate={tmp_path}/other.tsv")
    assert "Scored: 3 rows" in capsys.readouterr().out
    with pytest.raises(UserError, match="label '\\?' is not a class"):
        start(run, f"--evaluate={tmp_path}/own.tsv", "--text_field=text", "--label_field=label")
