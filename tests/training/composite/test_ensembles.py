"""Ensembles and several runs: their answer against NumPy's mean, their parts, and what cannot be averaged."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from absl import flags

from rnn_textclf.errors import UserError
from rnn_textclf.flags import inference_command_line, inference_job
from rnn_textclf.inference.commands import infer
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.jobs import InferenceJob
from rnn_textclf.reports.ensemble_report import report_ensemble
from rnn_textclf.runs.calibration import apply_temperature, write_calibration
from rnn_textclf.runs.evaluation import predicted_classes
from rnn_textclf.runs.folder.run_folder import RunFolder, read_json
from rnn_textclf.runs.prefix_evaluation import average
from rnn_textclf.runs.training_result import EnsembleResult
from rnn_textclf.training import pipeline
from rnn_textclf.training.composite.ensembles import member_seed
from tests.tiny_runs import assert_same_run, cross_validate, job, train
from tests.training.test_loop import interfere, kill

TEXTS = ["the film is wonderful .", "its plot bores", "zzz", "", "the music won my heart , the cast lost my patience"]
OPTIONS = {"num_epochs": 2, "learning_rate": 0.05}


@pytest.fixture(scope="module")
def ensemble(data: Path, tmp_path_factory: pytest.TempPathFactory) -> EnsembleResult:
    return train(job(tmp_path_factory.mktemp("runs") / "ensemble", data, ensemble=2, **OPTIONS))


@pytest.fixture(scope="module")
def members(ensemble: EnsembleResult) -> list[Path]:
    return [ensemble.folder.member(number).path for number in (1, 2)]


@pytest.fixture(scope="module")
def each(members: list[Path]) -> list[Predictor]:
    return [Predictor.load(member, 1) for member in members]


@pytest.fixture(scope="module")
def both(members: list[Path]) -> Predictor:
    return Predictor.load(members, 1)


@pytest.fixture(scope="module")
def other_words(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that knows few words."""
    run = tmp_path_factory.mktemp("runs") / "other"
    train(job(run, data, vocab_size=6, stems=False, num_epochs=1))
    return run


def test_members_differ_in_their_seed_alone(members: list[Path]) -> None:
    one, two = (json.loads((member / "config.json").read_text()) for member in members)
    assert one["train"].pop("seed") != two["train"].pop("seed")
    assert one == two
    for name in ("split.json", "vocab.txt", "train_keys.npy"):
        assert (members[0] / name).read_bytes() == (members[1] / name).read_bytes()


