"""Runs with masked entities, from training to every way of scoring: sentences with other names score the same."""

import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.inference.exports.compact import compact_run
from rnn_textclf.inference.exports.saved_model import export_model
from rnn_textclf.inference.nearest import nearest
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.entities.aliases import NAME, listed_aliases
from rnn_textclf.preprocessing.vocabulary import UNK
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions
from tests.estimator.small import small
from tests.tiny_runs import job, prepare, train

SESSIONS = Sessions(1)
NAMES = sorted({word for word, symbol in listed_aliases().items() if symbol == NAME} - {UNK})
FRAMES = ("the film by {} is wonderful", "{} bores", "an old story of {} and the cast", "{}")
# Not in any list: written with a capital inside the sentences, seen nowhere.
FOUND, UNSEEN = "zoltania", "qwyx"
TEXT = "We saw Zoltania today. Nobody knows Zoltania well. They like a film of it.\n"
VERDICTS = {"wonderful": "good", "fresh": "good", "dreadful": "bad", "stale": "bad"}
ROWS = [
    f"{name} says the film is {verdict}\t{label}\n"
    for name in ("adam", "emma", "cairo", "zoltania", "we")
    for verdict, label in VERDICTS.items()
]


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("text")
    (folder / "text.txt").write_text(TEXT)
    (folder / "rows.tsv").write_text("text\tlabel\n" + "".join(ROWS))
    sizes = {"valid_fraction": 0.2, "test_fraction": 0.2, "num_epochs": 4, "learning_rate": 0.05}
    return {
        "train_file": str(folder / "rows.tsv"),
        "unlabelled_file": str(folder / "text.txt"),
        "mask_entities": True,
        **sizes,
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, options: dict[str, Any]) -> Path:
    folder = tmp_path_factory.mktemp("masked")
    train(job(folder / "run", folder, **options))
    return folder / "run"


@pytest.fixture(scope="module")
def masked(run: Path) -> Predictor:
    return Predictor.load(run, 1)


def scores(predictor: Predictor, text: str) -> list[float]:
    return [score for _, score in predictor.running_scores(text)]


@settings(max_examples=30)
@given(st.sampled_from(FRAMES), st.sampled_from([*NAMES, FOUND, UNSEEN]), st.sampled_from([*NAMES, FOUND, UNSEEN]))
def test_other_names_have_the_same_scores_after_every_word(masked: Predictor, frame: str, one: str, other: str) -> None:
    assert scores(masked, frame.format(one)) == scores(masked, frame.format(other))
    streams = [masked.stream() for _ in (one, other)]
    for words in zip(frame.format(one).split(), frame.format(other).split(), strict=True):
        read = [stream.read(word) for stream, word in zip(streams, words, strict=True)]
        assert read[0] == read[1]


def test_articles_and_addresses_change_nothing(masked: Predictor) -> None:
    assert scores(masked, "an Asian film") == scores(masked, "a black film")
    plain = "the film is stale"
    with_addresses = "@adam_1 the film https://t.co/a1?b is stale www.films.com"
    assert masked.running_scores(with_addresses) == masked.running_scores(plain)


def test_words_are_shown_as_they_are_and_are_known(masked: Predictor) -> None:
    found = next(masked.predictions(["Emma says Qwyx is Zoltania"]))
    assert found.words == ["emma", "says", "qwyx", "is", "zoltania"]
    assert found.unknown == ["qwyx"]
    assert "says" in masked.vocabulary
    assert {"emma", "zoltania"}.isdisjoint(masked.vocabulary.words)


def test_nearest_words_of_a_name_are_those_of_its_symbol(run: Path) -> None:
    [emma, cairo] = [nearest(RunFolder(run), word, SESSIONS)[0] for word in ("emma", "cairo")]
    assert emma == cairo
    assert emma.word == NAME


