"""The steps of a job: which of them a run takes that begins, that has begun, and that resumes from a checkpoint."""

from pathlib import Path
from typing import Any

import pytest

from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training import pipeline
from rnn_textclf.training.distillation import teachers
from tests.tiny_runs import job, prepare, train


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the steps taken."""
    taken: list[str] = []

    def watch(module: Any, name: str) -> None:
        step = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *arguments: taken.append(name) or step(*arguments))

    watch(pipeline, "pretrain")
    watch(pipeline, "find_vectors")
    watch(teachers, "ask_teachers")
    return taken


def test_a_run_takes_only_the_steps_that_it_needs(
    data: Path, scored_run: Any, tmp_path: Path, steps: list[str]
) -> None:
    fractions = {"valid_fraction": 0.2, "test_fraction": 0.2}
    asked = job(tmp_path / "run", data, distil_from=str(scored_run.folder.path), num_epochs=1, **fractions)
    first = prepare(asked)
    assert steps == ["pretrain", "find_vectors", "ask_teachers"]
    steps.clear()
    begun = prepare(asked)
    assert steps == ["pretrain", "find_vectors"]
    assert begun.config == first.config
    assert begun.data.vocabulary.words == first.data.vocabulary.words
    train(asked)
    steps.clear()
    resumed = prepare(asked)
    assert steps == []
    assert (resumed.first.pretrained, resumed.first.vectors) == (None, None)
    assert resumed.distillation is not None


def test_folds_pretrain_once_and_only_where_one_is_not_finished(
    data: Path, tmp_path: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = job(tmp_path / "run", data, folds=2, pretrain="lm")
    monkeypatch.setattr(pipeline, "plan_pretraining", lambda job: (None, []))
    monkeypatch.setattr(pipeline, "train_folds", lambda *arguments: None)
    pipeline.cross_validate(asked, Sessions(1))
    assert steps == ["pretrain"]
    monkeypatch.setattr(pipeline, "unfinished_folds", lambda run: [])
    pipeline.cross_validate(asked, Sessions(1))
    assert steps == ["pretrain"]
