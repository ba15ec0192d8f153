"""Soft labels of a file: what is learned, what inference writes is read, and rows that would leak."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.config import DataConfig
from rnn_textclf.errors import UserError
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.preprocessing.encoded.prepared_data import draw_split, encode_corpora
from rnn_textclf.preprocessing.encoded.splits import folds
from rnn_textclf.reports.output import text_line
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training.composite.cross_validation import open_cross_validation, train_fold
from rnn_textclf.training.distillation.soft_labels import match_soft_labels, open_soft_labels
from rnn_textclf.training.distillation.soft_targets import SoftTargets
from rnn_textclf.training.run_setup import SharedData
from tests.tiny_runs import assert_same_run, job, train
from tests.training.test_loop import interfere, kill

OPTIONS = {"num_epochs": 3, "learning_rate": 0.05, "dropout": 0.0}


@pytest.fixture(scope="module")
def corpus(data: Path, tmp_path_factory: pytest.TempPathFactory) -> SharedData:
    config = DataConfig(data_dir=str(data))
    corpora = encode_corpora(config, tmp_path_factory.mktemp("encoded"), several_labels=False, download=False)
    return SharedData(corpora, draw_split(corpora, config, 1))


@pytest.fixture(scope="module")
def rows(data: Path) -> list[str]:
    return [line for end in ("neg", "pos") for line in (data / f"rt-polarity.{end}").read_text().splitlines()]


def as_json(answers: dict[str, float]) -> str:
    """A line for each text with its probability of being positive."""
    chances = {text: {"negative": 1 - chance, "positive": chance} for text, chance in answers.items()}
    return "".join(json.dumps({"text": text, "probabilities": both}) + "\n" for text, both in chances.items())


def matched(path: Path, corpus: SharedData, data: Path, **options: Any) -> SoftTargets:
    asked = job(path.parent / "run", data, **options)
    return match_soft_labels(*open_soft_labels(str(path), asked, corpus), corpus)


def test_training_rows_learn_their_answers_and_other_texts_are_added(
    corpus: SharedData, rows: list[str], data: Path, tmp_path: Path
) -> None:
    train_rows = corpus.split.train
    path = tmp_path / "soft.jsonl.gz"
    answers = {f"{rows[train_rows[3]]} !": 0.5, rows[train_rows[0]]: 0.25, "an unlabelled text": 0.75}
    path.write_bytes(gzip.compress(as_json({**answers, rows[train_rows[0]].replace(".", ";"): 0.5}).encode()))
    found = matched(path, corpus, data)
    labels = np.arange(40) >= 20
    expected = np.where(labels[train_rows], 1.0, 0.0)
    expected[0] = 0.375  # the mean of two that differ in what is not read
    np.testing.assert_allclose(found.of_rows[train_rows, 1], expected, atol=1e-6)
    assert np.isnan(np.delete(found.of_rows, train_rows, axis=0)).all()
    assert found.sentences.tolist() == [0, 2]  # `!` is a word, so that the first is no training row
    np.testing.assert_allclose(found.of_sentences, [[0.5, 0.5], [0.25, 0.75]])


@pytest.mark.parametrize("form", ["jsonl", "tsv"])
def test_what_inference_prints_is_read(
    form: str, scored_run: Any, corpus: SharedData, rows: list[str], data: Path, tmp_path: Path
) -> None:
    texts = ["the plot bores", '"quoted" and\ttabbed', rows[corpus.split.train[1]]]
    predictions = list(Predictor.load(scored_run.folder.path, 1).predictions(texts))
    path = tmp_path / f"soft.{form}"
    path.write_text("".join(f"{text_line(prediction, form)}\n" for prediction in predictions))
    found = matched(path, corpus, data)
    chances = [prediction.probabilities["positive"] for prediction in predictions]
    np.testing.assert_allclose([*found.of_sentences[:, 1], found.of_rows[corpus.split.train[1], 1]], chances, atol=1e-6)


def test_no_row_that_is_held_out_may_be_answered(
    corpus: SharedData, rows: list[str], data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "soft.jsonl"
    for held_out in (corpus.split.valid[0], corpus.split.test[-1]):
        path.write_text(as_json({"a text": 0.5, "another one": 0.5, f" {rows[held_out].upper()}": 0.5}))
        with pytest.raises(UserError, match=r"soft\.jsonl:3: is a validation or test row of this run \(.*: 1\)"):
            matched(path, corpus, data)


def test_a_file_of_one_fold_teaches_no_other(corpus: SharedData, rows: list[str], data: Path, tmp_path: Path) -> None:
    """No test row's label leaks through a teacher: an answer to a fold's test row is refused, whichever fold it is."""
    main = corpus.corpora.main
    splits = folds(main.keys, main.strata, 4, 1)
    paths = [tmp_path / f"soft-{number}.jsonl" for number in range(1, 5)]
    for path, split in zip(paths, splits, strict=True):
        path.write_text(as_json({rows[row]: 0.5 for row in split.train}))
    for file, path in enumerate(paths):
        for fold, split in enumerate(splits):
            shared = SharedData(corpus.corpora, split)
            if file == fold:
                found = matched(path, shared, data)
                assert (found.of_rows[split.train] == 0.5).all()
                assert np.isnan(found.of_rows[[*split.valid, *split.test]]).all()
            else:
                with pytest.raises(UserError, match="is a validation or test row of this run"):
                    matched(path, shared, data)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"soft\.tsv: empty; give a text and a probability for each class"),
        ("text\tnegative\tpositive\n", r"soft\.tsv: no rows; give a text"),
        ("text\tnegative\tpositive\na\t0.5\t0.5\nb\t0.5\n", r"soft\.tsv:3: expected 3 fields, found 2"),
        ("text\tnegative\tpositive\na\t0.5\t0.6\n", r"soft\.tsv:2: the probabilities sum to 1\.1, not to 1; mend"),
        ("text\tnegative\tpositive\na\tnan\t0.6\n", r"soft\.tsv:2: nan is not a probability in \[0, 1\]"),
        ("text\tnegative\tpositive\na\t\t0.6\n", r"soft\.tsv:2: '' is not a probability"),
        ("text\tnegative\tfine\na\t1\t0\n", r"soft\.tsv:1: no column for class 'positive'"),
        ("text\tlabel\tscore\na\tfine\t0.9\n", r"soft\.tsv:2: 'fine' is not a class of the training rows"),
        (
            "a b\tnegative\t0.9\nb\tnegative\t0.8\na b\tnegative\t0.7\n",
            r"tsv:3: answers the text of .*tsv:1 other",
        ),
    ],
)
def test_a_file_that_cannot_be_learned_is_one_line(
    content: str, message: str, corpus: SharedData, data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "soft.tsv"
    path.write_text(content)
    with pytest.raises(UserError, match=message) as error:
        matched(path, corpus, data)
    assert "\n" not in str(error.value)


def test_a_file_of_another_kind_or_none_is_named(corpus: SharedData, data: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no\.tsv: cannot be read"):
        matched(tmp_path / "no.tsv", corpus, data)
    (tmp_path / "soft.txt").write_text("some text\n")
    with pytest.raises(UserError, match=r"soft\.txt: is not of a format known by its ending"):
        matched(tmp_path / "soft.txt", corpus, data)


def test_a_file_that_grows_while_it_is_read_is_refused(corpus: SharedData, data: Path, tmp_path: Path) -> None:
    path = tmp_path / "soft.tsv"
    path.write_text("text\tnegative\tpositive\n" + "".join(f"text {n}\t0.5\t0.5\n" for n in range(9)))
    file, text = open_soft_labels(str(path), job(tmp_path / "run", data), corpus)
    with path.open("a") as more:
        more.write("more\t0.5\t0.5\n")
    with pytest.raises(UserError, match=r"soft\.tsv: changed while it was read"):
        match_soft_labels(file, text, corpus)


SENTENCES = {"a zebra gallops": 0.9, "the zebra sleeps": 0.2, "rivers of molten glass": 0.6}


@pytest.fixture
def soft(tmp_path: Path) -> Path:
    path = tmp_path / "soft.jsonl"
    path.write_text(as_json(SENTENCES))
    return path


def test_further_sentences_are_learned_to_the_letter_with_their_words(data: Path, soft: Path, tmp_path: Path) -> None:
    """Their probabilities have full weight whatever that against the labels, and words seen twice become known."""
    options = {**OPTIONS, "soft_labels": str(soft), "distil_weight": 0.0, "batch_size": 4, "num_epochs": 30}
    outcome = train(job(tmp_path / "run", data, calibrate=False, prefix_loss_weight=0.0, **options))
    assert outcome.epochs[0].step == 9  # 32 rows and 3 sentences by 4
    learned = Predictor.load(tmp_path / "run", 1).predict_proba(list(SENTENCES))
    np.testing.assert_allclose(learned[:, 1], list(SENTENCES.values()), atol=0.15)
    words = (tmp_path / "run" / "vocab.txt").read_text().splitlines()
    assert "zebra" in words
    assert "molten" not in words
    keys = np.load(tmp_path / "run" / "train_keys.npy")
    assert len(keys) == 32 + 3  # so that --evaluate knows that these texts were learned


def test_a_resumed_run_wants_the_same_file_and_equals_one_that_was_not_stopped(
    data: Path, soft: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soft.write_text(as_json({"michelle in paris was dull": 0.1, "laura from 1999 shines": 0.9, "a word": 0.4}))
    options = {**OPTIONS, "soft_labels": str(soft), "swap_entities": 0.8, "average_weights": 0.9, "num_epochs": 2}
    train(job(tmp_path / "whole", data, **options))
    with monkeypatch.context() as patch:
        interfere(patch, 6, kill)
        with pytest.raises(SystemError):
            train(job(tmp_path / "run", data, **options))
    text = soft.read_text()
    soft.write_text(text.replace("0.4", "0.5").replace("0.6", "0.5"))
    with pytest.raises(UserError, match=r"soft\.jsonl: is not the file that this run began with \(SHA-256 "):
        train(job(tmp_path / "run", data, **options))
    soft.write_text(text)
    train(job(tmp_path / "run", data))
    assert_same_run(tmp_path / "run", tmp_path / "whole", 10)  # two epochs of 35 examples by 8
    predictor = Predictor.load(tmp_path / "run", 1)
    first, *others = predictor.predict_proba([f"{who} was dull" for who in ("michelle", "laura", "wendy", "the film")])
    np.testing.assert_allclose(others[:2], [first, first], atol=1e-5)  # Entities of a group are read alike.
    assert np.abs(others[2] - first).max() > 1e-3
    assert "zimbabwe" in (tmp_path / "run" / "vocab.txt").read_text().split()  # as are all words of the groups


def test_each_fold_reads_the_file_of_its_number(data: Path, tmp_path: Path) -> None:
    seen: list[str | None] = []

    def watch(asked: Any, *_: Any) -> None:
        seen.append(asked.train.soft_labels)
        raise UserError("enough")

    def trained(number: int) -> None:
        with pytest.raises(UserError, match="enough"):
            train_fold(open_cross_validation(asked), number, Sessions(1), watch)

    asked = job(tmp_path / "run", data, folds=2, soft_labels=str(tmp_path / "soft-{fold}.tsv"))
    trained(1)
    trained(2)
    assert seen == [str(tmp_path / f"soft-{number}.tsv") for number in (1, 2)]
