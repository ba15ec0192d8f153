"""What a run folder holds, and what is said of one that is damaged."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rnn_textclf.config import CorpusFacts, DataConfig, ModelConfig, RunConfig, TrainConfig
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.folder.removal import remove_run
from rnn_textclf.runs.folder.run_folder import FORMAT, RunFolder

CONFIG = RunConfig(ModelConfig(num_layers=2), TrainConfig(), DataConfig(), CorpusFacts("a café", 40, "00"))


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    folder = RunFolder(tmp_path / "run")
    folder.write_words(Vocabulary(["<pad>", "<unk>", "good", "café"]), ("negative", "positive"))
    folder.write_config(CONFIG)
    return folder


@pytest.fixture
def unchecked(folder: RunFolder) -> RunFolder:
    """As an earlier release left it."""
    folder.checksums.path.unlink()
    return folder


def test_what_was_written_is_read(folder: RunFolder) -> None:
    assert folder.exists()
    assert folder.read_config() == CONFIG
    assert folder.read_labels() == ("negative", "positive")
    assert folder.read_vocabulary().words == ["<pad>", "<unk>", "good", "café"]
    assert folder.vocabulary_path.read_text(encoding="utf-8").split("\n")[3] == "café"


def test_config_is_json_that_says_its_format_first(folder: RunFolder) -> None:
    values = json.loads(folder.config_path.read_text(encoding="utf-8"))
    assert list(values) == ["format", "model", "train", "data", "corpus", "pretrain"]
    assert values["format"] == FORMAT


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace('"num_layers"', '"layers"'), "model: unknown key 'layers'"),
        (lambda text: text.replace('"num_layers": 2', '"num_layers": 0'), "model: num_layers must be >= 1"),
        (lambda text: text.replace('"format": 1', '"format": 99'), "format version 99, but"),
        (lambda text: text.replace('"format": 1', '"version": 1'), "format version None"),
        (lambda text: text[:100], "cannot be read"),
        (lambda text: "", "cannot be read"),
        (lambda text: "[]", "format version None"),
        (lambda text: '{"format": 1}', "missing key 'corpus'"),
    ],
)
def test_a_damaged_config_is_refused_by_name(change: Callable[[str], str], message: str, unchecked: RunFolder) -> None:
    unchecked.config_path.write_text(change(unchecked.config_path.read_text()))
    with pytest.raises(UserError) as error:
        unchecked.read_config()
    assert str(error.value).startswith(f"{unchecked.config_path}: ")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_config_that_is_no_text(unchecked: RunFolder) -> None:
    unchecked.config_path.write_bytes(b"\xff\xfe{}")
    with pytest.raises(UserError, match=r"config\.json: cannot be read"):
        unchecked.read_config()


def test_a_missing_config_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"nowhere: no run here .* train one with train\.py --ckpt_dir="):
        RunFolder(tmp_path / "nowhere").read_config()


@pytest.mark.parametrize("content", [b"", b"one\n", b"one\none\n", b"one\n\ntwo\n", b"\xff\n\xfe\n"])
def test_damaged_labels_are_refused_by_name(content: bytes, unchecked: RunFolder) -> None:
    unchecked.labels_path.write_bytes(content)
    with pytest.raises(UserError, match=r"labels\.txt: "):
        unchecked.read_labels()


@pytest.mark.parametrize("content", [b"one\ntwo", b"one\r\ntwo\r\n"])
def test_an_editors_line_ends_do_no_harm(content: bytes, unchecked: RunFolder) -> None:
    unchecked.labels_path.write_bytes(content)
    assert unchecked.read_labels() == ("one", "two")


def test_missing_labels_are_refused_by_name(unchecked: RunFolder) -> None:
    unchecked.labels_path.unlink()
    with pytest.raises(UserError, match=r"labels\.txt: cannot be read"):
        unchecked.read_labels()


def test_epochs_are_kept_and_a_cut_line_is_left_out(folder: RunFolder) -> None:
    assert folder.read_metrics() == []
    folder.write_metrics([{"epoch": 1}])
    folder.write_metrics([{"epoch": 1}, {"epoch": 2}])
    assert folder.read_metrics() == [{"epoch": 1}, {"epoch": 2}]
    folder.history_path.write_text(folder.history_path.read_text()[:-4])
    assert folder.read_metrics() == [{"epoch": 1}]


@pytest.mark.parametrize("content", [b'{"epoch": 1}\nnonsense\n{"epoch": 3}\n', b"\xff\n"])
def test_damaged_epochs_are_refused_by_name(content: bytes, unchecked: RunFolder) -> None:
    unchecked.history_path.write_bytes(content)
    with pytest.raises(UserError, match=r"metrics\.jsonl"):
        unchecked.read_metrics()


def test_clear_removes_the_run_and_nothing_else(folder: RunFolder) -> None:
    folder.write_metrics([{"epoch": 1}])
    folder.best.mkdir()
    of_the_run = ["model.ckpt-4.index", "model.ckpt-4.data-00000-of-00001", "checkpoint"]
    of_the_run += ["best/model.ckpt-4.index", "best/checkpoint", "split.json", "metrics.json", "events.out.tfevents.1"]
    of_others = ["pretrained/config.json", "pretrained/best/model.ckpt-9.index", "notes.txt", "model.py"]
    for name in [*of_the_run, *of_others]:
        path = folder.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    remove_run(folder)
    left = {str(path.relative_to(folder.path)) for path in folder.path.rglob("*") if path.is_file()}
    assert left == set(of_others)
    assert not folder.best.exists()


def test_clear_leaves_a_best_folder_that_others_use(folder: RunFolder) -> None:
    folder.best.mkdir()
    (folder.best / "recipe.txt").write_text("x")
    remove_run(folder)
    assert (folder.best / "recipe.txt").exists()
