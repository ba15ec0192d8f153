"""The SavedModel against `Predictor`, on nasty sentences, here and in a process without this package."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from rnn_textclf import flags
from rnn_textclf.config import CorpusFacts, DataConfig, ModelConfig, RunConfig, TrainConfig
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.inference import commands
from rnn_textclf.inference.exports import saved_model
from rnn_textclf.inference.exports.saved_model import export_model
from rnn_textclf.inference.exports.word_vectors import export_vectors
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.jobs import InferenceJob
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.checkpoints import Checkpoints
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions

SESSIONS = Sessions(1)
WORDS = [
    "it",
    "'s",
    "n't",
    "'ll",
    "a",
    "café",
    "é",
    "ς",
    "ας",
    "i\u0307",
    "हिन्दी",
    "각",
    ",",
    "!",
    "(",
    "'",
    "film",
    "x",
    "wonder",
]
STEMS = ["films…", "wonde…", "हिन्द…"]
STEP = 7
MAX_LENGTH = 50

OTHERS = [
    "It’S",
    "wonders",
    "filmstrip",
    "हिन्दुस्तान",
    "CAFE\u0301",
    "ΑΣ",
    "İ",
    "\u00ad",
    "\u200d",
    "\u0323\u0301",
    "n’t",
    "don't",
]
pieces = st.sampled_from([*WORDS, *OTHERS, " "])
sentences = (
    st.text()
    | st.lists(pieces, max_size=30).map("".join)
    | st.lists(pieces | st.text(max_size=3), max_size=30).map(" ".join)
    | st.builds(lambda text, times: text * times, st.text(max_size=20), st.integers(50, 300))
)


def make_run(path: Path, labels: tuple[str, ...] = ("neg", "pos"), multi_label: bool = False, **model: Any) -> Path:
    """A run whose weights were never trained, but are large enough to tell words apart."""
    folder, vocabulary = RunFolder(path), Vocabulary(["<pad>", "<unk>", *WORDS, *STEMS])
    config = RunConfig(
        ModelConfig(**{"num_hidden_units": 8, "embedding_size": 5, **model}),
        TrainConfig(),
        DataConfig(max_length=MAX_LENGTH),
        CorpusFacts(multi_label=multi_label),
    )
    folder.write_config(config)
    folder.write_words(vocabulary, labels)
    with tf.Graph().as_default(), tf.Session() as session:
        classifier = TextClassifier(config.model, vocabulary, len(labels))
        session.run(tf.global_variables_initializer())
        draw = np.random.default_rng(0)
        for weight in classifier.weights:
            weight.load(draw.normal(scale=0.5, size=weight.shape), session)
        Checkpoints(folder.best, classifier.weights).save(session, STEP)
    return path


def drawn_sentences(number: int) -> list[str]:
    """Sentences of every kind, the same at each call."""
    found = ["", " ", "it " * 1000, "é" * 100_000, "it's " + "a\u0301\u0323" * 500]

    @settings(max_examples=number, database=None, phases=[Phase.generate])
    @given(sentences)
    def collect(text: str) -> None:
        found.append(text)

    collect()
    return found[:number]


Ask = Callable[[list[str]], dict[str, np.ndarray]]


def open_model(folder: Path, session: Any) -> Ask:
    """The signature with all outputs, in a session."""
    loaded = tf.saved_model.load(session, [tf.saved_model.tag_constants.SERVING], str(folder))
    signature = loaded.signature_def["running_scores"]
    outputs = {name: info.name for name, info in signature.outputs.items()}
    return lambda texts: session.run(outputs, {signature.inputs["text"].name: [text.encode() for text in texts]})


def assert_same(predictor: Predictor, texts: list[str], found: dict[str, Any]) -> None:
    """Labels, words and numbers to 1e-5."""
    target = len(predictor.labels) - 1
    for i, prediction in enumerate(predictor.predictions(texts, predictor.labels[target])):
        length = found["lengths"][i]
        assert [word.decode() for word in found["words"][i][:length]] == prediction.words, repr(texts[i])
        assert found["label"][i].decode() == prediction.label
        np.testing.assert_allclose(found["probabilities"][i], list(prediction.probabilities.values()), atol=1e-5)
        scores = np.array(found["running_scores"][i])[:, target]
        np.testing.assert_allclose(scores[:length], prediction.running_scores, atol=1e-5)
        assert not scores[length:].any()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("run"), rnn_unit="gru")


@pytest.fixture(scope="module")
def model(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "film" / "1"
    export_model(run, folder, SESSIONS)
    return folder


@pytest.fixture(scope="module")
def ask(model: Path) -> Iterator[Ask]:
    with tf.Graph().as_default(), tf.Session() as session:
        yield open_model(model, session)


@pytest.mark.parametrize(
    "number", [200, pytest.param(2000, marks=pytest.mark.slow)], ids=["some sentences", "2,000 sentences"]
)
def test_nasty_sentences_get_the_numbers_of_the_predictor(run: Path, ask: Ask, number: int) -> None:
    predictor, texts = Predictor.load(run), drawn_sentences(number)
    assert len(set(texts)) > 0.9 * number
    for begin in range(0, number, 100):
        batch = texts[begin : begin + 100]
        assert_same(predictor, batch, ask(batch))


def test_a_batch_of_none_and_of_one(ask: Ask) -> None:
    assert ask([])["probabilities"].shape == (0, 2)
    alone, together = ask(["it's a film"]), ask(["", "it's a film", "x " * 40])
    np.testing.assert_allclose(alone["probabilities"][0], together["probabilities"][1], atol=1e-6)
    assert together["classes"].tolist() == [[b"neg", b"pos"]] * 3


@pytest.mark.parametrize("multi_label", [pytest.param(False, marks=pytest.mark.slow), True])
def test_layers_classes_losses_and_temperature(tmp_path: Path, multi_label: bool) -> None:
    labels = ("good", "bad", "naïve / odd")
    run = make_run(tmp_path / "run", labels, multi_label, num_layers=2, loss="sigmoid" if multi_label else "softmax")
    texts = [*WORDS, *drawn_sentences(20)]
    cold = Predictor.load(run).predict_proba(texts)
    RunFolder(run).calibration_path.write_text(json.dumps({"temperature": 2.5, "step": STEP}))
    export_model(run, tmp_path / "model", SESSIONS)
    with tf.Graph().as_default(), tf.Session() as session:
        found = open_model(tmp_path / "model", session)(texts)
    assert_same(Predictor.load(run), texts, found)
    assert np.abs(found["probabilities"] - cold).max() > 0.01
    assert len(set(found["label"])) > 1


ELSEWHERE = """
import json, sys
import tensorflow as tf
from tensorflow.python.tools import saved_model_cli