def test_seeds_of_members_are_allowed_and_unlike() -> None:
    seeds = [member_seed(seed, number) for seed in (1, 2, 2**31 - 1) for number in range(1, 30)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_the_first_member_is_the_run_without_an_ensemble(members: list[Path], data: Path, tmp_path: Path) -> None:
    train(job(tmp_path / "run", data, **OPTIONS))
    assert_same_run(members[0], tmp_path / "run", 8)


def test_the_outcome_is_the_mean_of_the_members(ensemble: EnsembleResult) -> None:
    for part in ("valid", "test"):
        rows = [getattr(member, part) for member in ensemble.members]
        mean = (rows[0].probabilities + rows[1].probabilities) / 2
        expected = apply_temperature(mean, ensemble.temperature, "softmax")
        np.testing.assert_allclose(getattr(ensemble, part).probabilities, expected, atol=1e-6)
        running = predicted_classes((rows[0].prefix_probabilities + rows[1].prefix_probabilities) / 2, False)
        right = (running == rows[0].targets[:, np.newaxis]).all(-1)
        np.testing.assert_array_equal(getattr(ensemble, part).prefixes_right, right)


def test_other_rows_have_no_mean(ensemble: EnsembleResult) -> None:
    with pytest.raises(ValueError, match="same examples only"):
        average([ensemble.valid, ensemble.test])


def test_several_runs_answer_by_their_mean(each: list[Predictor], both: Predictor) -> None:
    expected = np.mean([predictor.predict_proba(TEXTS) for predictor in each], 0)
    np.testing.assert_allclose(both.predict_proba(TEXTS), expected, atol=1e-6)
    assert both.predict(TEXTS) == [both.labels[i] for i in expected.argmax(1)]
    for text in TEXTS:
        scores = np.mean([[score for _, score in predictor.running_scores(text)] for predictor in each], 0)
        np.testing.assert_allclose([score for _, score in both.running_scores(text)], scores, atol=1e-6)
        assert [word for word, _ in both.running_scores(text)] == [word for word, _ in each[0].running_scores(text)]


def test_a_stream_agrees(both: Predictor) -> None:
    stream = both.stream()
    read = [stream.read(word)["positive"] for word in TEXTS[4].split()]
    np.testing.assert_allclose(read, [score for _, score in both.running_scores(TEXTS[4], "positive")], atol=1e-6)


def test_the_folder_of_an_ensemble_answers_at_its_own_temperature(
    ensemble: EnsembleResult, both: Predictor, tmp_path: Path
) -> None:
    run = RunFolder(shutil.copytree(ensemble.folder.path, tmp_path / "run"))
    # Which step it was fitted to is stored with it; on rows that are all right, as here, it is 1.
    write_calibration(run, 2.0, read_json(run.calibration_path)["step"])
    predictor = Predictor.load(run.path, 1)
    assert predictor.temperature == 2.0
    expected = apply_temperature(both.predict_proba(TEXTS), 2.0, "softmax")
    np.testing.assert_allclose(predictor.predict_proba(TEXTS), expected, atol=1e-6)
    scores = [score for _, score in predictor.running_scores(TEXTS[4], "positive")]
    assert scores[-1] == pytest.approx(expected[4, 1], abs=1e-6)
    stream = predictor.stream()
    read = [stream.read(word)["positive"] for word in TEXTS[4].split()]
    assert read[-1] == pytest.approx(expected[4, 1], abs=1e-6)


def test_a_word_that_one_run_knows_is_known(each: list[Predictor], other_words: Path, members: list[Path]) -> None:
    text = "the wonderful zzz"
    few = Predictor.load(other_words, 1)
    assert next(few.predictions([text])).unknown == ["wonderful", "zzz"]
    mixed = next(Predictor.load([other_words, members[0]], 1).predictions([text]))
    assert mixed.unknown == ["zzz"]
    expected = (few.predict_proba([text]) + each[0].predict_proba([text])) / 2
    np.testing.assert_allclose(list(mixed.probabilities.values()), expected[0], atol=1e-6)


def test_labelled_rows_are_scored_by_the_mean_and_training_rows_are_noticed(
    members: list[Path], data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [shutil.copytree(member, tmp_path / f"run{i}") for i, member in enumerate(members)]
    (tmp_path / "new.tsv").write_text("text\tlabel\nthe film shines bright\tpositive\nit bores\tnegative\n")
    arguments = ["infer.py", f"--ckpt_dir={runs[0]},{runs[1]}"]

    def evaluate(file: Path) -> None:
        infer(inference_job([*arguments, f"--evaluate={file}"], inference_command_line(flags.FlagValues())))

    evaluate(tmp_path / "new.tsv")
    kept = json.loads((runs[0] / "report" / "new.tsv+run1" / "metrics.json").read_text())
    assert kept["rows"] == 2
    (tmp_path / "seen.tsv").write_text(
        "text\tlabel\n" + "".join(f"{line}\tpositive\n" for line in (data / "rt-polarity.pos").read_text().splitlines())
    )
    with pytest.raises(UserError, match="16 of 20 rows were trained on"):
        evaluate(tmp_path / "seen.tsv")


@pytest.mark.parametrize(
    ("file", "before", "after", "message"),
    [
        ("labels.txt", "positive", "good", "has the classes negative, good, but .* has negative, positive"),
        ("config.json", '"max_length": 1000', '"max_length": 9', "differs from .* in --max_length"),
        ("config.json", '"loss": "softmax"', '"loss": "sigmoid"', "differs from .* in --loss"),
    ],
)
def test_runs_that_do_not_go_together_are_one_line(
    file: str, before: str, after: str, message: str, members: list[Path], tmp_path: Path
) -> None:
    other = shutil.copytree(members[1], tmp_path / "other")
    text = (other / file).read_text()
    assert before in text
    (other / file).write_text(text.replace(before, after))
    (other / "checksums.json").unlink()
    with pytest.raises(UserError, match=message) as error:
        Predictor.load([members[0], other], 1)
    assert str(error.value).startswith(str(other))


@pytest.mark.parametrize("flag", ["export", "export_vectors", "compact"])
def test_an_export_of_several_is_refused_with_advice(flag: str, ensemble: EnsembleResult, tmp_path: Path) -> None:
    asked: dict[str, Any] = {flag: tmp_path / "out"}
    with pytest.raises(UserError, match=f"train.py --distil_from={ensemble.folder.path}") as error:
        infer(InferenceJob(ensemble.folder.path, **asked))
    assert "\n" not in str(error.value)
    assert not (tmp_path / "out").exists()


def test_a_member_that_is_missing_is_named(ensemble: EnsembleResult, tmp_path: Path) -> None:
    run = shutil.copytree(ensemble.folder.path, tmp_path / "run")
    shutil.rmtree(run / "members" / "2")
    with pytest.raises(UserError, match=r"members/2: no run here; let train.py .* finish the ensemble"):
        Predictor.load(run, 1)


@pytest.mark.slow
def test_a_stop_in_the_second_member_goes_on_as_if_it_had_not_been(
    ensemble: EnsembleResult, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Any = job(tmp_path / "run", data, ensemble=2, **OPTIONS)
    with monkeypatch.context() as patch:
        interfere(patch, 14, kill)
        with pytest.raises(SystemError):
            train(asked)
    again = train(asked)
    np.testing.assert_array_equal(again.test.probabilities, ensemble.test.probabilities)
    assert again.temperature == ensemble.temperature


def test_the_report_has_each_member_and_the_mean(ensemble: EnsembleResult, capsys: pytest.CaptureFixture[str]) -> None:
    report_ensemble(ensemble)
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert lines[0].split("  ")[0] == "model"
    assert [line.split()[0] for line in lines[1:4]] == ["1", "2", "mean"]
    assert lines[3].split()[-3:] == [str(int(ensemble.test.right.sum())), "of", "4"]
    assert "the mean of 2 models" in lines[-2]
    kept = json.loads(ensemble.folder.test_metrics_path.read_text())
    assert [member["test_accuracy"] for member in kept["members"]] == [m.test.accuracy for m in ensemble.members]
    assert kept["test_accuracy"] == ensemble.test.accuracy


@pytest.mark.slow
def test_folds_of_ensembles_count_each_member(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = {"folds": 2, "ensemble": 2, "num_epochs": 1}
    pipeline.train(job(tmp_path / "run", data, **options))
    assert "Member 2 alone: " in capsys.readouterr().out
    values = json.loads((tmp_path / "run" / "folds.json").read_text())
    lines = [line for end in ("neg", "pos") for line in (data / f"rt-polarity.{end}").read_text().splitlines()]
    for number, fold in enumerate(values["folds"], start=1):
        folder = tmp_path / "run" / "folds" / f"{number:02d}"
        test = json.loads((folder / "members" / "1" / "split.json").read_text())["test"]
        truth = ["negative" if row < 20 else "positive" for row in test]
        runs = [folder, folder / "members" / "1", folder / "members" / "2"]
        answers = [Predictor.load(run, 1).predict([lines[row] for row in test]) for run in runs]
        right = [sum(a == b for a, b in zip(answer, truth, strict=True)) for answer in answers]
        assert [fold["right"], *fold["members_right"]] == right
    for number, member in enumerate(values["members"]):
        assert member["right"] == sum(fold["members_right"][number] for fold in values["folds"])
    assert not list((tmp_path / "run").rglob("members/*/model.ckpt-*"))
    assert cross_validate(job(tmp_path / "run", data, **options)).to_json() == values
