"""train.py and infer.py as a user runs them: exit status, one line for a mistake, clean streams."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.tiny_runs import ROOT, STEPS_PER_EPOCH, rows, script

Trained = tuple[Path, subprocess.CompletedProcess[str]]  # the run folder and what train.py said

SMALL = ["--rnn_unit=gru", "--num_hidden_units=8", "--embedding_size=8", "--batch_size=8"]


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    run = tmp_path_factory.mktemp("runs") / "run"
    return run, script("train.py", f"--data_dir={data}", f"--ckpt_dir={run}", "--num_epochs=2", *SMALL)


@pytest.fixture(scope="module")
def without_tensorflow(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which importing TensorFlow fails."""
    package = tmp_path_factory.mktemp("poison") / "tensorflow"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('TensorFlow was loaded')\n")
    return {**os.environ, "PYTHONPATH": str(package.parent)}


@pytest.mark.parametrize(
    ("name", "argument", "message"),
    [
        ("train.py", "--num_layers=0", "--num_layers must be >= 1, got 0"),
        ("train.py", "--dropout=1.5", "--dropout must be < 1, got 1.5"),
        ("train.py", "--rnn_unit=foo", "--rnn_unit=foo: must be one of rnn, gru, lstm"),
        ("train.py", "--num_layers=abc", "--num_layers=abc: must be a whole number"),
        ("train.py", "--num_layer=2", "--num_layer: unknown flag; did you mean --num_layers?"),
        ("train.py", "stray", "unexpected argument 'stray': every option is a flag, such as --name=value"),
        (
            "train.py",
            "--flagfile=nowhere.flags",
            "--flagfile=nowhere.flags: cannot be read (No such file or directory)",
        ),
        ("infer.py", "--format=xml", "--format=xml: must be one of table, tsv, jsonl"),
        ("infer.py", "stray", "unexpected argument 'stray'"),
    ],
)
def test_bad_flags_end_before_tensorflow_loads(
    name: str, argument: str, message: str, without_tensorflow: dict[str, str]
) -> None:
    done = script(name, argument, env=without_tensorflow)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"{name}: {message}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "argument", "message", "status"),
    [
        ("train.py", "--train_file=no.tsv", "--train_file=no.tsv: no such file or folder; check the path", 1),
        ("infer.py", "--input=no.txt", "--input=no.txt: no such file or folder; check the path", 1),
        ("infer.py", f"--export={ROOT}", f"--export={ROOT}: there is something already", 1),
        ("infer.py", "--top_k=9", "--top_k=9: the run has 2 classes; give 1 to 2", 2),
    ],
)
def test_bad_paths_and_classes_end_before_tensorflow_loads(
    name: str, argument: str, message: str, status: int, without_tensorflow: dict[str, str], tmp_path: Path
) -> None:
    done = script(name, argument, env=without_tensorflow, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith(f"{name}: {message}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["train.py", "infer.py"])
def test_help_needs_no_tensorflow(name: str, without_tensorflow: dict[str, str]) -> None:
    done = script(name, "--help", env=without_tensorflow)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"usage: {name}" in done.stdout
    assert "--ckpt_dir" in done.stdout


def test_training_says_results_on_stdout_and_the_rest_on_stderr(trained: Trained, data: Path) -> None:
    run, done = trained
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split("  ")[0] == "epoch"
    assert [line.split()[0] for line in lines[1:3]] == ["1", "2"]
    assert any("Test accuracy" in line or "test" in line.lower() for line in lines[3:])
    assert str(run) in done.stdout
    assert f"rt-polarity.pos in {data}" in done.stderr
    assert "TensorFlow 2." in done.stderr
    # No progress line, for this is no terminal, and none of TensorFlow's own chatter.
    for noise in ("\r", "sentences/s", "oneDNN", "WARNING", "cuda", "I0000", "Traceback"):
        assert noise not in done.stderr


def test_inference_in_a_pipe_has_only_results_on_stdout_and_what_it_cannot_show_is_escaped(trained: Trained) -> None:
    run, _ = trained
    arguments = [f"--ckpt_dir={run}", "--input=-", "--format=jsonl"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = script("infer.py", *arguments, input="the film\n\nits café 🎬\n", env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["the film", "", "its café 🎬"]
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Loading old model from: {run}/best/model.ckpt-")


def test_a_reader_that_leaves_early_is_no_error(trained: Trained, tmp_path: Path) -> None:
    run, _ = trained
    (tmp_path / "in.txt").write_text("the film shines .\n" * 20_000)
    command = [sys.executable, str(ROOT / "infer.py"), f"--ckpt_dir={run}", f"--input={tmp_path / 'in.txt'}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert b"the film shines" in process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read().decode()
        assert process.wait(60) == 0
    assert said.count("\n") == 1
    assert said.startswith("Loading old model")


def test_a_bad_corpus_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "rt-polarity.pos").write_bytes(b"good\n\0\n")
    (tmp_path / "rt-polarity.neg").write_bytes(b"bad\n" * 20)
    done = script("train.py", f"--data_dir={tmp_path}", f"--ckpt_dir={tmp_path / 'run'}")
    assert done.returncode == 1
    assert done.stdout == ""
    *said, last = done.stderr.splitlines()
    assert last.startswith("train.py: ")
    assert "rt-polarity.pos:2: NUL byte" in last
    assert "Traceback" not in done.stderr
    assert all(line.startswith("Corpus: ") for line in said)


def test_a_missing_run_is_one_line(tmp_path: Path) -> None:
    done = script("infer.py", "--ckpt_dir=nowhere", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("infer.py: nowhere: no run here")
    assert done.stderr.count("\n") == 1


def test_ctrl_c_saves_and_says_how_to_go_on(data: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    command = [sys.executable, str(ROOT / "train.py"), f"--data_dir={data}", f"--ckpt_dir={run}", *SMALL]
    with subprocess.Popen(
        [*command, "--num_epochs=100000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        for _ in range(5000):
            if (run / "metrics.jsonl").exists() or process.poll() is not None:
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    last = said.splitlines()[-1]
    assert last.startswith("train.py: Stopped after step ")
    assert last.endswith("run the same command to go on")
    assert "Traceback" not in said
    step = int(last.split()[4].rstrip(","))
    assert (run / f"model.ckpt-{step}.index").exists()
    # The signal may come in the last step of an epoch, which is then closed when the run goes on.
    assert 0 <= step - STEPS_PER_EPOCH * len(rows(run)) <= STEPS_PER_EPOCH
