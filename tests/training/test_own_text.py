"""One's own text end to end: small files of each kind, trained on, and predicted with."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.config.inference import ResultOptions, ScoringOptions
from rnn_textclf.errors import UserError
from rnn_textclf.inference.file_evaluation import evaluate_file
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.runs.training_result import TrainingResult
from tests.tiny_runs import job, prepare, train

Rows = list[tuple[str, str]]

_PLACES = ("here", "there", "at home", "in town", "far away", "next door", "outside", "upstairs")
_TOPICS = {
    "sports": ("the team won the game", "a goal in the last minute"),
    "food": ("the soup was salty", "fresh bread and butter"),
    "weather / sky": ("rain and cold wind", "clouds hide the sun"),
}
THREE: Rows = [(f"{text} {place}", label) for label, texts in _TOPICS.items() for text in texts for place in _PLACES]
SETTING = {
    "num_epochs": 6,
    "learning_rate": 0.05,
    "dropout": 0.0,
    "valid_fraction": 0.2,
    "test_fraction": 0.2,
    "direct_scores": False,
    "calibrate": False,
}


def trained(path: Path, **options: Any) -> TrainingResult:
    run = path.parent / f"run of {path.name}"
    return train(job(run, path.parent / "nothing here", train_file=str(path), **{**SETTING, **options}))


def right(predictor: Predictor, rows: Rows) -> float:
    return float(np.mean([a == b for a, (_, b) in zip(predictor.predict([t for t, _ in rows]), rows, strict=True)]))


class Three:
    """A run on three classes, from a file with more columns than two."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "topics.tsv"
        lines = [f"{i}\t{label}\t{text}\n" for i, (text, label) in enumerate(THREE)]
        self.path.write_text("".join(["id\ttopic name\tsaid\n", *lines]))
        self.outcome = trained(self.path, text_field="said", label_field="2")
        self.predictor = Predictor.load(self.outcome.folder.path, threads=1)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Three:
    return Three(tmp_path_factory.mktemp("three"))


def test_three_classes_are_learned(three: Three) -> None:
    assert three.outcome.epochs[-1].train_accuracy == 1
    assert right(three.predictor, THREE) == 1
    assert three.outcome.labels == three.predictor.labels == ("food", "sports", "weather / sky")
    run = three.outcome.folder
    assert run.labels_path.read_text() == "food\nsports\nweather / sky\n"
    facts = run.read_config().corpus
    assert facts.num_rows == 48
    assert not facts.multi_label
    assert facts.class_weights is None
    assert str(three.path) in facts.source


def test_probabilities_go_with_the_names(three: Three) -> None:
    texts = ["rain and wind", "the team", "bread"]
    probabilities = three.predictor.predict_proba(texts)
    assert probabilities.shape == (3, 3)
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-5)
    for prediction, row in zip(three.predictor.predictions(texts), probabilities, strict=True):
        assert list(prediction.probabilities) == list(three.predictor.labels)
        assert list(prediction.probabilities.values()) == row.tolist()
        assert prediction.label == prediction.target == three.predictor.labels[row.argmax()]
        assert prediction.running_scores[-1] == pytest.approx(row.max(), abs=1e-6)
    (sky,) = three.predictor.predictions(["the team"], target_class="weather / sky")
    assert sky.target == "weather / sky"
    assert sky.running_scores[-1] < 0.5


HELD_OUT = [("the team won again", "sports"), ("salty soup again", "food"), ("cold rain again", "weather / sky")]


def evaluate(three: Three, path: Path, **options: Any) -> dict[str, Any]:
    scoring = ScoringOptions(evaluate=str(path), **options)
    evaluate_file([three.outcome.folder], three.predictor, scoring, ResultOptions(), "table")
    return json.loads((three.outcome.folder.report / path.name / "metrics.json").read_text())


def test_a_held_out_file_of_another_kind_is_scored(
    three: Three, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [*HELD_OUT, ("clouds", "food")]  # the last is wrong on purpose
    path = tmp_path / "held_out.jsonl"
    path.write_text("".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in rows))
    summary = evaluate(three, path)
    assert right(three.predictor, rows) == 0.75
    assert (summary["rows"], summary["right"], summary["accuracy"]) == (4, 3, 0.75)
    shown = capsys.readouterr().out
    assert "none of them among the training rows" in shown
    assert all(label in shown for label in three.predictor.labels)


