"""Sizes of models: counted as TensorFlow counts them, fitted to the memory, refused before they are built."""

from pathlib import Path

import pytest

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.config.model import PAIR_BUCKETS
from rnn_textclf.errors import UserError
from rnn_textclf.training.capacity import memory, model_size
from rnn_textclf.training.capacity.model_size import (
    DataSize,
    bytes_to_train,
    check_size,
    fit_direct_scores,
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
