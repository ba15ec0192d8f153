"""Runs that begin with word vectors: where those end up, what is frozen, and what a resume needs."""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.jobs import TrainingJob
from rnn_textclf.preprocessing.vectors.word_vectors import WordVectors
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.training.initialisation import skipgram_training
from rnn_textclf.training.initialisation.embedding_initialisation import SCALE, initial_vectors
from rnn_textclf.training.initialisation.skipgram_training import SkipGramOptions
from tests.tiny_runs import STEPS_PER_EPOCH, assert_same_run, job, prepare, rows, train, variables, write_corpus

WIDTH = 6
WORDS = ["film", "wonderful", "dreadful", "Plot", "unheard", "of", "elsewhere"]


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """The tiny corpus, and beside it vectors of seven words, four of them in it."""
    folder = write_corpus(tmp_path_factory.mktemp("data"))
    table = np.random.default_rng(0).normal(size=(len(WORDS), WIDTH)).round(3)
    lines = [f"{word} {' '.join(map(str, row))}\n" for word, row in zip(WORDS, table.tolist(), strict=True)]
    (folder / "vectors.txt").write_text("".join(lines))
    return folder


def vectors_job(run: Path, data: Path, **options) -> TrainingJob:
    """A job whose user did not say how wide vectors are."""
    made = job(run, data, **{"embeddings": str(data / "vectors.txt"), "vector_words": 2, **options})
    return made if "embedding_size" in options else made._replace(given=made.given - {"embedding_size"})


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory) -> Path:
    """A run of three epochs with frozen vectors."""
    run = tmp_path_factory.mktemp("trained") / "run"
    train(vectors_job(run, data, freeze_embeddings=True))
    return run


def test_only_words_of_the_vocabulary_begin_with_vectors_and_all_have_one_scale():
    vocabulary = Vocabulary(["<pad>", "<unk>", "film", "plot"])
    vectors = WordVectors(["plot", "other", "film"], np.array([[3, -3], [9, 9], [1, 1]], np.float32))
    found = initial_vectors(vectors, vocabulary)
    assert found.ids.tolist() == [3, 2]
    np.testing.assert_allclose(found.rows, np.array([[3, -3], [1, 1]]) * SCALE / 5**0.5, rtol=1e-6)
    nothing = initial_vectors(WordVectors(["other"], np.ones([1, 2], np.float32)), vocabulary)
    assert nothing.rows.shape == (0, 2)


def test_the_file_decides_the_width_and_its_first_other_words_become_known(data, tmp_path, capsys):
    started = prepare(vectors_job(tmp_path / "run", data))
    words = started.data.vocabulary.words[: started.data.vocabulary.num_words]
    assert words[-2:] == ["unheard", "of"]
    assert "elsewhere" not in words
    assert started.config.model.embedding_size == WIDTH
    own = started.data.vocabulary.num_words - 4
    told = f"{WIDTH} numbers, for {4 / own:.1%} of the vocabulary's words"
    assert told in capsys.readouterr().err


def test_without_vectors_the_words_and_bits_are_as_before(data, tmp_path):
    plain, with_words = prepare(job(tmp_path / "a", data)), prepare(vectors_job(tmp_path / "b", data))
    one, other = plain.data.vocabulary, with_words.data.vocabulary
    assert other.words[: one.num_words] == one.words[: one.num_words]
    assert other.words[other.num_words :] == one.words[one.num_words :]


def test_a_width_that_the_user_gave_must_have_room_for_the_vectors(data, tmp_path):
    with pytest.raises(UserError, match=r"vectors have 6 numbers, more than --embedding_size=5; leave"):
        prepare(vectors_job(tmp_path / "run", data, embedding_size=5))
    assert not RunFolder(tmp_path / "run").exists()
    train(vectors_job(tmp_path / "run", data, embedding_size=9, num_epochs=1, learning_rate=1e-12))
    run = RunFolder(tmp_path / "run")
    assert run.read_config().model.embedding_size == 9
    ids, begun = initial_vectors(prepare(vectors_job(tmp_path / "other", data)).first.vectors, run.read_vocabulary())
    table = variables(run.path, STEPS_PER_EPOCH)["embedding"]
    np.testing.assert_allclose(table[ids, :WIDTH], begun, atol=1e-6)
    assert 0 < np.abs(table[ids, WIDTH:]).max() < 0.06


