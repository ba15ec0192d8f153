"""Typos, against a search through all words by definition, and runs that correct them, however they are asked."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf.errors import FlagError
from rnn_textclf.inference.exports.compact import compact_run
from rnn_textclf.inference.exports.saved_model import export_model
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.typos import SHORTEST, slips
from rnn_textclf.preprocessing.vocabulary import UNK, UNK_ID, Vocabulary
from rnn_textclf.runs.sessions import Sessions
from tests.tiny_runs import job, prepare, train

LETTERS = st.text("abé", max_size=5)
THINGS = ("plot", "film", "score", "cast", "end", "song")
ROWS = [f"{say} the {thing} is {word}\t{word}\n" for say in "ab" for thing in THINGS for word in ("good", "horrible")]
TYPOS = {"horirble": "horrible", "horible": "horrible", "horrrible": "horrible", "goood": "good", "flim": "film"}


def is_slip(one: str, other: str) -> bool:
    """By definition: each place of the shorter word is tried."""
    if len(one) == len(other):
        places = [at for at in range(len(one)) if one[at] != other[at]]
        return len(places) == 2 and places[1] == places[0] + 1 and sorted(one) == sorted(other)
    short, long = sorted((one, other), key=len)
    return any(short[:at] + short[at - 1] + short[at:] == long for at in range(1, len(short) + 1))


@given(LETTERS, LETTERS)
def test_slips_are_those_of_the_definition(one: str, other: str) -> None:
    assert (other in slips(one)) == is_slip(one, other) == (one in slips(other))


@given(st.lists(LETTERS.filter(bool), unique=True, max_size=6))
def test_an_unknown_word_is_read_as_the_first_known_one_that_is_a_slip_away(known: list[str]) -> None:
    words = ["<pad>", UNK, *known]
    vocabulary = Vocabulary(words, correct_typos=True)
    table = vocabulary.typos()
    for length in range(1, 5):
        for letters in itertools.product("abé", repeat=length):
            word = "".join(letters)
            near = [id for id, entry in enumerate(words) if id > UNK_ID and is_slip(word, entry)]
            corrected = [] if word in known or length < SHORTEST else near[:1]
            assert vocabulary.id(word) == (words.index(word) if word in known else (corrected or [UNK_ID])[0])
            assert table.get(word) == (words[corrected[0]] if corrected else None)
            assert vocabulary.knows(word) == (word in known or bool(corrected))


def test_typos_come_before_stems_and_are_left_alone_by_default() -> None:
    words = ["<pad>", UNK, "horrible", "horri…"]
    assert Vocabulary(words, correct_typos=True).id("horrbile") == Vocabulary(words).id("horrible") == 2
    assert Vocabulary(words).id("horribel") == 3
    assert Vocabulary(words).id("horirble") == UNK_ID
    assert not Vocabulary(words).typos()
    assert not Vocabulary(["<pad>", UNK, "b4d"], correct_typos=True).knows("b44d")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typos")
    (folder / "rows.tsv").write_text("text\tlabel\n" + "".join(ROWS))
    sizes = {"valid_fraction": 0.25, "test_fraction": 0.25, "num_epochs": 4, "learning_rate": 0.05}
    train(job(folder / "run", folder, train_file=str(folder / "rows.tsv"), correct_typos=True, **sizes))
    return folder / "run"


def test_a_run_a_compact_copy_and_a_saved_model_read_typos_as_their_words(run: Path, tmp_path: Path) -> None:
    texts, meant = [f"the {word}" for word in TYPOS], [f"the {word}" for word in TYPOS.values()]
    predictor, sessions = Predictor.load(run, 1), Sessions(1)
    expected = predictor.predict_proba(meant)
    np.testing.assert_array_equal(predictor.predict_proba(texts), expected)
    assert not any(prediction.unknown for prediction in predictor.predictions(texts))
    compact_run(run, tmp_path / "small", 1000, sessions)
    copy = Predictor.load(tmp_path / "small", 1)
    np.testing.assert_array_equal(copy.predict_proba(texts), copy.predict_proba(meant))
    export_model(run, tmp_path / "model", sessions)
    with tf.Graph().as_default(), tf.Session() as session:
        loaded = tf.saved_model.load(session, [tf.saved_model.tag_constants.SERVING], str(tmp_path / "model"))
        signature = loaded.signature_def["predict"]
        feed = {signature.inputs["text"].name: [text.encode() for text in texts]}
        found = session.run(signature.outputs["probabilities"].name, feed)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_fine_tuning_must_read_typos_as_the_run_it_begins_with(run: Path, tmp_path: Path) -> None:
    file = str(run.parent / "rows.tsv")
    begun = prepare(job(tmp_path / "tuned", tmp_path, train_file=file, pretrain=str(run)))
    assert begun.config.data.correct_typos
    with pytest.raises(FlagError, match="correct_typos"):
        prepare(job(tmp_path / "other", tmp_path, train_file=file, pretrain=str(run), correct_typos=False))
