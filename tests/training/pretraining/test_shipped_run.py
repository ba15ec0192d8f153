"""The shipped run as first weights: whose text it serves, and what the user has the last word on."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.jobs import TrainingJob
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.training.pretraining import shipped_run
from rnn_textclf.training.run_setup import open_run
from tests.tiny_runs import cross_validate, job, rows, train, variables, write_corpus

_THINGS = ("the film", "this story", "the cast", "its plot", "the music")
_SAID = {"sport": ("won the cup", "lost the match"), "food": ("tastes of salt", "needs some salt")}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that stands for the shipped one: it knows film, story, cast, plot and music."""
    folder = tmp_path_factory.mktemp("shipped")
    train(job(folder / "run", write_corpus(folder / "data"), num_hidden_units=6, embedding_size=7, num_epochs=1))
    return folder / "run"


@pytest.fixture(autouse=True)
def _stands_for_the_shipped_run(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped_run, "SHIPPED_RUN", shipped)
    monkeypatch.setattr(shipped_run, "_LEAST_KNOWN", 0.5)


def own_text(folder: Path, texts: dict[str, list[str]] | None = None) -> Path:
    texts = texts or {label: [f"{thing} {end}" for thing in _THINGS for end in ends] for label, ends in _SAID.items()}
    path = folder / "own.tsv"
    path.write_text("label\ttext\n" + "".join(f"{label}\t{text}\n" for label in texts for text in texts[label]))
    return path


def own_job(run: Path, path: Path, **options: Any) -> TrainingJob:
    """A job of a user who set only `options`."""
    made = job(run, run.parent, train_file=str(path), **options)
    return made if "pretrain" in options else made.replace(given=made.given - {"pretrain"})


def begins_with(asked: TrainingJob) -> str | None:
    return open_run(asked).job.pretrain.run


def test_own_text_begins_with_its_network_words_and_weights(
    shipped: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    train(own_job(tmp_path / "run", own_text(tmp_path), num_epochs=1, learning_rate=1e-12))
    # By hand: four of the five words of each row on sport, "won" and "lost" among them, and two of those on food.
    assert "First weights: the shipped run's, which knows 60.0% of the running words" in capfd.readouterr().err
    config = RunFolder(tmp_path / "run").read_config()
    assert (config.model.num_hidden_units, config.model.embedding_size) == (6, 7)
    assert config.pretrain.pretrain == str(shipped)
    theirs, ours = (RunFolder(run).read_vocabulary() for run in (shipped, tmp_path / "run"))
    assert ours.words[: theirs.num_words] == theirs.words[: theirs.num_words]
    before, now = variables(shipped, 4), variables(tmp_path / "run", 2)
    np.testing.assert_allclose(now["layer_0/kernel"], before["layer_0/kernel"], atol=1e-8)


def test_it_goes_on_where_the_shipped_run_has_gone(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copytree(shipped, tmp_path / "copy")
    monkeypatch.setattr(shipped_run, "SHIPPED_RUN", copy)
    path = own_text(tmp_path)
    train(own_job(tmp_path / "whole", path, num_epochs=2))
    train(own_job(tmp_path / "resumed", path, num_epochs=1))
    shutil.rmtree(copy)
    train(own_job(tmp_path / "resumed", path, num_epochs=2))
    assert rows(tmp_path / "whole") == rows(tmp_path / "resumed")


def test_folds_and_members_take_what_the_larger_run_has_chosen(shipped: Path, tmp_path: Path) -> None:
    cross_validate(own_job(tmp_path / "run", own_text(tmp_path), folds=2, ensemble=2, num_epochs=1))
    parts = [part for fold in RunFolder(tmp_path / "run").parts() for part in (fold, *fold.parts())]
    assert len(parts) == 6
    assert {part.read_config().pretrain.pretrain for part in parts} == {str(shipped)}


def test_folds_of_a_run_that_began_with_nothing_begin_with_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = own_job(tmp_path / "run", own_text(tmp_path), folds=2, num_epochs=1)
    with monkeypatch.context() as patch:
        patch.setattr(shipped_run, "SHIPPED_RUN", tmp_path / "missing")
        cross_validate(asked)
    shutil.rmtree(RunFolder(tmp_path / "run").fold(2).path)
    cross_validate(asked)
    assert [fold.read_config().pretrain.pretrain for fold in RunFolder(tmp_path / "run").parts()] == [None, None]


@pytest.mark.parametrize(
    "options",
    [
        {"pretrain": "none"},
        {"num_hidden_units": 8},
        {"rnn_unit": "lstm"},
        {"stems": False},
        {"embeddings": "vectors.txt"},
        {"swap_entities": 0.5},
    ],
)
def test_the_user_has_the_last_word(options: dict[str, Any], tmp_path: Path) -> None:
    assert begins_with(own_job(tmp_path / "run", own_text(tmp_path), **options)) is None


def test_an_option_that_the_shipped_run_has_too_is_no_contradiction(shipped: Path, tmp_path: Path) -> None:
    assert begins_with(own_job(tmp_path / "run", own_text(tmp_path), num_hidden_units=6, stems=True)) == str(shipped)


def test_the_packaged_sentences_begin_with_nothing(tmp_path: Path) -> None:
    made = job(tmp_path / "run", write_corpus(tmp_path / "data"))
    assert begins_with(made.replace(given=frozenset())) is None


def test_text_that_it_cannot_serve_begins_with_nothing(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    german = {"a": [f"der Film war gut {number}" for number in "xyz"], "b": ["das Stück ist lang", "ein Buch"]}
    long = {label: [f"the film the plot {label} " * 9 + str(n) for n in range(5)] for label in "ab"}
    its_own = {"a": ["the film bores ."] * 3, "b": ["the music shines ."] * 3}
    for texts in (german, long, its_own):
        assert begins_with(own_job(tmp_path / "run", own_text(tmp_path, texts))) is None
    path = own_text(tmp_path)
    assert begins_with(own_job(tmp_path / "run", path)) == str(shipped)
    test_file = tmp_path / "test.tsv"
    test_file.write_text("label\ttext\nsport\tthe film bores .\nfood\tthe music shines .\n")
    assert begins_with(own_job(tmp_path / "run", path, test_file=str(test_file))) is None
    monkeypatch.setattr(shipped_run, "_MOST_BYTES", 100)
    assert begins_with(own_job(tmp_path / "run", path)) is None


def test_a_clone_without_it_begins_with_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped_run, "SHIPPED_RUN", tmp_path / "missing")
    assert begins_with(own_job(tmp_path / "run", own_text(tmp_path))) is None


def test_a_folder_of_texts_is_read_too(shipped: Path, tmp_path: Path) -> None:
    for label, ends in _SAID.items():
        (tmp_path / "texts" / label).mkdir(parents=True)
        for number, thing in enumerate(_THINGS):
            (tmp_path / "texts" / label / f"{number}.txt").write_text(f"{thing} {ends[0]}")
    assert begins_with(own_job(tmp_path / "run", tmp_path / "texts")) == str(shipped)
