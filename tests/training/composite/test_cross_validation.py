"""Cross-validation: the numbers against a recount, stops and parallel folds against none, and what is refused."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.reports.ensemble_report import report_folds
from rnn_textclf.runs.checkpoints import checkpoint_steps
from rnn_textclf.training import pipeline
from rnn_textclf.training.concurrency.interrupts import Interrupted
from rnn_textclf.training.run_setup import resolve_job
from tests.tiny_runs import cross_validate, job, variables, write_corpus
from tests.training.test_loop import interfere, kill, press_ctrl_c

OPTIONS = {"folds": 3, "num_epochs": 2, "learning_rate": 0.05}
STEPS_A_FOLD = 2 * 4


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty sentences, and five of them once more in other letters and with other spaces."""
    folder = write_corpus(tmp_path_factory.mktemp("data"))
    path = folder / "rt-polarity.pos"
    lines = path.read_text().splitlines()
    path.write_text("".join(f"{line}\n" for line in [*lines, *(line.upper() + " " for line in lines[::4])]))
    return folder


@pytest.fixture(scope="module")
def validated(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("runs") / "run"
    cross_validate(job(run, data, **OPTIONS))
    return run


def found(run: Path) -> dict[str, Any]:
    """`folds.json` but for the seconds."""
    values = json.loads((run / "folds.json").read_text())
    assert values.pop("seconds") == pytest.approx(sum(fold.pop("seconds") for fold in values["folds"]))
    return values


def best_weights(run: Path, fold: int) -> dict[str, np.ndarray]:
    folder = run / "folds" / f"{fold:02d}" / "best"
    (step,) = checkpoint_steps(folder)
    return variables(folder, step)


def assert_same(one: Path, other: Path) -> None:
    assert found(one) == found(other)
    for fold in (1, 2, 3):
        mine, theirs = best_weights(one, fold), best_weights(other, fold)
        assert mine.keys() == theirs.keys()
        assert all((mine[name] == theirs[name]).all() for name in mine)


def sentences(data: Path) -> list[str]:
    """In the order of the rows."""
    return [line for end in ("neg", "pos") for line in (data / f"rt-polarity.{end}").read_text().splitlines()]


def test_the_numbers_are_those_of_a_recount(validated: Path, data: Path) -> None:
    texts, values = sentences(data), found(validated)
    assert set(values) == {"folds", "mean", "std", "right", "total", "members"}
    accuracies = []
    for number, fold in enumerate(values["folds"], start=1):
        folder = validated / "folds" / f"{number:02d}"
        test = json.loads((folder / "split.json").read_text())["test"]
        answers = Predictor.load(folder, 1).predict([texts[row] for row in test])
        right = sum(
            answer == ("negative" if row < 20 else "positive") for answer, row in zip(answers, test, strict=True)
        )
        assert (fold["fold"], fold["right"], fold["total"]) == (number, right, len(test))
        assert fold["test_accuracy"] == right / len(test)
        epochs = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
        best = min(epochs, key=lambda epoch: epoch["valid_loss"])
        assert fold["epochs"] == [best["epoch"]]
        assert fold["valid_accuracy"] == pytest.approx(best["valid_accuracy"])
        accuracies.append(right / len(test))
    assert (values["right"], values["total"]) == (sum(f["right"] for f in values["folds"]), len(texts))
    assert values["mean"] == pytest.approx(np.mean(accuracies))
    assert values["std"] == pytest.approx(np.std(accuracies, ddof=1))
    assert values["members"] == []


def test_each_row_is_tested_once_and_no_duplicate_is_trained_on(validated: Path, data: Path) -> None:
    words = [" ".join(text.lower().split()) for text in sentences(data)]
    tested = []
    for fold in sorted((validated / "folds").iterdir()):
        split = json.loads((fold / "split.json").read_text())
        train = set(range(len(words))) - set(split["valid"]) - set(split["test"])
        held_out = {words[row] for row in split["valid"] + split["test"]}
        assert split["valid"]
        assert not {words[row] for row in train} & held_out
        assert not {words[row] for row in split["valid"]} & {words[row] for row in split["test"]}
        tested += split["test"]
    assert sorted(tested) == list(range(len(words)))


def test_folds_know_the_words_of_their_own_training_rows_and_share_the_encoded_corpus(validated: Path) -> None:
    vocabularies = {(fold / "vocab.txt").read_text() for fold in (validated / "folds").iterdir()}
    assert len(vocabularies) > 1
    assert [path.parent.name for path in validated.rglob("encoded")] == [validated.name]


def test_only_the_best_weights_of_a_finished_fold_stay(validated: Path) -> None:
    for fold in (validated / "folds").iterdir():
        assert checkpoint_steps(fold) == []
        assert not list(fold.glob("events*"))
        assert len(checkpoint_steps(fold / "best")) == 1


def test_the_table(data: Path, validated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a finished run, whose folds are read and not trained."""
    before = (validated / "folds.json").read_bytes()
    report_folds(cross_validate(job(validated, data, **OPTIONS)))
    assert (validated / "folds.json").read_bytes() == before
    values, out = found(validated), capsys.readouterr().out
    expected = ["fold  epoch  valid acc  test acc     right"]
    for fold in values["folds"]:
        (epoch,) = fold["epochs"]
        accuracies = f"{fold['valid_accuracy']:9.2%}  {fold['test_accuracy']:8.2%}"
        expected.append(f"{fold['fold']:4}  {epoch:5}  {accuracies}  {fold['right']:2} of {fold['total']}")
    # The last column, seconds, is nobody's to foretell.
    shown = [line.rsplit(maxsplit=1) for line in out.splitlines()[:4]]
    assert [line for line, _ in shown] == expected
    assert shown[0][1] == "seconds"
    assert all(re.fullmatch(r"[0-9]+\.[0-9]", seconds) for _, seconds in shown[1:])
    last = out.splitlines()[-2:]
    accuracy = f"{values['mean']:.2%} ± {values['std']:.2%}; {values['right']} of {values['total']} right"
    assert re.fullmatch(rf"Mean of 3 folds {re.escape(accuracy)}; [0-9.]+ seconds", last[0])
    assert last[1] == f"Run folder: {validated}"


@pytest.mark.parametrize(
    ("act", "at", "error"),
    [
        (kill, STEPS_A_FOLD + 6, SystemError),
        pytest.param(press_ctrl_c, STEPS_A_FOLD + 6, Interrupted, marks=pytest.mark.slow),
        pytest.param(kill, 2, SystemError, marks=pytest.mark.slow),
    ],
)
def test_a_stop_amid_a_fold_goes_on_as_if_it_had_not_been(
    act: Callable[[Any], Any],
    at: int,
    error: type[Exception],
    data: Path,
    validated: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = tmp_path / "run"
    with monkeypatch.context() as patch:
        interfere(patch, at, act)
        with pytest.raises(error):
            cross_validate(job(run, data, **OPTIONS))
    assert not (run / "folds.json").exists()
    trained = []
    with monkeypatch.context() as patch:
        one = pipeline.train_model
        patch.setattr(
            pipeline, "train_model", lambda part, *rest: trained.append(part.ckpt_dir.name) or one(part, *rest)
        )
        cross_validate(job(run, data, **OPTIONS))
    assert trained == (["02", "03"] if at > STEPS_A_FOLD else ["01", "02", "03"])
    assert_same(run, validated)


def test_a_fold_begins_with_the_weights_of_the_same_fold_of_another(
    validated: Path, data: Path, tmp_path: Path
) -> None:
    options = OPTIONS | {"num_epochs": 1, "learning_rate": 1e-12, "log_count_ratio": 0.0, "pretrain": str(validated)}
    cross_validate(job(tmp_path / "run", data, **options))
    for fold in (1, 2, 3):
        for name, weights in best_weights(tmp_path / "run", fold).items():
            np.testing.assert_allclose(weights, best_weights(validated, fold)[name], atol=1e-6, err_msg=name)


def test_a_pretraining_of_other_folds_is_refused(validated: Path, data: Path, tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match=r"was trained on \d+ of the \d+ rows that validate or test here, which would leak"
    ):
        cross_validate(job(tmp_path / "run", data, **OPTIONS | {"seed": 7, "pretrain": str(validated)}))


@pytest.mark.slow
def test_folds_in_processes_give_the_same(data: Path, validated: Path, tmp_path: Path) -> None:
    cross_validate(job(tmp_path / "run", data, **OPTIONS)._replace(parallel_folds=2))
    assert_same(tmp_path / "run", validated)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"folds": 5}, "was begun with --folds=3"),
        ({"seed": 2}, "was begun with --seed=1"),
        ({"num_epochs": 3}, "was begun with --num_epochs=2, which folds that are finished can no longer follow"),
        ({"ensemble": 2}, "was begun with --ensemble=1"),
    ],
)
def test_flags_that_contradict_the_run_are_refused(
    options: dict[str, Any], message: str, data: Path, validated: Path
) -> None:
    with pytest.raises(FlagError, match=message):
        cross_validate(job(validated, data, **{**OPTIONS, **options}))


def test_a_run_goes_on_as_a_cross_validation_without_the_flag(data: Path, validated: Path) -> None:
    assert resolve_job(job(validated, data)).data.folds == 3


def test_more_folds_than_rows_are_refused_and_an_older_run_stays(data: Path, validated: Path, tmp_path: Path) -> None:
    run = shutil.copytree(validated, tmp_path / "run")
    with pytest.raises(UserError, match="21 folds: choose from 2 to 20, the distinct texts of the smallest class"):
        cross_validate(job(run, data, overwrite=True, **{**OPTIONS, "folds": 21}))
    assert found(run) == found(validated)


def test_overwriting_leaves_no_fold(data: Path, validated: Path, tmp_path: Path) -> None:
    run = shutil.copytree(validated, tmp_path / "run")
    (run / "folds" / "01" / "mine.txt").write_text("kept")
    pipeline.train(job(run, data, overwrite=True, num_epochs=1))
    assert not (run / "folds.json").exists()
    assert [path.name for path in (run / "folds").rglob("*") if path.is_file()] == ["mine.txt"]


@pytest.mark.parametrize("content", ["", "[]", '{"fold": 1}'])
def test_a_damaged_result_is_one_line(content: str, data: Path, validated: Path, tmp_path: Path) -> None:
    run = shutil.copytree(validated, tmp_path / "run")
    (run / "folds" / "02" / "fold.json").write_text(content)
    with pytest.raises(UserError, match=r"folds/02/fold\.json: [^\n]*$"):
        cross_validate(job(run, data, **OPTIONS))


def test_a_cross_validation_answers_no_question(validated: Path) -> None:
    with pytest.raises(UserError, match=r"holds the folds of a cross-validation; name one of them, such as .*folds/01"):
        Predictor.load(validated)
