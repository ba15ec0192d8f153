"""Ranges, types and the strict JSON of the configurations."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.config import CorpusFacts, DataConfig, ModelConfig, RunConfig, TrainConfig
from rnn_textclf.options import ConfigError


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (ModelConfig, {"num_layers": 0}, "num_layers must be >= 1, got 0"),
        (ModelConfig, {"rnn_unit": "foo"}, "rnn_unit must be one of rnn, gru, lstm, got 'foo'"),
        (ModelConfig, {"num_layers": "2"}, "num_layers must be of type int, got '2'"),
        (ModelConfig, {"num_layers": True}, "num_layers must be of type int, got True"),
        (TrainConfig, {"dropout": 1.5}, "dropout must be < 1, got 1.5"),
        (TrainConfig, {"dropout": -0.1}, "dropout must be >= 0, got -0.1"),
        (TrainConfig, {"learning_rate": 0.0}, "learning_rate must be > 0, got 0.0"),
        (TrainConfig, {"learning_rate": float("nan")}, "learning_rate must be > 0, got nan"),
        (TrainConfig, {"max_gradient_norm": float("inf")}, "max_gradient_norm must be finite, got inf"),
        (TrainConfig, {"dropout": 0.0, "variational_dropout": True}, "variational_dropout needs --dropout above 0"),
        (TrainConfig, {"variational_dropout": 0.5}, "variational_dropout must be of type bool, got 0.5"),
        (TrainConfig, {"word_dropout": 1.0}, "word_dropout must be < 1, got 1.0"),
        (TrainConfig, {"word_dropout": -0.1}, "word_dropout must be >= 0, got -0.1"),
        (TrainConfig, {"weight_decay": -1e-4}, "weight_decay must be >= 0, got -0.0001"),
        (TrainConfig, {"label_smoothing": 1}, "label_smoothing must be < 1, got 1"),
        (TrainConfig, {"adversarial": -1.0}, "adversarial must be >= 0, got -1.0"),
        (TrainConfig, {"adversarial": float("inf")}, "adversarial must be finite, got inf"),
        (TrainConfig, {"average_weights": 1.0}, "average_weights must be < 1, got 1.0"),
        (TrainConfig, {"average_weights": float("nan")}, "average_weights must be >= 0 and < 1, got nan"),
        (DataConfig, {"symbolize": 1}, "symbolize must be of type bool, got 1"),
        (DataConfig, {"valid_fraction": 0.5, "test_fraction": 0.5}, "add up to less than 1"),
    ],
)
def test_wrong_values_are_refused_by_name(kind: Any, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message.replace("(", r"\(").replace(".", r"\.")):
        kind(**values)


@given(units=st.integers(1, 10**6), rate=st.floats(1e-9, 10), seed=st.integers(0, 2**31 - 1))
def test_json_both_ways(units: int, rate: float, seed: int) -> None:
    config = RunConfig(
        ModelConfig(num_hidden_units=units),
        TrainConfig(learning_rate=rate, seed=seed),
        DataConfig(),
        CorpusFacts(source="here", num_rows=3, sha256="00"),
    )
    assert RunConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda values: values["model"].update(extra=1), "model: unknown key 'extra'"),
        (lambda values: values["train"].pop("dropout"), "train: missing key 'dropout'"),
        (lambda values: values["data"].update(min_count=0), "data: min_count must be >= 1"),
        (lambda values: values.pop("data"), "missing key 'data'"),
        (lambda values: values.update(extra=1), "unknown key 'extra'"),
        (
            lambda values: values["model"].update(pooling="sum"),
            "model: pooling must be one of last, attention, mean, max",
        ),
        (lambda values: values["model"].update(bidirectional=True), "train: prefix_loss_weight must be 0 where"),
        (lambda values: values.update(model=[]), "model: expected an object with the keys"),
    ],
)
def test_broken_json_is_refused_by_name(change: Any, message: str) -> None:
    values = RunConfig(ModelConfig(), TrainConfig(), DataConfig(), CorpusFacts()).to_json()
    change(values)
    with pytest.raises(ConfigError, match=message):
        RunConfig.from_json(values)


def test_every_option_has_help() -> None:
    for kind in (ModelConfig, TrainConfig, DataConfig):
        for field in kind.__dataclass_fields__.values():
            assert field.metadata["help"].endswith("."), field.name


def test_a_configuration_from_before_an_option_has_the_value_of_those_days() -> None:
    values = RunConfig(ModelConfig(), TrainConfig(), DataConfig(), CorpusFacts()).to_json()
    assert values["data"].pop("tokenizer_version") == 2
    assert RunConfig.from_json(values).data.tokenizer_version == 1