def test_frozen_rows_stay_bit_for_bit_and_the_others_learn(data, trained):
    vocabulary = RunFolder(trained).read_vocabulary()
    step = 12
    table, frozen = (variables(trained, step)[name] for name in ("embedding", "frozen_rows"))
    with_vectors = [vocabulary.id(word.lower()) for word in WORDS if word != "elsewhere"]
    assert np.flatnonzero(frozen).tolist() == sorted(with_vectors)
    source = prepare(vectors_job(trained.parent / "again", data)).first.vectors
    ids, begun = initial_vectors(source, vocabulary)
    np.testing.assert_array_equal(table[ids], begun)
    moments = variables(trained, step)["embedding/Adam"]
    moved = np.flatnonzero(np.abs(moments).sum(1))
    assert len(moved)
    assert set(moved).isdisjoint(with_vectors)


def test_vectors_that_are_not_frozen_learn(data, tmp_path):
    run = tmp_path / "run"
    train(vectors_job(run, data, num_epochs=1))
    found = variables(run, 4)
    assert "frozen_rows" not in found
    assert np.abs(found["embedding/Adam"][RunFolder(run).read_vocabulary().id("film")]).any()


def test_a_run_goes_on_without_the_file_as_if_never_stopped(data, trained, tmp_path):
    own = tmp_path / "data"
    shutil.copytree(data, own)
    made = vectors_job(tmp_path / "run", own, freeze_embeddings=True)
    train(made._replace(train=dataclasses.replace(made.train, num_epochs=1)))
    (own / "vectors.txt").unlink()
    train(made._replace(given=made.given | {"num_epochs"}))
    assert_same_run(tmp_path / "run", trained, 12)


@pytest.mark.slow
def test_a_run_that_never_trained_reads_the_file_again(data, trained, tmp_path):
    made = vectors_job(tmp_path / "run", data, freeze_embeddings=True)
    prepare(made)
    train(made)
    assert rows(tmp_path / "run") == rows(trained)


def test_another_file_contradicts_the_run(data, trained):
    with pytest.raises(FlagError, match=r"was begun with --embeddings=.*vectors.txt"):
        prepare(vectors_job(trained, data, embeddings="glove"))


@pytest.fixture
def texts(tmp_path) -> Path:
    path = tmp_path / "texts.txt"
    path.write_text("a strange new film\nthe film bores .\n" * 20)
    return path


@pytest.fixture
def few_steps(monkeypatch):
    """Skip-gram in a second: with the same options but for one epoch of small steps."""
    monkeypatch.setattr(
        skipgram_training,
        "SkipGramOptions",
        lambda width, seed: SkipGramOptions(width, seed, epochs=1, blocks=(4, 8), shared_negatives=8),
    )


def test_skipgram_vectors_are_made_once_and_found_again(data, texts, tmp_path, few_steps, monkeypatch, capsys):
    own = tmp_path / "data"
    shutil.copytree(data, own)
    options = {"embeddings": "skipgram", "unlabelled_file": str(texts), "embedding_size": 8, "vector_words": 9}
    first = prepare(vectors_job(tmp_path / "a", own, **options))
    assert "strange" in first.data.vocabulary
    assert first.first.vectors.width == 8
    assert len(list((own / "vectors").iterdir())) == 1
    monkeypatch.setattr(skipgram_training, "train_vectors", None)  # whoever trains again fails
    again = prepare(vectors_job(tmp_path / "b", own, **options))
    np.testing.assert_array_equal(again.first.vectors.vectors, first.first.vectors.vectors)
    with pytest.raises(TypeError):
        prepare(vectors_job(tmp_path / "c", own, **{**options, "seed": 2}))
    texts.write_text("another text\n")
    with pytest.raises(TypeError):
        prepare(vectors_job(tmp_path / "d", own, **options))
