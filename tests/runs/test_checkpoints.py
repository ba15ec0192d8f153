"""Weights on disk: kept, restored, and never harmed by what goes wrong."""

import contextlib
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.checkpoints import Checkpoints, checkpoint_steps


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
    with tf.Graph().as_default(), tf.Session() as session:
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


@pytest.mark.parametrize("damage", [cut_data, flip_a_bit, remove_data, cut_index, empty_index])
def test_damage_is_one_line_that_names_the_checkpoint(damage: Any, graph: Graph, tmp_path: Path) -> None:
    checkpoints = saved(graph, tmp_path, 4, 8)
    damage(checkpoints.path(8))
    with pytest.raises(UserError) as error:
        checkpoints.restore(graph.session)
    message = str(error.value)
    assert message.startswith(f"{tmp_path}/model.ckpt-8: the checkpoint is damaged (")
    assert "Graph execution error" not in message
    assert "Original error" not in message
    assert message.endswith("without its files model.ckpt-4 answers")
    assert "\n" not in message
    for part in tmp_path.glob("model.ckpt-8.*"):
        part.unlink()
    assert checkpoints.restore(graph.session) == 4
    assert graph.get() == 4


def test_no_checkpoint_is_one_line(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no model\.ckpt-N here"):
        Checkpoints(tmp_path, [graph.variable]).restore(graph.session)


@pytest.mark.parametrize(("name", "shape"), [("w", [3]), ("v", [250])])
def test_weights_of_another_shape_or_name_are_refused_by_name(
    name: str, shape: list[int], graph: Graph, tmp_path: Path
) -> None:
    saved(graph, tmp_path, 4)
    with tf.Graph().as_default(), tf.Session() as session:
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
