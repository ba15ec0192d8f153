"""What `infer.py` prints, for a run that knows a few words."""

import io
import itertools
import json
import os
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.inference import commands, run_choice
from rnn_textclf.inference.commands import infer
from rnn_textclf.inference.predictor import MAX_CHUNK, Predictor
from rnn_textclf.inference.run_choice import announce_run, choose_run
from rnn_textclf.jobs import InferenceJob
from tests.tiny_runs import job, train, write_corpus

KEYS = ["text", "label", "probabilities", "words", "running_scores", "unknown", "target"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained run that was moved, and whose corpus is gone."""
    folder = tmp_path_factory.mktemp("runs")
    data = write_corpus(folder / "data")
    train(job(folder / "made", data, num_epochs=8, learning_rate=0.05, dropout=0.0))
    shutil.rmtree(data)
    shutil.rmtree(folder / "made" / "encoded")
    return (folder / "made").rename(folder / "moved")


@pytest.fixture(scope="module")
def predictor(run: Path) -> Predictor:
    return Predictor.load(run, 1)


@pytest.fixture
def copy(run: Path, tmp_path: Path) -> Path:
    """A copy of the run, to be harmed."""
    return shutil.copytree(run, tmp_path / "copy")


@pytest.fixture
def loaded_once(predictor: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands.Predictor, "load", lambda *_, **__: predictor)


def output(capsys: pytest.CaptureFixture[str], run: Path, **options: Any) -> list[str]:
    capsys.readouterr()
    infer(InferenceJob(run, **options))
    out = capsys.readouterr().out
    assert out.endswith("\n") or not out
    return out.removesuffix("\n").split("\n")


def test_a_moved_run_without_its_corpus_is_read(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    infer(InferenceJob(run, "the film shines"))
    shown = capsys.readouterr()
    assert f"Loading old model from: {run}/best/model.ckpt-" in shown.err
    assert "Loading" not in shown.out


@pytest.mark.usefixtures("loaded_once")
class TestOneText:
    def test_a_word_and_its_score_a_line_then_the_verdict(self, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
        *words, verdict = output(capsys, run, text="The film shines!")
        assert [line.split()[0] for line in words] == ["the", "film", "shines", "!"]
        assert all(0 <= float(line.split()[1]) <= 1 for line in words)
        assert all(len(line.split()[1]) == len("0.386") for line in words)
        assert verdict.startswith("=> positive (")

    def test_zero_is_negative_and_one_is_positive(self, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
        good = output(capsys, run, text="this story won my heart .")
        bad = output(capsys, run, text="this story lost my patience .")
        assert float(good[-2].split()[1]) > 0.5 > float(bad[-2].split()[1])
        assert bad[-1].startswith("=> negative (")

    def test_unknown_words_are_marked(self, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
        lines = output(capsys, run, text="the señor shines")
        assert [line.endswith(" (unknown word)") for line in lines] == [False, True, False, False]

    def test_as_tsv(self, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
        lines = [line.split("\t") for line in output(capsys, run, text="the señor", format="tsv")]
        assert [line[0] for line in lines] == ["the", "señor"]
        assert [line[2] for line in lines] == ["known", "unknown"]
        assert all(0 <= float(line[1]) <= 1 for line in lines)

    def test_as_jsonl(self, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (line,) = output(capsys, run, text="the señor\tshines\n\u2028", format="jsonl")
        values = json.loads(line)
        assert list(values) == KEYS
        assert values["text"] == "the señor\tshines\n\u2028"
        assert values["label"] == "positive"
        assert list(values["probabilities"]) == ["negative", "positive"]
        assert sum(values["probabilities"].values()) == pytest.approx(1)
        assert values["words"] == ["the", "señor", "shines"]
        assert values["unknown"] == ["señor"]
        assert values["running_scores"][-1] == pytest.approx(values["probabilities"]["positive"])

    @pytest.mark.parametrize("text", ["", "   ", "\0", "\udcff", "…" * 5000])
    def test_a_text_without_words_has_no_verdict(
        self, text: str, run: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert output(capsys, run, text=text) == ["=> no words"]

    def test_as_jsonl_it_is_one_unknown_word(self, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (line,) = output(capsys, run, text="", format="jsonl")
        assert json.loads(line)["words"] == json.loads(line)["unknown"] == ["<unk>"]


@pytest.mark.usefixtures("loaded_once")
class TestManyLines:
    def test_one_result_a_line_in_order(self, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        texts = [f"number {i} " + "the film shines " * (i % 7) for i in range(300)]
        (tmp_path / "in.txt").write_text("\n".join(texts))
        lines = output(capsys, run, input=str(tmp_path / "in.txt"), format="jsonl")
        assert [json.loads(line)["text"] for line in lines] == texts

    def test_each_scores_as_it_does_alone(self, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        texts = ["its plot bores .", "the music feels fresh and moving .", "its plot shines ."]
        (tmp_path / "in.txt").write_text("\n".join(texts))
        for line in output(capsys, run, input=str(tmp_path / "in.txt"), format="jsonl"):
            together = json.loads(line)
            (alone,) = output(capsys, run, text=together["text"], format="jsonl")
            assert json.loads(alone)["running_scores"] == pytest.approx(together["running_scores"], abs=1e-6)

    def test_html_is_read_as_in_training_and_shown_as_it_came(
        self, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "in.txt").write_text("the film<br />won&#39;t shine\n")
        (line,) = output(capsys, run, input=str(tmp_path / "in.txt"), format="jsonl")
        assert json.loads(line)["words"] == ["the", "film", "wo", "n't", "shine"]
        assert json.loads(line)["text"] == "the film<br />won&#39;t shine"

    def test_empty_lines_are_sentences_of_one_unknown_word(
        self, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "in.txt").write_text("the film\n\n\r\nshines")
        found = output(capsys, run, input=str(tmp_path / "in.txt"), format="jsonl")
        lines = [json.loads(line) for line in found]
        assert [line["words"] for line in lines] == [["the", "film"], ["<unk>"], ["<unk>"], ["shines"]]
        assert [line["unknown"] for line in lines] == [[], ["<unk>"], ["<unk>"], []]

    def test_an_empty_file_has_no_results(self, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "in.txt").write_text("")
        assert output(capsys, run, input=str(tmp_path / "in.txt")) == [""]

    @pytest.mark.parametrize("style", ["table", "tsv"])
    def test_text_stays_on_its_line_and_in_its_field(
        self, style: str, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "in.txt").write_text("the\tfilm\rshines\u2028and\x85more\n")
        (line,) = output(capsys, run, input=str(tmp_path / "in.txt"), format=style)
        assert line.endswith("the film shines and more")
        assert line.splitlines() == [line]

    def test_tsv_has_label_probabilities_and_text(
        self, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "in.txt").write_text("the cast is wonderful .\n")
        (line,) = output(capsys, run, input=str(tmp_path / "in.txt"), format="tsv")
        label, negative, positive, text = line.split("\t")
        assert (label, text) == ("positive", "the cast is wonderful .")
        assert float(negative) + float(positive) == pytest.approx(1, abs=1e-5)

    def test_standard_input(
        self, run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"the film\nits plot\n")))
        lines = output(capsys, run, input="-", format="jsonl")
        assert [json.loads(line)["text"] for line in lines] == ["the film", "its plot"]

    def test_a_huge_line_is_cut_off_as_in_training(
        self, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "in.txt").write_text("shines " * 100_000 + "\nbores\n")
        lines = output(capsys, run, input=str(tmp_path / "in.txt"), format="jsonl")
        assert [len(json.loads(line)["words"]) for line in lines] == [1000, 1]


def test_results_come_while_lines_still_come(predictor: Predictor) -> None:
    taken: list[int] = []

    def endless() -> Iterator[str]:
        for i in itertools.count():
            taken.append(i)
            yield f"line {i}"

    results = predictor.predictions(endless())
    assert next(results).text == "line 0"
    assert len(taken) == 1
    assert [next(results).text for _ in range(100)] == [f"line {i}" for i in range(1, 101)]
    assert len(taken) <= 256 < MAX_CHUNK


def cut_vocabulary(run: Path) -> None:
    lines = (run / "vocab.txt").read_text().splitlines(keepends=True)
    (run / "vocab.txt").write_text("".join(lines[:-1]))


def add_a_label(run: Path) -> None:
    with (run / "labels.txt").open("a") as file:
        file.write("neutral\n")


def change_units(run: Path) -> None:
    path = run / "config.json"
    path.write_text(path.read_text().replace('"num_hidden_units": 8', '"num_hidden_units": 9'))


def add_a_layer(run: Path) -> None:
    path = run / "config.json"
    path.write_text(path.read_text().replace('"num_layers": 1', '"num_layers": 2'))


def cut_weights(run: Path) -> None:
    (path,) = (run / "best").glob("*.data-00000-of-00001")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def lose_best(run: Path) -> None:
    shutil.rmtree(run / "best")


def empty_best(run: Path) -> None:
    lose_best(run)
    (run / "best").mkdir()


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (cut_vocabulary, "embedding has shape"),
        (add_a_label, "not of one run"),
        (change_units, "not of one run"),
        (add_a_layer, "not of one run"),
        (cut_weights, "the checkpoint is damaged"),
        (lose_best, "best: no "),
        (empty_best, "best: no "),
        (lambda run: (run / "vocab.txt").unlink(), "vocab.txt: cannot be read"),
        (lambda run: (run / "vocab.txt").write_text("the\n"), "vocab.txt:1: expected <pad>"),
        (lambda run: (run / "labels.txt").write_text("positive\n"), "labels.txt: expected two or more"),
        (lambda run: (run / "config.json").unlink(), "no run here"),
        (lambda run: (run / "config.json").write_text('{"format": 2}'), "format version 2"),
    ],
)
def test_a_damaged_run_is_one_line(harm: Any, message: str, copy: Path) -> None:
    (copy / "checksums.json").unlink()
    harm(copy)
    with pytest.raises(UserError) as error:
        infer(InferenceJob(copy))
    assert message in str(error.value)
    assert str(copy) in str(error.value)
    assert "\n" not in str(error.value)
    assert error.value.exit_status == 1


def test_the_shipped_run_answers_while_the_default_folder_holds_none(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run_choice, "SHIPPED_RUN", run)
    assert choose_run(InferenceJob(tmp_path, fall_back=True)) == run
    announce_run(InferenceJob(tmp_path, fall_back=True))
    assert "the shipped model answers" in capsys.readouterr().err
    assert choose_run(InferenceJob(tmp_path)) == tmp_path


def test_a_run_of_ones_own_is_preferred_and_both_accuracies_are_named(
    run: Path, tmp_path: Path, messages: list[str]
) -> None:
    own = shutil.copytree(run, tmp_path / "own")
    (own / "metrics.json").write_text(json.dumps({"test_accuracy": 0.781}))
    assert choose_run(InferenceJob(own, fall_back=True)) == own
    announce_run(InferenceJob(own, fall_back=True))
    (message,) = messages
    shipped = json.loads((run_choice.SHIPPED_RUN / "metrics.json").read_text())["test_accuracy"]
    assert message.startswith(f"Your run in {own}/ answers (test accuracy 78.1%); --ckpt_dir=")
    assert message.endswith(f"pretrained asks the shipped one (test accuracy {shipped:.1%})")


def test_a_run_that_was_named_is_not_remarked_on(run: Path, messages: list[str]) -> None:
    assert choose_run(InferenceJob(run)) == run
    announce_run(InferenceJob(run))
    assert messages == []


def test_lines_in_a_pipe_are_answered_while_the_writer_waits(
    run: Path, predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that writes some lines, waits for their results, and only then goes on."""
    monkeypatch.setattr(commands.Predictor, "load", lambda *_, **__: predictor)
    questions, answers = os.pipe(), os.pipe()
    monkeypatch.setattr(sys, "stdin", open(questions[0]))  # noqa: SIM115
    monkeypatch.setattr(sys, "stdout", open(answers[1], "w"))  # noqa: SIM115
    with ThreadPoolExecutor(1) as thread, open(questions[1], "wb", 0) as writer, open(answers[0]) as reader:
        done = thread.submit(infer, InferenceJob(run, input="-", format="tsv"))
        for size in (1, 3, 1, 7):
            writer.write(b"the film shines\n" * size)
            assert [reader.readline().split("\t")[-1] for _ in range(size)] == ["the film shines\n"] * size
        writer.write(b"its plot bores")  # A line without an end is complete when the writer closes.
        writer.close()
        done.result()
        sys.stdout.close()
        assert reader.read().endswith("its plot bores\n")
    sys.stdin.close()
