"""Extreme learning rates and texts: numbers stay finite, or training stops with what to do and keeps what was saved."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.runs.checkpoints import checkpoint_steps
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training import pipeline
from tests.tiny_runs import job, train, variables

LONG = 5_000
_STOPPED = re.compile(
    r"The loss is not finite at step \d+ with learning rate \S+ and gradient norm \S+: "
    r"try a lower --(pretrain_)?learning_rate; (.*model\.ckpt-\d+ is kept|nothing was saved yet)"
)


@pytest.fixture(scope="module")
def extremes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labelled texts of one word, of 5,000 words, of words that no other text has, and usual ones."""
    rows = []
    for number in range(12):
        rows += [("pos", f"the film shines {number}"), ("neg", f"the plot bores {number}")]
        rows += [("pos", f"only{number} once{number} here{number}"), ("neg", f"word{number}")]
    rows += [("pos", "the film shines " * (LONG // 3) + "the film"), ("neg", "bores " * LONG)]
    path = tmp_path_factory.mktemp("extremes") / "extremes.tsv"
    path.write_text("label\ttext\n" + "".join(f"{label}\t{text}\n" for label, text in rows))
    return path


def options(path: Path) -> dict[str, Any]:
    return {"train_file": str(path), "num_epochs": 1, "min_count": 2, "max_length": LONG, "dropout": 0.0}


def assert_stopped_well(error: UserError, run: Path) -> None:
    assert _STOPPED.fullmatch(str(error)), error
    steps = checkpoint_steps(run)
    assert ("is kept" in str(error)) == bool(steps)
    for step in steps:
        assert_finite(variables(run, step))


def assert_finite(values: dict[str, np.ndarray]) -> None:
    for name, value in values.items():
        assert np.isfinite(value).all(), name


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} in JSON")


@pytest.mark.parametrize(
    ("learning_rate", "unit", "more"),
    [
        (1e-6, "rnn", {}),
        (1.0, "lstm", {"average_weights": 0.9}),
        (1e3, "gru", {"loss": "sigmoid", "max_gradient_norm": 1e9}),
    ],
)
def test_training_is_finite_or_stops(
    learning_rate: float, unit: str, more: dict[str, Any], extremes: Path, tmp_path: Path
) -> None:
    asked = job(tmp_path, tmp_path, learning_rate=learning_rate, rnn_unit=unit, **options(extremes), **more)
    try:
        train(asked.replace(checkpoint_steps=1))
    except UserError as error:
        assert_stopped_well(error, tmp_path)
        return
    assert_finite(variables(tmp_path, checkpoint_steps(tmp_path)[-1]))
    for line in (tmp_path / "metrics.jsonl").read_text().splitlines():
        json.loads(line, parse_constant=refuse)
    predictor = Predictor.load(tmp_path, 1)
    texts = ["", "unheard", "never seen at all", "the", "bores " * LONG, "the film shines " * LONG]
    chances = predictor.predict_proba(texts)
    assert np.isfinite(chances).all()
    np.testing.assert_allclose(chances[0], chances[1], atol=1e-6)  # Neither has a word that is known.
    if more.get("loss") != "sigmoid":
        np.testing.assert_allclose(chances.sum(1), 1, atol=1e-5)
    for prediction in predictor.predictions(texts[:4]):
        assert np.isfinite(prediction.running_scores).all()


@pytest.mark.parametrize("learning_rate", [1e-6, 1e3])
def test_a_language_model_is_finite_or_stops(learning_rate: float, extremes: Path, tmp_path: Path) -> None:
    more = {"pretrain": "lm", "pretrain_file": str(extremes), "pretrain_dir": str(tmp_path / "pretraining")}
    more |= {"pretrain_epochs": 1, "pretrain_batch_size": 8, "pretrain_learning_rate": learning_rate, "max_length": 500}
    asked = job(tmp_path / "run", tmp_path, **(options(extremes) | more)).replace(checkpoint_steps=1)
    try:
        folder = pipeline.pretrain(asked, Sessions(1))
    except UserError as error:
        [run] = (tmp_path / "pretraining").iterdir()
        assert_stopped_well(error, run)
        return
    assert folder is not None
    assert_finite(variables(folder.path, checkpoint_steps(folder.path)[-1]))
    [epoch] = folder.read_metrics()
    assert np.isfinite([epoch["train_loss"], epoch["valid_perplexity"]]).all()
