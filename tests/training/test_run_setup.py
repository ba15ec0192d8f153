"""How a run begins, and what it is allowed to go on with."""

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from rnn_textclf.config import DataConfig
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.training.steps.prepared_run import PreparedRun
from tests.tiny_runs import job, prepare, write_corpus


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Path:
    """A run that was begun and not trained yet."""
    prepare(job(tmp_path / "run", data))
    return tmp_path / "run"


def trained(run: Path) -> None:
    """Makes it look trained: no weights, for nothing here reads them."""
    RunFolder(run).write_metrics([{"epoch": 1}])
    (run / "best").mkdir()
    for folder in (run, run / "best"):
        (folder / "model.ckpt-4.index").write_text("")


def split_of(started: PreparedRun) -> list[list[int]]:
    prepared = started.data
    return [part.indices.tolist() for part in (prepared.train, prepared.valid, prepared.test)]


def test_a_new_run_records_where_its_rows_came_from(run: Path, data: Path) -> None:
    corpus = RunFolder(run).read_config().corpus
    assert str(data) in corpus.source
    assert corpus.num_rows == 40
    assert len(corpus.sha256) == 64


def test_the_vocabulary_is_that_of_the_training_rows_alone(tmp_path: Path) -> None:
    data = write_corpus(tmp_path / "data")
    for name in ("pos", "neg"):
        path = data / f"rt-polarity.{name}"
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(f"{name}{i} {line}" for i, line in enumerate(lines)))
    started = prepare(job(tmp_path / "run", data))
    of_its_own = [f"{name}{i}" for name in ("neg", "pos") for i in range(20)]
    training = {of_its_own[row] for row in started.data.train.indices}
    assert {word for word in of_its_own if word in started.data.vocabulary} == training


def test_going_on_keeps_split_and_vocabulary(run: Path, data: Path) -> None:
    files = [run / name for name in ("split.json", "vocab.txt", "labels.txt", "config.json")]
    before = [path.read_bytes() for path in files]
    first, second = prepare(job(run, data)), prepare(job(run, data))
    assert split_of(first) == split_of(second)
    assert first.data.vocabulary.words == second.data.vocabulary.words
    assert [path.read_bytes() for path in files] == before


def test_the_stored_split_counts_not_a_new_draw(run: Path, data: Path) -> None:
    values = json.loads((run / "split.json").read_text())
    values["valid"], values["test"] = values["test"], values["valid"]
    (run / "split.json").write_text(json.dumps(values))
    (run / "checksums.json").unlink()
    started = prepare(job(run, data))
    assert started.data.valid.indices.tolist() == sorted(values["valid"])


def test_the_seed_fixes_the_split(data: Path, tmp_path: Path) -> None:
    one, same, other = (prepare(job(tmp_path / f"{i}", data, seed=seed)) for i, seed in enumerate((1, 1, 2)))
    assert split_of(one) == split_of(same) != split_of(other)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_layers": 2}, "--num_layers=1"),
        ({"seed": 9}, "--seed=1"),
        ({"vocab_size": 100}, f"--vocab_size={DataConfig().vocab_size}"),
        ({"text_field": "said"}, "no --text_field"),
        ({"rnn_unit": "lstm", "dropout": 0.25}, "--rnn_unit=gru, --dropout=0.5"),
    ],
)
def test_contradicting_flags_are_refused_and_named(
    options: dict[str, Any], message: str, run: Path, data: Path
) -> None:
    before = (run / "config.json").read_bytes()
    with pytest.raises(FlagError) as error:
        prepare(job(run, data, **options))
    assert f"{run} was begun with {message}: leave these flags out" in str(error.value)
    assert "--overwrite" in str(error.value)
    assert (run / "config.json").read_bytes() == before


def test_defaults_that_were_not_given_contradict_nothing(run: Path, data: Path) -> None:
    silent = job(run, data)._replace(model=dataclasses.replace(job(run, data).model, num_layers=5))
    assert prepare(silent).config.model.num_layers == 1


def test_equal_flags_contradict_nothing(run: Path, data: Path) -> None:
    prepare(job(run, data, num_layers=1, rnn_unit="gru", dropout=0.5))