def test_a_compact_copy_keeps_them(run: Path, masked: Predictor, tmp_path: Path) -> None:
    compact_run(run, tmp_path / "small", 1000, SESSIONS)
    copy = Predictor.load(tmp_path / "small", 1)
    assert copy.vocabulary.aliases == masked.vocabulary.aliases
    np.testing.assert_allclose(copy.predict_proba(["emma", "film"]), masked.predict_proba(["emma", "film"]), atol=0.02)
    assert scores(copy, "adam bores") == scores(copy, f"{FOUND} bores")
    compact_run(run, tmp_path / "smallest", 3, SESSIONS)
    assert Predictor.load(tmp_path / "smallest", 1).vocabulary.words[2] == NAME


def test_a_saved_model_reads_the_same(run: Path, masked: Predictor, tmp_path: Path) -> None:
    texts = [frame.format(name) for frame in FRAMES for name in ("Emma", "Paris", "Zoltania", UNSEEN, "(@bob)")]
    texts += ["", "...", "@only", "an Asian film", "wonderfully", UNK]
    export_model(run, tmp_path / "model", SESSIONS)
    (tmp_path / "model").rename(tmp_path / "moved")
    with Sessions().new_graph() as session:
        loaded = tf.saved_model.load(session, [tf.saved_model.tag_constants.SERVING], str(tmp_path / "moved"))
        signature = loaded.signature_def["running_scores"]
        outputs = {name: info.name for name, info in signature.outputs.items()}
        found = session.run(outputs, {signature.inputs["text"].name: [text.encode() for text in texts]})
    np.testing.assert_allclose(found["probabilities"], masked.predict_proba(texts), atol=1e-5)
    for prediction, words, length in zip(masked.predictions(texts), found["words"], found["lengths"], strict=True):
        assert [word.decode() for word in words[:length]] == prediction.words


def test_fine_tuning_takes_the_aliases_over(run: Path, tmp_path: Path, options: dict[str, Any]) -> None:
    given = {name: value for name, value in options.items() if name not in ("mask_entities", "unlabelled_file")}
    begun = prepare(job(tmp_path / "tuned", tmp_path, pretrain=str(run), **given))
    assert begun.config.data.mask_entities
    assert begun.data.vocabulary.aliases == RunFolder(run).read_vocabulary().aliases
    table = [RunFolder(folder).read_vocabulary().entry_id(UNK) for folder in (run, tmp_path / "tuned")]
    assert table == [1, 1]


def test_a_pretraining_without_them_is_refused(run: Path, tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(FlagError, match="mask_entities"):
        prepare(job(tmp_path / "tuned", tmp_path, pretrain=str(run), **options | {"mask_entities": False}))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_text("adam\t<name>\n"), "is damaged"),
    ],
)
def test_a_lost_or_changed_file_is_named(run: Path, tmp_path: Path, change: Any, complaint: str) -> None:
    shutil.copytree(run, tmp_path / "run")
    change(RunFolder(tmp_path / "run").entities_path)
    with pytest.raises(UserError, match=rf"entities\.txt: {complaint}"):
        Predictor.load(tmp_path / "run", 1)


def test_an_overwritten_run_leaves_no_aliases(run: Path, tmp_path: Path, options: dict[str, Any]) -> None:
    shutil.copytree(run, tmp_path / "run")
    plain = {name: options[name] for name in ("train_file", "valid_fraction", "test_fraction")}
    prepare(job(tmp_path / "run", tmp_path, overwrite=True, **plain))
    assert not RunFolder(tmp_path / "run").entities_path.exists()
    assert RunFolder(tmp_path / "run").read_vocabulary().aliases == {}


def test_an_estimator_and_its_pickle_mask_them() -> None:
    rows = [row.split("\t") for row in ROWS]
    estimator = small(mask_entities=True).fit([text for text, _ in rows], [label.strip() for _, label in rows])
    copy = pickle.loads(pickle.dumps(estimator))
    for each in (estimator, copy):
        one, other = each.predict_proba(["adam is stale", "nairobi is stale"])
        np.testing.assert_array_equal(one, other)
