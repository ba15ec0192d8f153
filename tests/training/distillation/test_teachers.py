"""Distillation: what is learned against teachers asked directly, and teachers that must not teach."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.preprocessing.encoded.prepared_data import PreparedData, Subset
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.training.distillation.soft_targets import (
    DistillationData,
    DistillationInput,
    SoftTargets,
    read_soft_targets,
    write_soft_targets,
)
from tests import graphs
from tests.tiny_runs import assert_same_run, cross_validate, job, train
from tests.training.test_loop import interfere, kill

OPTIONS = {"num_epochs": 3, "learning_rate": 0.05, "dropout": 0.0}


@pytest.fixture(scope="module")
def teacher(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unsure ensemble of two."""
    run = tmp_path_factory.mktemp("runs") / "teacher"
    train(job(run, data, ensemble=2, calibrate=False, **{**OPTIONS, "num_epochs": 1}))
    return run


@pytest.fixture(scope="module")
def student(data: Path, teacher: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "student"
    train(job(run, data, distil_from=str(teacher), distil_weight=1.0, **{**OPTIONS, "num_epochs": 20}))
    return run


def training_texts(run: Path, data: Path) -> tuple[list[int], list[str]]:
    split = json.loads((run / "split.json").read_text())
    rows = sorted(set(range(40)) - set(split["valid"]) - set(split["test"]))
    lines = [line for end in ("neg", "pos") for line in (data / f"rt-polarity.{end}").read_text().splitlines()]
    return rows, [lines[row] for row in rows]


def without_sentences(of_rows: np.ndarray) -> SoftTargets:
    return SoftTargets(
        of_rows, np.zeros(0, np.int32), np.zeros(0, np.uint64), np.zeros([0, of_rows.shape[1]], np.float32)
    )


def test_the_loss_of_mixed_targets_is_the_mixture_of_losses() -> None:
    random = np.random.default_rng(1)
    batch = graphs.batch([[2], [3], [4]], [0, 1, 1])._replace(indices=np.array([4, 0, 2]))
    soft, logs = random.dirichlet([1, 1], 5).astype(np.float32), np.log(random.dirichlet([1, 1], 3))
    nobody: Any = Subset(None, np.arange(5))  # type: ignore[arg-type]
    prepared = PreparedData(nobody, nobody, nobody, Vocabulary(graphs.WORDS), ("no", "yes"))
    mixed = (
        DistillationData(prepared, DistillationInput(without_sentences(soft), None), 0.7, False).mix(batch).soft_targets
    )
    expected = 0.3 * -(batch.targets * logs).sum(1) + 0.7 * -(soft[[4, 0, 2]] * logs).sum(1)
    assert mixed is not None
    np.testing.assert_allclose(-(mixed * logs).sum(1), expected, rtol=1e-6)


def test_the_labels_stay_what_training_accuracy_is_counted_against() -> None:
    """A batch whose teachers say the opposite of its labels is learned from them, and judged by the labels."""
    from rnn_textclf.config import TrainConfig

    batch = graphs.batch([[2, 6], [3, 7]], [0, 1])
    with graphs.classifier(TrainConfig(dropout=0.0, learning_rate=0.1)) as built:
        opposite = batch._replace(soft_targets=batch.targets[:, ::-1])
        for _ in range(30):
            built.classifier.step(built.session, opposite, "train")
        before = built.session.run(built.classifier.training.epoch_totals)
        built.classifier.step(built.session, opposite, "train")
        _, right, count = built.session.run(built.classifier.training.epoch_totals) - before
        assert (right, count) == (0, 2)
        chances = built.classifier.step(built.session, batch, "eval").probabilities
        assert (chances.argmax(1) == [1, 0]).all()


def test_what_is_stored_is_what_the_teacher_says_of_training_rows_alone(
    student: Path, teacher: Path, data: Path
) -> None:
    rows, texts = training_texts(student, data)
    soft = np.load(student / "soft_targets.npz", allow_pickle=False)["of_rows"]
    np.testing.assert_allclose(soft[rows], Predictor.load(teacher, 1).predict_proba(texts), atol=1e-6)
    assert np.isnan(np.delete(soft, rows, axis=0)).all()


def test_a_student_comes_nearer_to_its_teacher_than_labels_alone_bring_it(
    student: Path, teacher: Path, data: Path, tmp_path: Path
) -> None:
    train(job(tmp_path / "plain", data, **{**OPTIONS, "num_epochs": 20}))
    _, texts = training_texts(student, data)
    taught, plain = (Predictor.load(run, 1) for run in (student, tmp_path / "plain"))
    wanted = Predictor.load(teacher, 1).predict_proba(texts)
    # The labels' student is sure of itself; its temperature would bring it nearer.
    distances = [np.abs(p.predict_proba(texts) - wanted).mean() for p in (taught, plain)]
    assert distances[0] < 0.5 * distances[1]


@pytest.mark.slow
def test_each_fold_is_taught_by_the_fold_of_its_number(data: Path, tmp_path: Path) -> None:
    options = {"folds": 2, "num_epochs": 1}
    cross_validate(job(tmp_path / "teacher", data, **options))
    cross_validate(job(tmp_path / "student", data, distil_from=str(tmp_path / "teacher"), **options))
    for fold in ("01", "02"):
        config = json.loads((tmp_path / "student" / "folds" / fold / "config.json").read_text())
        assert config["train"]["distil_from"] == str(tmp_path / "teacher" / "folds" / fold)
    with pytest.raises(UserError, match=r"folds/01: was trained on .* would leak"):
        cross_validate(job(tmp_path / "other", data, seed=2, distil_from=str(tmp_path / "teacher"), **options))


def lose_keys(run: Path) -> None:
    for member in (run / "members").iterdir():
        (member / "train_keys.npy").unlink()


def rename_class(run: Path) -> None:
    for member in (run / "members").iterdir():
        (member / "labels.txt").write_text("negative\ngood\n")


def change_loss(run: Path) -> None:
    for member in (run / "members").iterdir():
        text = (member / "config.json").read_text()
        (member / "config.json").write_text(text.replace('"softmax"', '"sigmoid"'))


@pytest.mark.parametrize(
    ("harm", "options", "message"),
    [
        (lose_keys, {}, "train_keys.npy: is missing, so that nobody can tell which rows this teacher knows"),
        (rename_class, {}, "has the classes negative, good, but the rows have negative, positive"),
        (change_loss, {}, "was trained with --loss=sigmoid; a teacher must have the student's softmax"),
        (shutil.rmtree, {}, "no run here"),
        (lambda run: None, {"seed": 2}, r"members/1: was trained on \d+ of the rows that validate or test here"),
    ],
)
def test_teachers_that_must_not_teach_are_one_line_and_an_older_run_stays(
    harm: Callable[[Path], None], options: dict[str, Any], message: str, data: Path, teacher: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(teacher, tmp_path / "teacher")
    for checksums in copy.glob("members/*/checksums.json"):
        checksums.unlink()
    harm(copy)
    older = shutil.copytree(teacher / "members" / "1", tmp_path / "run")
    before = (older / "config.json").read_bytes()
    with pytest.raises(UserError, match=message) as error:
        train(job(older, data, overwrite=True, distil_from=str(copy), **OPTIONS, **options))
    assert "\n" not in str(error.value)
    assert (older / "config.json").read_bytes() == before


TEXT = ["the film is dreadful and stale", "a story shines", "its plot bores , the music bores", "no words known"]


@pytest.fixture
def unlabelled(tmp_path: Path) -> Path:
    path = tmp_path / "unlabelled.txt"
    path.write_text("".join(f"{line}\n" for line in TEXT))
    return path


def test_sentences_without_labels_are_learned_as_the_teacher_decides(
    data: Path, teacher: Path, unlabelled: Path, tmp_path: Path
) -> None:
    held_out = json.loads((teacher / "members" / "1" / "split.json").read_text())["test"][0]
    lines = [line for end in ("neg", "pos") for line in (data / f"rt-polarity.{end}").read_text().splitlines()]
    with unlabelled.open("a") as file:
        file.write(f"{lines[held_out]}\n")
    options = {**OPTIONS, "distil_from": str(teacher), "distil_sentences": 9, "unlabelled_file": str(unlabelled)}
    outcome = train(job(tmp_path / "run", data, distil_weight=1.0, batch_size=4, **{**options, "num_epochs": 20}))
    stored = np.load(tmp_path / "run" / "soft_targets.npz", allow_pickle=False)
    assert stored["sentences"].tolist() == [0, 1, 2, 3]  # not the one that tests the student
    said = Predictor.load(teacher, 1).predict_proba(TEXT)
    np.testing.assert_allclose(stored["of_sentences"], said, atol=1e-6)
    assert [row.step for row in outcome.epochs] == [9 * n for n in range(1, 21)]  # 32 rows and 4 sentences by 4
    learned = Predictor.load(tmp_path / "run", 1).predict_proba(TEXT)
    np.testing.assert_allclose(learned, said, atol=0.1)


def test_going_on_wants_the_same_text_but_no_teacher(
    data: Path, teacher: Path, unlabelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = shutil.copytree(teacher, tmp_path / "teacher")
    options = {**OPTIONS, "distil_from": str(gone), "distil_sentences": 3, "unlabelled_file": str(unlabelled)}
    train(job(tmp_path / "whole", data, **options))
    with monkeypatch.context() as patch:
        interfere(patch, 6, kill)
        with pytest.raises(SystemError):
            train(job(tmp_path / "run", data, **options))
    shutil.rmtree(gone)
    text = unlabelled.read_text()
    unlabelled.write_text("another text\n" * 4)
    with pytest.raises(UserError, match="about another unlabelled text"):
        train(job(tmp_path / "run", data, **options))
    unlabelled.write_text(text)
    train(job(tmp_path / "run", data, **options))
    assert_same_run(tmp_path / "run", tmp_path / "whole", 15)  # three epochs of 35 rows by 8


@pytest.mark.parametrize("content", [b"", b"PK", b"\x93NUMPY", None])
def test_damaged_soft_targets_are_named(content: bytes | None, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    write_soft_targets(folder, without_sentences(np.zeros([3, 2], np.float32)))
    assert read_soft_targets(folder, (3, 2), None).of_rows.shape == (3, 2)
    if content is not None:
        folder.soft_targets_path.write_bytes(content)
    with pytest.raises(UserError, match=r"soft_targets\.npz: "):
        read_soft_targets(folder, (4, 2), None)
