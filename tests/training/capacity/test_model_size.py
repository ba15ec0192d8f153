"""Sizes of models: counted as TensorFlow counts them, fitted to the memory, refused before they are built."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.config.model import PAIR_BUCKETS
from rnn_textclf.errors import UserError
from rnn_textclf.models.language_model import LanguageModel
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.calibration import fit_temperature
from rnn_textclf.training.capacity import memory, model_size
from rnn_textclf.training.capacity.model_size import (
    DataSize,
    bytes_to_evaluate,
    bytes_to_train,
    check_language_model,
    check_size,
    fit_direct_scores,
    num_language_weights,
    num_weights,
)
from tests import graphs
from tests.tiny_runs import job, prepare

GIGABYTE = 10**9
CORNELL = DataSize(25_000, 2, 180_000, 60)
MANY = DataSize(18_000, 2_500, 300_000, 20)
TOO_MANY = DataSize(20_000, 10_000, 300_000, 20)
NOTHING_GIVEN: frozenset[str] = frozenset()


@pytest.fixture(autouse=True)
def plenty(monkeypatch: pytest.MonkeyPatch) -> None:
    have(monkeypatch, 16 * GIGABYTE)


def have(monkeypatch: pytest.MonkeyPatch, count: int | None) -> None:
    monkeypatch.setattr(model_size, "memory_at_hand", lambda: count)


def fitted(size: DataSize, *given: str, **model: object) -> ModelConfig:
    return fit_direct_scores(ModelConfig(**model), TrainConfig(), size, frozenset(given))  # type: ignore[arg-type]


@pytest.mark.parametrize("unit", ["rnn", "gru", "lstm"])
def test_weights_are_counted_as_tensorflow_counts_them(unit: str) -> None:
    more = {"rnn_unit": unit, "num_layers": 2, "bidirectional": unit == "gru", "direct_scores": True}
    with graphs.classifier(num_classes=3, stems=True, pair_buckets=50, **more) as (classifier, _):
        counted = sum(variable.shape.num_elements() for variable in classifier.weights)
        size = DataSize(len(classifier.vocabulary), 3, 0, 0)
        # Some units have a second bias.
        assert counted == pytest.approx(num_weights(classifier.config, size), rel=0.1)


def test_weights_of_a_language_model_are_counted_as_tensorflow_counts_them() -> None:
    config = ModelConfig(num_hidden_units=6, embedding_size=5)
    with tf.Graph().as_default():
        model = LanguageModel(config, graphs.WITHOUT_STEMS, TrainConfig(), 1)
        counted = sum(variable.shape.num_elements() for variable in model.weights)
    assert counted == pytest.approx(num_language_weights(config, graphs.VOCABULARY_SIZE), rel=0.1)


def test_a_language_model_that_does_not_fit_is_refused() -> None:
    check_language_model(ModelConfig(), TrainConfig(), 50_000, 100)
    with pytest.raises(UserError, match=r"language model: its .* weights take .* --pretrain_words"):
        check_language_model(ModelConfig(embedding_size=100_000), TrainConfig(), 50_000, 100)
    with pytest.raises(UserError, match="--pretrain_batch_size or --max_length"):
        check_language_model(ModelConfig(), TrainConfig(batch_size=100_000), 50_000, 100)


@pytest.mark.parametrize("classes", [2, 6, 50, 150, 256])
def test_few_classes_have_the_table_of_old(classes: int) -> None:
    assert fitted(CORNELL._replace(num_classes=classes)) == ModelConfig()


def test_many_classes_have_fewer_buckets() -> None:
    model = fitted(MANY)
    assert model.direct_scores
    assert 10_000 < model.pair_buckets < 30_000
    assert bytes_to_train(model, TrainConfig(), MANY) < 2 * GIGABYTE


def test_words_by_classes_may_be_too_many() -> None:
    model = fitted(TOO_MANY)
    assert not model.direct_scores
    assert fitted(TOO_MANY, "direct_scores").direct_scores
    assert fitted(MANY, "pair_buckets", pair_buckets=77).pair_buckets == 77


def test_short_memory_makes_tables_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    have(monkeypatch, 3 * GIGABYTE // 2)
    assert fitted(MANY).pair_buckets < 10_000
    have(monkeypatch, GIGABYTE // 2)
    assert not fitted(MANY).direct_scores
    have(monkeypatch, None)
    assert fitted(CORNELL) == ModelConfig()


def test_a_model_that_does_not_fit_is_refused_with_its_size_before_it_is_built(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError) as error:
        prepare(job(tmp_path / "run", data, num_hidden_units=1_000_000))
    message = str(error.value)
    assert "its 3,000,0" in message
    assert "weights take 36,000.3 GB to train, and 16.0 GB are free; lower --num_hidden_units" in message
    assert "\n" not in message
    assert not (tmp_path / "run" / "config.json").exists()
    have(monkeypatch, None)
    check_size(ModelConfig(num_hidden_units=1_000_000), TrainConfig(), CORNELL)


def test_an_evaluation_that_does_not_fit_is_refused_with_what_makes_it_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    """30,000 rows of 10,000 classes, a tenth for validation and a tenth for the test, train on 4 GB."""
    held_out = TOO_MANY._replace(num_valid=3000, num_test=3000)
    have(monkeypatch, 4 * GIGABYTE)
    check_size(fitted(held_out), TrainConfig(), held_out)
    with pytest.raises(UserError, match=r"300,000 validation and 3,000 test rows of .* --valid_fraction"):
        check_size(fitted(held_out), TrainConfig(), held_out._replace(num_valid=300_000))
    with pytest.raises(UserError, match="Not enough memory to evaluate"):
        check_size(fitted(held_out), TrainConfig(), held_out._replace(members=10))


def test_what_an_evaluation_holds_is_counted() -> None:
    rows, classes = 500, 300
    size = DataSize(100, classes, 0, 5, rows, rows)
    counted = bytes_to_evaluate(ModelConfig(), TrainConfig(), size)
    counted -= bytes_to_evaluate(ModelConfig(), TrainConfig(), size._replace(num_valid=0, num_test=0))
    draw = np.random.default_rng(1)
    chances = draw.dirichlet(np.ones(classes), rows).astype(np.float32)
    targets = np.eye(classes, dtype=bool)[draw.integers(0, classes, rows)]
    tracemalloc.start()
    held = [(chances.copy(), targets.copy()) for _ in ("valid", "test")]
    fit_temperature(*held[0], "softmax")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.4 * most < counted < most


def test_the_number_of_buckets_is_stored_and_kept(data: Path, tmp_path: Path) -> None:
    asked = job(tmp_path / "run", data, pair_buckets=101)
    assert prepare(asked).config.model.pair_buckets == 101
    assert prepare(job(tmp_path / "run", data)).config.model.pair_buckets == 101
    values = ModelConfig().to_json()
    del values["pair_buckets"]
    assert ModelConfig.from_json(values).pair_buckets == PAIR_BUCKETS


def test_a_container_leaves_what_its_group_has_not_used(tmp_path: Path) -> None:
    for name, text in (("max", "1000\n"), ("current", "700\n"), ("stat", "anon 10\ninactive_file 200\n")):
        (tmp_path / f"memory.{name}").write_text(text)
    assert memory.left_in_group(tmp_path) == 500
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.left_in_group(tmp_path) is None


def test_the_system_says_what_is_available(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:    3 kB\n")
    assert memory.available(tmp_path) == 3072
    assert memory.available(tmp_path / "absent") is None
    assert (memory.memory_at_hand() or 1) > 0
