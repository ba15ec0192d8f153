"""Runs that pool or read both ways, end to end: trained, scored word by word, streamed, exported, refused."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnn_textclf.command_line.preflight import check_inference
from rnn_textclf.config.inference import ResultOptions, ScoringOptions
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.inference.commands import infer
from rnn_textclf.inference.exports.saved_model import export_model
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.jobs import InferenceJob
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.runs.training_result import TrainingResult
from tests.tiny_runs import job, train, write_corpus

TEXT = "This story won my señor heart"
SETTING = {
    "num_epochs": 8,
    "learning_rate": 0.05,
    "dropout": 0.0,
    "direct_scores": False,
    "calibrate": False,
    "valid_fraction": 0.2,
    "test_fraction": 0.2,
}


class Run(NamedTuple):
    outcome: TrainingResult
    predictor: Predictor

    @property
    def path(self) -> Path:
        return self.outcome.folder.path


def trained(folder: Path, **options: Any) -> Run:
    data = write_corpus(folder / "data")
    outcome = train(job(folder / "run", data, **{**SETTING, **options}))
    return Run(outcome, Predictor.load(outcome.folder.path, 1))


@pytest.fixture(scope="module")
def attentive(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return trained(tmp_path_factory.mktemp("attentive"), pooling="attention")


@pytest.fixture(scope="module")
def two_way(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("two_way")
    return trained(folder, bidirectional=True, prefix_loss_weight=0.0, pooling="last", direct_scores=True)


def assert_learned(run: Run) -> None:
    assert run.outcome.epochs[-1].train_accuracy == 1
    assert run.outcome.test.accuracy == 1


@pytest.mark.parametrize("pooling", ["mean", pytest.param("max", marks=pytest.mark.slow)])
def test_forty_sentences_are_learned_to_the_last(pooling: str, tmp_path: Path) -> None:
    assert_learned(trained(tmp_path, pooling=pooling))


def test_with_attention_too(attentive: Run) -> None:
    assert_learned(attentive)


def test_both_ways_too(two_way: Run) -> None:
    assert_learned(two_way)


def scored_alone(predictor: Predictor, text: str) -> list[float]:
    """The positive score of each prefix of the text, each asked for by itself."""
    words = text.split()
    return [float(predictor.predict_proba([" ".join(words[: t + 1])])[0, 1]) for t in range(len(words))]


@pytest.mark.parametrize("name", ["attentive", "two_way"])
def test_running_scores_and_stream_are_those_of_each_prefix(name: str, request: pytest.FixtureRequest) -> None:
    predictor = request.getfixturevalue(name).predictor
    expected = scored_alone(predictor, TEXT)
    found = [score for _, score in predictor.running_scores(TEXT, "positive")]
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert np.ptp(found) > 0.05
    stream = predictor.stream()
    streamed = [stream.read(word)["positive"] for word in TEXT.split()]
    np.testing.assert_allclose(streamed, expected, atol=1e-5)
    assert stream.read("—")["positive"] == pytest.approx(expected[-1], abs=1e-5)


def test_running_accuracy_of_both_ways_is_that_of_the_prefixes(
    two_way: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    path = two_way.path.parent / "mine.tsv"
    rows = [("the cast shines and bores", "positive"), ("its plot feels stale and it wins", "negative")]
    path.write_text("".join(f"{text}\t{label}\n" for text, label in rows))
    infer(InferenceJob(two_way.path, format="jsonl", scoring=ScoringOptions(evaluate=str(path))))
    shown = capsys.readouterr()
    expected = []
    for share in (0.25, 0.5, 0.75, 1.0):
        texts = [" ".join(text.split()[: int(np.ceil(share * len(text.split())))]) for text, _ in rows]
        right = [a == label for a, (_, label) in zip(two_way.predictor.predict(texts), rows, strict=True)]
        expected.append(float(np.mean(right)))
    assert list(json.loads(shown.out)["running_score_accuracy"].values()) == expected
    assert shown.err.count("reads both ways") == 1


def shown(capsys: pytest.CaptureFixture[str], run: Run, **options: Any) -> Any:
    capsys.readouterr()
    infer(InferenceJob(run.path, **{"text": TEXT, **options}))
    return capsys.readouterr()


def test_infer_says_where_the_running_scores_of_both_ways_come_from(
    two_way: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(capsys, two_way).err.count("reads both ways") == 1
    (tmp_path / "in.txt").write_text("the film\nthe cast shines\n")
    many = {"input": str(tmp_path / "in.txt")}
    assert shown(capsys, two_way, format="jsonl", **many).err.count("reads both ways") == 1
    assert "reads both ways" not in shown(capsys, two_way, **many).err  # no word is shown


def test_without_words_there_are_no_running_scores(attentive: Run) -> None:
    (short,) = attentive.predictor.predictions([TEXT], by_word=False)
    (long,) = attentive.predictor.predictions([TEXT], attention=True)
    assert short.running_scores == []
    assert short.probabilities == pytest.approx(long.probabilities, abs=1e-6)
    assert (short.attention, len(long.attention or [])) == (None, 6)


def test_attention_is_one_more_column(attentive: Run, capsys: pytest.CaptureFixture[str]) -> None:
    options = ResultOptions(attention=True)
    plain, with_it = shown(capsys, attentive).out, shown(capsys, attentive, results=options).out
    *words, verdict = with_it.splitlines()
    weights = [float(line.split()[2]) for line in words]
    assert sum(weights) == pytest.approx(1, abs=0.01)
    assert words[4].split()[0] == "señor"
    assert words[4].endswith(" (unknown word)")
    without = [" ".join(part for i, part in enumerate(line.split(" ")) if i != 2) for line in words]
    assert plain.splitlines() == [*without, verdict]


def test_attention_as_tsv_and_json(attentive: Run, capsys: pytest.CaptureFixture[str]) -> None:
    options = ResultOptions(attention=True)
    rows = [line.split("\t") for line in shown(capsys, attentive, results=options, format="tsv").out.splitlines()]
    assert [row[2] for row in rows] == ["known"] * 4 + ["unknown", "known"]
    values = json.loads(shown(capsys, attentive, results=options, format="jsonl").out)
    assert [float(row[3]) for row in rows] == pytest.approx(values["attention"], abs=1e-6)
    assert sum(values["attention"]) == pytest.approx(1, abs=1e-5)
    assert "attention" not in json.loads(shown(capsys, attentive, format="jsonl").out)


def test_attention_on_the_page_and_in_the_picture(
    attentive: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, picture = tmp_path / "out.html", tmp_path / "out.svg"
    shown(capsys, attentive, results=ResultOptions(attention=True, html=str(page), plot=str(picture)))
    assert page.read_text().count("<small>attention 0.") == 6
    with_it = picture.read_bytes()
    shown(capsys, attentive, results=ResultOptions(html=str(page), plot=str(picture)))
    assert "attention" not in page.read_text()
    assert picture.read_bytes() != with_it


def test_attention_of_a_run_without_it_is_refused(two_way: Run) -> None:
    with pytest.raises(FlagError, match=r"was trained with --pooling=last; train one with --pooling=attention"):
        check_inference(InferenceJob(two_way.path, results=ResultOptions(attention=True)))
    with pytest.raises(UserError, match="no attention"):
        two_way.predictor.predictions([TEXT], attention=True)


@pytest.mark.parametrize("name", ["attentive", "two_way"])
def test_the_export_says_the_same(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    run = request.getfixturevalue(name)
    texts = ["", TEXT, "the film is dreadful and bores"]
    export_model(run.path, tmp_path / "model", Sessions(1))
    with Sessions().new_graph() as session:
        loaded = tf.saved_model.load(session, [tf.saved_model.tag_constants.SERVING], str(tmp_path / "model"))
        signature = loaded.signature_def["running_scores"]
        outputs = {key: info.name for key, info in signature.outputs.items()}
        found = session.run(outputs, {signature.inputs["text"].name: [text.encode() for text in texts]})
    np.testing.assert_allclose(found["probabilities"], run.predictor.predict_proba(texts), atol=1e-5)
    for i, prediction in enumerate(run.predictor.predictions(texts, "positive")):
        scores = found["running_scores"][i, :, 1]
        np.testing.assert_allclose(scores[: found["lengths"][i]], prediction.running_scores, atol=1e-5)


def test_a_two_way_run_goes_on_without_being_told_so(two_way: Run) -> None:
    again = train(job(two_way.path, two_way.path.parent / "data", num_epochs=9))
    assert again.config.model.bidirectional
    assert len(again.epochs) == 9