def test_training_rows_and_other_classes_are_not_scored(three: Three, tmp_path: Path) -> None:
    path = tmp_path / "seen.csv"
    seen = [
        THREE[row] for row in np.setdiff1d(np.arange(48), [*three.outcome.valid.indices, *three.outcome.test.indices])
    ]
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in [*seen[:2], *HELD_OUT]))
    with pytest.raises(UserError, match=r"seen\.csv: 2 of 5 rows were trained on"):
        evaluate(three, path)
    path.write_text("text,label\nsome,food\nother,drink\n")
    with pytest.raises(UserError, match=r"seen\.csv:3: label 'drink' is not a class"):
        evaluate(three, path)


def test_several_labels_are_not_scored_by_a_run_with_one(three: Three, tmp_path: Path) -> None:
    path = tmp_path / "several.txt"
    path.write_text("__label__food __label__sports soup for the team\n")
    with pytest.raises(UserError, match=r"several\.txt: some rows have other than one label"):
        evaluate(three, path)


def test_gzipped_json_lines_with_held_out_files(tmp_path: Path) -> None:
    def write(name: str, rows: Rows) -> Path:
        path = tmp_path / name
        path.write_bytes(gzip.compress("".join(json.dumps({"x": t, "y": y}) + "\n" for t, y in rows).encode()))
        return path

    fields = {"text_field": "x", "label_field": "y"}
    held_out = {f"{name}_file": str(write(f"{name}.jsonl.gz", HELD_OUT)) for name in ("valid", "test")}
    outcome = trained(write("train.jsonl.gz", THREE), **held_out, **fields)
    assert len(outcome.valid) == len(outcome.test) == 3
    assert outcome.config.corpus.num_rows == 54
    assert outcome.epochs[-1].train_accuracy == 1
    predictor = Predictor.load(outcome.folder.path, threads=1)
    assert right(predictor, THREE) == 1
    expected = predictor.predict_proba([text for text, _ in HELD_OUT])
    for part in (outcome.valid, outcome.test):
        np.testing.assert_allclose(part.probabilities[np.argsort(part.indices)], expected, atol=1e-5)


def test_several_labels_a_text(tmp_path: Path) -> None:
    texts = {"red": "a", "blue": "b", "red blue": "a|b", "green": "c", "green red": "a|c"}
    rows = [(f"{text} {place}", labels) for text, labels in texts.items() for place in _PLACES]
    marked = tmp_path / "several.txt"
    marks = [" ".join(f"__label__{label}" for label in labels.split("|")) for _, labels in rows]
    marked.write_text("".join(f"{mark} {text}\n" for mark, (text, _) in zip(marks, rows, strict=True)))
    outcome = trained(marked, loss="sigmoid", num_epochs=30, learning_rate_decay_factor=1.0, num_hidden_units=16)
    assert outcome.labels == ("a", "b", "c")
    assert outcome.config.corpus.multi_label
    assert outcome.epochs[-1].train_accuracy == 1
    predictor = Predictor.load(outcome.folder.path, threads=1)
    assert right(predictor, rows) >= 0.95
    probabilities = predictor.predict_proba(["red blue at home", "green at home"])
    np.testing.assert_array_equal(probabilities > 0.5, [[True, True, False], [False, False, True]])

    # The same rows as a|b give the same targets.
    barred = tmp_path / "several.tsv"
    barred.write_text("".join(f"{text}\t{labels}\n" for text, labels in rows))
    started = [
        prepare(job(tmp_path / kind, tmp_path, train_file=str(path), loss="sigmoid")).data.train
        for kind, path in (("fasttext", marked), ("tsv", barred))
    ]
    first, second = (part.dataset.gather(np.arange(len(rows))) for part in started)
    np.testing.assert_array_equal(first.targets, second.targets)
    np.testing.assert_array_equal(first.targets, [[c in labels for c in "abc"] for _, labels in rows])