def test_adjustable_flags_are_taken_and_stored(run: Path, data: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(data, tmp_path / "moved")
    options = {"num_epochs": 50, "patience": 4, "keep_checkpoints": 7, "data_dir": str(moved)}
    prepare(job(run, data, **options))
    stored = RunFolder(run).read_config()
    assert (stored.train.num_epochs, stored.train.patience, stored.train.keep_checkpoints) == (50, 4, 7)
    assert stored.data.data_dir == str(moved)


def test_a_file_that_has_moved_is_resumed_and_other_rows_are_not(tmp_path: Path) -> None:
    lines = [f"{name}\tword{i} {name}\n" for i in range(10) for name in ("good", "bad")]
    before, after, more = (tmp_path / name for name in ("before.tsv", "after.tsv", "more.tsv"))
    before.write_text("".join(["label\ttext\n", *lines]))
    first = prepare(job(tmp_path / "run", tmp_path, train_file=str(before), vocab_size=30))
    before.rename(after)
    with pytest.raises(UserError, match=r"before\.tsv: is not there any more; .* with --train_file=PATH"):
        prepare(job(tmp_path / "run", tmp_path))
    again = prepare(job(tmp_path / "run", tmp_path, train_file=str(after)))
    assert split_of(first) == split_of(again)
    stored = RunFolder(tmp_path / "run").read_config()
    assert stored.data.train_file == str(after)
    assert "after.tsv" in stored.corpus.source
    more.write_text("".join(["label\ttext\n", *lines, lines[0]]))
    with pytest.raises(UserError, match="was trained on other rows"):
        prepare(job(tmp_path / "run", tmp_path, train_file=str(more)))
    assert RunFolder(tmp_path / "run").read_config() == stored


def test_other_rows_are_refused(run: Path, data: Path, tmp_path: Path) -> None:
    other = write_corpus(tmp_path / "other")
    with (other / "rt-polarity.pos").open("a") as file:
        file.write("one more sentence\n")
    with pytest.raises(UserError, match="was trained on other rows"):
        prepare(job(run, data, data_dir=str(other)))


def test_overwrite_begins_anew_with_other_flags(run: Path, data: Path) -> None:
    trained(run)
    for name in ("notes.txt", "pretrained/config.json", "encoded/notes.txt"):
        (run / name).parent.mkdir(exist_ok=True)
        (run / name).write_text("mine")
    started = prepare(job(run, data, overwrite=True, num_layers=2))
    assert started.config.model.num_layers == 2
    assert RunFolder(run).read_config().model.num_layers == 2
    assert RunFolder(run).read_metrics() == []
    assert not list(run.rglob("model.ckpt-*"))
    for name in ("notes.txt", "pretrained/config.json", "encoded/notes.txt"):
        assert (run / name).read_text() == "mine"


def test_overwrite_leaves_the_old_run_where_the_new_one_cannot_begin(run: Path, data: Path, tmp_path: Path) -> None:
    trained(run)
    half = write_corpus(tmp_path / "half")
    (half / "rt-polarity.pos").unlink()
    before = {path: path.read_bytes() for path in run.glob("*") if path.is_file()}
    with pytest.raises(UserError, match=r"rt-polarity\.pos: missing"):
        prepare(job(run, half, overwrite=True))
    few = tmp_path / "few"
    few.mkdir()
    for name in ("rt-polarity.pos", "rt-polarity.neg"):
        (few / name).write_text("one row\n")
    with pytest.raises(UserError):
        prepare(job(run, few, overwrite=True))
    assert {path: path.read_bytes() for path in run.glob("*") if path.is_file()} == before


def test_overwrite_where_nothing_is_begins(data: Path, tmp_path: Path) -> None:
    assert prepare(job(tmp_path / "new", data, overwrite=True)).folder.exists()


def test_trained_weights_without_a_checkpoint_to_go_on_from(run: Path, data: Path) -> None:
    trained(run)
    (run / "model.ckpt-4.index").unlink()
    with pytest.raises(UserError, match=r"run: no model\.ckpt-N here.*--overwrite"):
        prepare(job(run, data))


def test_a_best_checkpoint_that_is_gone_is_said_before_training(run: Path, data: Path) -> None:
    trained(run)
    shutil.rmtree(run / "best")
    with pytest.raises(UserError, match=r"best: no model\.ckpt-N here.*--overwrite"):
        prepare(job(run, data))


def test_checkpoints_without_a_config_are_not_trained_over(data: Path, tmp_path: Path) -> None:
    (tmp_path / "model.ckpt-4.index").write_text("")
    with pytest.raises(UserError, match=r"has checkpoints but no config\.json"):
        prepare(job(tmp_path, data))


def test_a_file_is_no_run_folder(data: Path, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(UserError, match="is a file; --ckpt_dir must name a folder"):
        prepare(job(tmp_path / "run", data))


@pytest.mark.parametrize("name", ["split.json", "vocab.txt", "labels.txt", "config.json"])
@pytest.mark.parametrize("damage", [lambda path: path.write_text("{"), lambda path: path.write_bytes(b"\xff\0")])
def test_a_damaged_file_is_one_line_that_names_it(name: str, damage: Any, run: Path, data: Path) -> None:
    damage(run / name)
    with pytest.raises(UserError) as error:
        prepare(job(run, data))
    assert str(error.value).startswith(f"{run / name}:")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["split.json", "vocab.txt", "labels.txt"])
def test_a_missing_file_is_one_line_that_names_it(name: str, run: Path, data: Path) -> None:
    (run / name).unlink()
    with pytest.raises(UserError, match=name):
        prepare(job(run, data))


def test_the_encoded_corpus_is_made_anew_when_it_is_gone(run: Path, data: Path) -> None:
    before = split_of(prepare(job(run, data)))
    shutil.rmtree(run / "encoded")
    assert split_of(prepare(job(run, data))) == before


@pytest.mark.parametrize(
    ("positive", "negative", "message"),
    [
        (b"good\n" * 20, b"", "rt-polarity.neg: no sentences"),
        (b"", b"", "no sentences"),
        (b"good\n\n" * 20, b"\n\n", "rt-polarity.neg: no sentences"),
        (b"good\nbad\0\n", b"bad\n" * 20, "rt-polarity.pos:2: NUL byte"),
        (b"good\n\x81\xff\n", b"bad\n" * 20, "rt-polarity.pos:2: byte 0x81 is neither UTF-8"),
        (b"a good one\n", b"a bad one\n", "leave none for validation"),
        (b"good\n", None, "rt-polarity.neg: missing"),
    ],
)
def test_a_corpus_that_cannot_be_used_is_one_line(
    positive: bytes, negative: bytes | None, message: str, tmp_path: Path
) -> None:
    (tmp_path / "rt-polarity.pos").write_bytes(positive)
    if negative is not None:
        (tmp_path / "rt-polarity.neg").write_bytes(negative)
    with pytest.raises(UserError) as error:
        prepare(job(tmp_path / "run", tmp_path))
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert not RunFolder(tmp_path / "run").exists()
