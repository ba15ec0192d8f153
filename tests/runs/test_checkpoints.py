"""Weights on disk: kept, restored, and never harmed by what goes wrong."""

import contextlib
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs import checkpoints as checkpoints_module
from rnn_textclf.runs.checkpoints import Checkpoints, checkpoint_steps
from rnn_textclf.runs.quantized_checkpoint import CheckpointReader
from rnn_textclf.runs.sessions import Sessions


class Graph(NamedTuple):
    """One variable `w` `[250]` and how to set it."""

    session: Any
    variable: Any
    value: Any
    assign: Any

    def set(self, value: float) -> None:
        self.session.run(self.assign, {self.value: np.full([250], value)})

    def get(self) -> float:
        return float(self.session.run(self.variable)[-1])


@pytest.fixture(scope="module")
def graph() -> Iterator[Graph]:
    with Sessions().new_graph() as session:
        variable = tf.get_variable("w", [250])
        value = tf.placeholder(tf.float32, [250])
        yield Graph(session, variable, value, variable.assign(value))


@contextlib.contextmanager
def disk_full_after(size: int) -> Iterator[None]:
    """Files cannot grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def saved(graph: Graph, folder: Path, *steps: int, keep: int = 5) -> Checkpoints:
    """Checkpoints of the given steps, in which `w` is the step."""
    checkpoints = Checkpoints(folder, [graph.variable], keep)
    for step in steps:
        graph.set(step)
        checkpoints.save(graph.session, step)
    return checkpoints


def test_the_last_one_is_restored_with_its_step(graph: Graph, tmp_path: Path) -> None:
    checkpoints = saved(graph, tmp_path / "run", 9, 10)
    graph.set(0)
    assert checkpoints.restore(graph.session) == 10
    assert graph.get() == 10


def test_the_last_few_are_kept_across_restarts(graph: Graph, tmp_path: Path) -> None:
    saved(graph, tmp_path, 1, 2, 3, keep=2)
    assert checkpoint_steps(tmp_path) == [2, 3]
    saved(graph, tmp_path, 4, keep=2)
    assert checkpoint_steps(tmp_path) == [3, 4]
    saved(graph, tmp_path, 5, keep=3)
    assert checkpoint_steps(tmp_path) == [3, 4, 5]


def test_a_folder_that_moved_is_restored(graph: Graph, tmp_path: Path) -> None:
    saved(graph, tmp_path / "here", 7)
    (tmp_path / "here").rename(tmp_path / "there")
    graph.set(0)
    assert Checkpoints(tmp_path / "there", [graph.variable]).restore(graph.session) == 7
    assert graph.get() == 7


def test_steps_are_numbers_not_text_and_neighbours_are_not_steps(tmp_path: Path) -> None:
    for name in (
        "model.ckpt-9.index",
        "model.ckpt-100.index",
        "model.ckpt-x.index",
        "model.ckpt-7.data-00000-of-00001",
    ):
        (tmp_path / name).write_text("")
    assert checkpoint_steps(tmp_path) == [9, 100]
    assert checkpoint_steps(tmp_path / "nowhere") == []


def cut_data(path: Path) -> None:
    data = path.with_name(path.name + ".data-00000-of-00001")
    data.write_bytes(data.read_bytes()[: data.stat().st_size // 2])


def flip_a_bit(path: Path) -> None:
    data = path.with_name(path.name + ".data-00000-of-00001")
    content = bytearray(data.read_bytes())
    content[500] ^= 1
    data.write_bytes(content)


def remove_data(path: Path) -> None:
    path.with_name(path.name + ".data-00000-of-00001").unlink()


def cut_index(path: Path) -> None:
    index = path.with_name(path.name + ".index")
    index.write_bytes(index.read_bytes()[:60])


def empty_index(path: Path) -> None:
    path.with_name(path.name + ".index").write_bytes(b"")


def follow_advice(folder: Path, step: int) -> None:
    """Removes the files of a checkpoint, as the message says."""
    for part in folder.glob(f"model.ckpt-{step}.*"):
        part.unlink()


@pytest.mark.parametrize("damage", [cut_data, flip_a_bit, cut_index, empty_index])
def test_damage_is_one_line_that_names_the_checkpoint(damage: Any, graph: Graph, tmp_path: Path) -> None:
    checkpoints = saved(graph, tmp_path, 4, 8)
    damage(checkpoints.path(8))
    with pytest.raises(UserError) as error:
        checkpoints.restore(graph.session)
    message = str(error.value)
    assert message.startswith(f"{tmp_path}/model.ckpt-8: the checkpoint is damaged (")
    assert "Graph execution error" not in message
    assert "Original error" not in message
    assert message.endswith("restore its files, or remove its files, so that model.ckpt-4 is used")
    assert "\n" not in message
    follow_advice(tmp_path, 8)
    assert checkpoints.restore(graph.session) == 4
    assert graph.get() == 4


def test_a_lost_file_is_no_damage(graph: Graph, tmp_path: Path) -> None:
    checkpoints = saved(graph, tmp_path, 4, 8)
    remove_data(checkpoints.path(8))
    with pytest.raises(UserError, match=r"model\.ckpt-8: cannot be read \(.*run the command again") as error:
        checkpoints.restore(graph.session)
    assert "damaged" not in str(error.value)
    follow_advice(tmp_path, 8)
    assert checkpoints.restore(graph.session) == 4


@pytest.mark.parametrize("name", ["exp[lr=1e-3]", "what?", "*", "a b", "{x}"])
def test_no_path_is_a_pattern(name: str, graph: Graph, tmp_path: Path) -> None:
    checkpoints = saved(graph, tmp_path / name, 4, 8)
    graph.set(0)
    assert checkpoints.restore(graph.session) == 8
    assert graph.get() == 8


def test_a_checkpoint_that_vanishes_while_it_is_read_is_replaced_by_the_next(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = saved(graph, tmp_path, 1, keep=1)
    read = checkpoints_module.CheckpointReader
    steps = iter((2, 3))

    def read_late(path: Path) -> CheckpointReader:
        if step := next(steps, None):
            graph.set(step)
            trainer.save(graph.session, step)
        return read(path)

    monkeypatch.setattr(checkpoints_module, "CheckpointReader", read_late)
    assert Checkpoints(tmp_path, [graph.variable]).restore(graph.session) == 3
    assert graph.get() == 3


def test_all_is_flushed_before_anything_is_removed(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoints = saved(graph, tmp_path, 4, keep=1)
    calls: list[tuple[str, str]] = []

    def named(path: object) -> str:
        text = os.readlink(f"/proc/self/fd/{path}") if isinstance(path, int) else str(path)
        return Path(text).name.removesuffix("-00000-of-00001")

    def record(name: str) -> None:
        original = getattr(os, name)

        def call(path: Any, *args: Any, **options: Any) -> Any:
            calls.append((name, named(path)))
            return original(path, *args, **options)

        monkeypatch.setattr(os, name, call)

    for name in ("fsync", "replace", "unlink"):
        record(name)
    checkpoints.save(graph.session, 8)
    ours = [call for call in calls if "model.ckpt-" in call[1] or call == ("fsync", tmp_path.name)]
    assert ours == [
        ("fsync", "model.ckpt-8.data"),
        ("fsync", "model.ckpt-8.index"),
        ("replace", "model.ckpt-8.data"),
        ("fsync", tmp_path.name),
        ("replace", "model.ckpt-8.index"),
        ("fsync", tmp_path.name),
        ("fsync", tmp_path.name),  # of the file `checkpoint`, which names them
        ("unlink", "model.ckpt-4.index"),
        ("unlink", "model.ckpt-4.data"),
    ]


def test_epochs_that_were_lost_leave_no_later_checkpoint(graph: Graph, tmp_path: Path) -> None:
    saved(graph, tmp_path, 8, 4, keep=1)
    assert checkpoint_steps(tmp_path) == [4]


def test_tensorflow_finds_the_last_checkpoint_too(graph: Graph, tmp_path: Path) -> None:
    saved(graph, tmp_path, 9, 10, keep=2)
    state = tf.train.get_checkpoint_state(str(tmp_path))
    assert state.model_checkpoint_path == f"{tmp_path}/model.ckpt-10"
    assert [Path(path).name for path in state.all_model_checkpoint_paths] == ["model.ckpt-9", "model.ckpt-10"]


@pytest.mark.parametrize("kind", ["fifo", "link"])
def test_only_regular_files_in_the_folder_are_opened(kind: str, graph: Graph, tmp_path: Path) -> None:
    checkpoints = saved(graph, tmp_path / "run", 4)
    data = tmp_path / "run" / "model.ckpt-4.data-00000-of-00001"
    data.rename(tmp_path / "elsewhere")
    if kind == "fifo":
        os.mkfifo(data)
    else:
        data.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match=r"data-00000-of-00001: is (not a regular file|a link out of the run folder)"):
        checkpoints.restore(graph.session)


def test_no_checkpoint_is_one_line(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no model\.ckpt-N here"):
        Checkpoints(tmp_path, [graph.variable]).restore(graph.session)


@pytest.mark.parametrize(("name", "shape"), [("w", [3]), ("v", [250])])
def test_weights_of_another_shape_or_name_are_refused_by_name(
    name: str, shape: list[int], graph: Graph, tmp_path: Path
) -> None:
    saved(graph, tmp_path, 4)
    with Sessions().new_graph() as session:
        other = Checkpoints(tmp_path, [tf.get_variable(name, shape)])
        with pytest.raises(UserError, match=f"model.ckpt-4: {name} has shape .* not of one run"):
            other.restore(session)


def test_a_full_disk_is_one_line_and_leaves_the_last_checkpoint(graph: Graph, tmp_path: Path) -> None:
    checkpoints = saved(graph, tmp_path, 4)
    graph.set(8)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("model.ckpt*")}
    with (
        disk_full_after(500),
        pytest.raises(UserError, match=r"model\.ckpt-8: cannot be written \(.*free some space"),
    ):
        checkpoints.save(graph.session, 8)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("model.ckpt*")} == before
    assert checkpoints.restore(graph.session) == 4
    assert graph.get() == 4


def test_a_full_disk_does_not_harm_an_earlier_checkpoint_of_the_same_step(graph: Graph, tmp_path: Path) -> None:
    checkpoints = saved(graph, tmp_path, 4)
    with disk_full_after(500), pytest.raises(UserError, match="cannot be written"):
        checkpoints.save(graph.session, 4)
    graph.set(0)
    assert checkpoints.restore(graph.session) == 4
    assert graph.get() == 4


def test_what_a_kill_left_half_written_is_swept_away(graph: Graph, tmp_path: Path) -> None:
    saved(graph, tmp_path, 4)
    left = [
        "model.ckpt-8.data-00000-of-00001",
        "model.ckpt-8.data-00000-of-00001.tempstate77",
        "model.ckpt-4.data-00000-of-00001.tempstate5",
    ]
    for name in [*left, "model.ckpt-notes.txt"]:
        (tmp_path / name).write_text("half")
    saved(graph, tmp_path, 12)
    names = {path.name for path in tmp_path.iterdir()}
    assert not names & set(left)
    assert "model.ckpt-notes.txt" in names
    assert checkpoint_steps(tmp_path) == [4, 12]


def test_a_folder_that_cannot_be_made_is_one_line(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"model\.ckpt-1: cannot be written"):
        Checkpoints(tmp_path / "file" / "run", [graph.variable]).save(graph.session, 1)