def test_a_run_goes_on_when_its_file_has_moved(three: Three, tmp_path: Path) -> None:
    run, moved = shutil.copytree(three.outcome.folder.path, tmp_path / "run"), tmp_path / "moved.tsv"
    shutil.copy(three.path, moved)
    resumed = prepare(job(run, tmp_path, train_file=str(moved)))
    assert resumed.data.train.indices.tolist() == prepare(job(run, tmp_path)).data.train.indices.tolist()
    assert resumed.config.data.train_file == str(moved)
    moved.write_text(three.path.read_text() + "99\tfood\tone more soup\n")
    with pytest.raises(UserError, match="was trained on other rows"):
        prepare(job(run, tmp_path, train_file=str(moved)))


def test_several_labels_need_the_sigmoid(tmp_path: Path) -> None:
    path = tmp_path / "several.txt"
    path.write_text("".join(f"__label__a {text}\n__label__b __label__a {text}\n" for text, _ in THREE))
    with pytest.raises(UserError, match="--loss=sigmoid"):
        trained(path)


def test_balanced_weights_are_kept_with_the_run_and_count_in_validation(tmp_path: Path) -> None:
    rows = [*THREE[:16], *[(text, label) for text, label in THREE[16:] if "home" in text]]
    path = tmp_path / "unequal.tsv"
    held_out = tmp_path / "held_out.tsv"
    for place, some in ((path, rows), (held_out, HELD_OUT)):
        place.write_text("".join(f"{label}\t{text}\n" for text, label in some))
    files = {"train_file": str(path), "valid_file": str(held_out), "test_file": str(held_out)}
    outcome = train(job(tmp_path / "run", tmp_path, class_weight="balanced", num_epochs=1, calibrate=False, **files))
    stored = json.loads((tmp_path / "run" / "config.json").read_text())["corpus"]["class_weights"]
    counts = {"sports": 16, "food": 2, "weather / sky": 2}
    assert stored == {label: pytest.approx(20 / (3 * count), abs=1e-6) for label, count in counts.items()}
    losses = -np.log(outcome.valid.probabilities[outcome.valid.targets])
    weights = [stored[outcome.labels[i]] for i in outcome.valid.targets.argmax(1)]
    assert outcome.best.valid_loss == pytest.approx(float(np.mean(losses * weights)), rel=1e-4)


@pytest.mark.parametrize("rare", [1, 3])
def test_a_class_of_one_to_three_rows_does_not_take_everything(rare: int, tmp_path: Path) -> None:
    draw = np.random.default_rng(rare)

    def rows(label: str, count: int) -> Rows:
        return [(" ".join(f"w{i}" for i in draw.integers(0, 200, 8)), label) for _ in range(count)]

    files = {"train": rows("often", 80) + rows("rare", rare), "valid": rows("often", 10), "test": rows("often", 10)}
    for name, some in files.items():
        (tmp_path / f"{name}.tsv").write_text("".join(f"{label}\t{text}\n" for text, label in some))
    held_out = {f"{name}_file": str(tmp_path / f"{name}.tsv") for name in ("valid", "test")}
    outcome = trained(tmp_path / "train.tsv", **held_out, num_epochs=2, learning_rate=4e-3, direct_scores=True)
    assert outcome.test.num_right == 10


def test_windows_1252_and_a_quoted_newline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("café “crème”", "goût"), ("thé\nvert", "goût"), ("naïve façade", "art"), ("élan\nvital", "art")]
    rows = [(f"{text} {place}", label) for text, label in rows for place in _PLACES]
    path = tmp_path / "français.csv"
    path.write_bytes(b"label,text\r\n" + "".join(f'{label},"{text}"\r\n' for text, label in rows).encode("cp1252"))
    outcome = trained(path)
    assert "Windows-1252" in capsys.readouterr().err
    assert outcome.config.corpus.num_rows == 32
    assert outcome.labels == ("art", "goût")
    assert outcome.folder.labels_path.read_text(encoding="utf-8") == "art\ngoût\n"
    predictor = Predictor.load(outcome.folder.path, threads=1)
    assert {"café", "crème", "thé", "vert", "élan"} <= set(predictor.vocabulary.words)
    assert right(predictor, rows) == 1
