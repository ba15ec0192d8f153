"""The facts that clients are told of a model."""

import json
from pathlib import Path

import pytest

from rnn_textclf.inference.serving.model_info import describe
from tests.inference.serving.fake_model import FakeModel


def test_a_run_is_described_with_its_test_and_without_its_place(tmp_path: Path) -> None:
    run = tmp_path / "polarity"
    run.mkdir()
    (run / "metrics.json").write_text(json.dumps({"test_accuracy": 0.75, "test_rows": 8, "epoch": 3}))
    info = describe(FakeModel(), [run])
    assert (info["name"], info["step"], info["vocab_size"]) == ("polarity", 428, 50)
    assert info["test"] == {"accuracy": 0.75, "rows": 8}
    assert str(tmp_path) not in json.dumps(info)


def test_several_runs_have_no_test_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text(json.dumps({"test_accuracy": 0.75, "test_rows": 8}))
    info = describe(FakeModel(), [tmp_path, tmp_path / "other"])
    assert info["name"] == f"{tmp_path.name} + other"
    assert info["test"] is None
    assert describe(FakeModel(), [tmp_path / "other"])["test"] is None


def test_examples_have_words_that_the_model_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = FakeModel()
    assert len(describe(model, [tmp_path])["examples"]) == 4
    monkeypatch.setattr(model, "knows", lambda word: word in ("it", "was", "the", "worst", "movie"))
    assert describe(model, [tmp_path])["examples"] == ["it was the worst movie i have ever seen"]
