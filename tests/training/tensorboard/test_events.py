"""TensorBoard events, read back from their files."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.folder.removal import remove_run
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.training.tensorboard import event_values
from tests.tiny_runs import STEPS_PER_EPOCH, job, rows, train


def read(folder: Path) -> dict[str, list[tuple[int, Any]]]:
    """Tag -> the step and the value of each event; the graph under "graph"."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for path in folder.glob("events.out.tfevents.*"):
        for event in tf.train.summary_iterator(str(path)):
            if event.HasField("graph_def"):
                found["graph"] = [(event.step, event.graph_def)]
            for value in event.summary.value:
                found.setdefault(value.tag, []).append((event.step, value))
    return found


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "detailed"
    train(job(folder, data, num_epochs=2, direct_scores=True).replace(tensorboard=True))
    return folder


def test_training_and_validation_share_their_tags(run: Path) -> None:
    for part, tags in {
        "train": {"loss": "train_loss", "accuracy": "train_accuracy"},
        "validation": {"loss": "valid_loss", "accuracy": "valid_accuracy", "macro_f1": "valid_macro_f1"},
        "": {"learning_rate": "learning_rate"},
    }.items():
        events = read(run / part)
        for tag, name in tags.items():
            points = [(step, value.simple_value) for step, value in events[tag]]
            np.testing.assert_allclose(points, [(row["step"], row[name]) for row in rows(run)], rtol=1e-6)


def test_details_are_there_after_each_epoch(run: Path) -> None:
    steps = [STEPS_PER_EPOCH, 2 * STEPS_PER_EPOCH]
    training, validation, other = read(run / "train"), read(run / "validation"), read(run)
    for tag in ("weights/word_scores", "gradients/word_scores", "weights/output_kernel", "gradients/output_kernel"):
        assert [step for step, _ in training[tag]] == steps
        assert all(value.histo.num == sum(value.histo.bucket) > 0 for _, value in training[tag])
    assert [step for step, _ in validation["precision_recall/positive"]] == steps
    sample = tf.make_ndarray(validation["running_scores"][0][1].tensor)[0].decode()
    assert sample.startswith(("positive: ", "negative: "))
    assert sample.count("**0.") == len(sample.split(": ")[1].split(" ")) / 2
    assert b"num_hidden_units | 8" in tf.make_ndarray(other["hyperparameters"][0][1].tensor)[0]
    (_, graph) = other["graph"][0]
    assert b"word_scores" in graph


def test_the_curve_counts_as_a_slow_loop() -> None:
    draw = np.random.default_rng(1)
    positive, scores = draw.random(50) < 0.3, draw.random(50)
    value = event_values.precision_recall("x", positive, scores)
    assert value.metadata.plugin_data.plugin_name == "pr_curves"
    found = tf.make_ndarray(value.tensor)
    for i, threshold in enumerate(np.linspace(0, 1, 101)):
        hits = sum(p and s >= threshold for p, s in zip(positive, scores, strict=True))
        alarms = sum(not p and s >= threshold for p, s in zip(positive, scores, strict=True))
        expected = [hits, alarms, (~positive).sum() - alarms, positive.sum() - hits]
        np.testing.assert_array_equal(found[:4, i], expected)
        assert found[4, i] == pytest.approx(hits / max(hits + alarms, 1))
        assert found[5, i] == pytest.approx(hits / positive.sum())


def test_tensorboard_reads_the_curve_and_the_hyperparameters() -> None:
    plugin = pytest.importorskip("tensorboard.plugins.pr_curve.metadata")
    content = event_values.precision_recall("x", np.array([True]), np.array([0.5])).metadata.plugin_data.content
    assert plugin.parse_plugin_metadata(content).num_thresholds == 101
    values = event_values.hparams({"dropout": 0.5, "absent": None}, "run").value
    assert [value.metadata.plugin_data.plugin_name for value in values] == ["hparams"] * len(values)
    assert len(values) >= 1


def test_clearing_removes_events_and_nothing_else(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    for place in folder.events.values():
        place.mkdir(exist_ok=True)
        (place / "events.out.tfevents.1").touch()
    (tmp_path / "train" / "mine.txt").touch()
    remove_run(folder)
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == [
        "train",
        "train/mine.txt",
    ]