folder, texts = sys.argv[1], json.load(sys.stdin)
model = tf.saved_model.load(folder)
found = model.signatures["running_scores"](text=tf.constant(texts))
short = [model.signatures[name](text=tf.constant(texts)) for name in ("serving_default", "predict")]
assert all((part["probabilities"].numpy() == found["probabilities"].numpy()).all() for part in short)
assert all(sorted(part) == ["classes", "label", "probabilities"] for part in short)
assert not any(name.startswith("rnn_textclf") for name in sys.modules)
decoded = {name: value.numpy().tolist() for name, value in found.items()}
print(json.dumps(decoded, default=bytes.decode))
sys.argv[1:] = ["show", "--dir", folder, "--all"]
saved_model_cli.main()
"""


@pytest.mark.slow
def test_another_process_loads_it_without_the_run_or_this_package(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", rnn_unit="lstm")
    predictor = Predictor.load(run)
    export_model(run, tmp_path / "model", SESSIONS)
    run.rename(tmp_path / "moved")
    texts = [text for text in drawn_sentences(40) if "\0" not in text]
    command = [sys.executable, "-c", ELSEWHERE, str(tmp_path / "model")]
    done = subprocess.run(
        command,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    first_line, listing = done.stdout.split("\n", 1)
    found = json.loads(first_line)
    found["words"] = [[word.encode() for word in row] for row in found["words"]]
    found["label"] = [label.encode() for label in found["label"]]
    assert_same(predictor, texts, found)
    for expected in (
        "signature_def['serving_default']",
        "signature_def['predict']",
        "tensorflow/serving/predict",
    ):
        assert expected in listing
    assert "shape: (-1, -1, 2)" in listing


def test_the_vocabulary_is_an_asset(run: Path, model: Path) -> None:
    assert (model / "assets" / "vocab.txt").read_bytes() == RunFolder(run).vocabulary_path.read_bytes()
    assert {path.name for path in model.iterdir()} == {"assets", "saved_model.pb", "variables"}
    assert [path.name for path in model.parent.iterdir()] == ["1"]


def test_an_empty_folder_is_taken_and_another_refused(run: Path, tmp_path: Path) -> None:
    empty, full, file = tmp_path / "empty", tmp_path / "full", tmp_path / "file"
    empty.mkdir()
    full.mkdir()
    (full / "mine").write_text("kept")
    file.write_text("kept")
    export_vectors(run, empty, SESSIONS)
    assert (empty / "words.tsv").exists()
    for write, target in ((export_model, full), (export_model, file), (export_vectors, full)):
        with pytest.raises(UserError, match=f"{target.name}: .*new or empty") as caught:
            write(run, target, SESSIONS)
        assert "\n" not in str(caught.value)
    assert (full / "mine").read_text() == file.read_text() == "kept"
    with pytest.raises(UserError, match="cannot be written"):
        export_model(run, file / "below", SESSIONS)
    assert {path.name for path in tmp_path.iterdir()} == {"empty", "full", "file"}


@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left"), tf.errors.ResourceExhaustedError(None, None, "No space left\nat all")],
)
def test_no_half_written_export_is_left(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(session: Any, texts: Any, answer: Any, folder: Path) -> None:
        (folder / "saved_model.pb").write_text("half")
        raise error

    monkeypatch.setattr(saved_model, "_save", fail)
    with pytest.raises(UserError, match="No space left") as caught:
        export_model(run, tmp_path / "model", SESSIONS)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no run here"):
        export_model(tmp_path / "nothing", tmp_path / "model", SESSIONS)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["sm[1]", "what?", "all*", "back\\slash"])
def test_a_folder_that_tensorflow_takes_for_a_pattern_is_refused(run: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="which it takes for a pattern; name another folder"):
        export_model(run, tmp_path / name / "1", SESSIONS)
    assert not list(tmp_path.iterdir())


def test_a_folder_below_such_a_path_is_loaded_by_its_relative_name(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "exp[lr=1e-3]").mkdir()
    monkeypatch.chdir(tmp_path / "exp[lr=1e-3]")
    export_model(run, Path("model"), SESSIONS)
    with tf.Graph().as_default(), tf.Session() as session:
        assert open_model(Path("model"), session)(["it's a film"])["probabilities"].shape == (1, 2)


def test_a_run_with_symbols_is_refused(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = RunFolder(run).read_config()
    symbolic = replace(config, data=replace(config.data, symbolize=True))
    monkeypatch.setattr(RunFolder, "read_config", lambda folder: symbolic)
    with pytest.raises(UserError, match="--symbolize"):
        export_model(run, tmp_path / "model", SESSIONS)
    assert not list(tmp_path.iterdir())


def job(*arguments: str) -> InferenceJob:
    return flags.inference_job(["infer.py", *arguments], flags.inference_command_line(flags.flags.FlagValues()))


def test_the_flags(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vectors = tmp_path / "vectors"
    commands.infer(job(f"--ckpt_dir={run}", f"--export_vectors={vectors}"))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert str(vectors) in captured.err
    assert (vectors / "vectors.tsv").exists()
    assert job("--export=models/1").export == Path("models/1")
    assert job("--text=a film").export is None
    with pytest.raises(FlagError, match="export"):
        job("--export=models/1", "--text=a film")
