"""Pretraining: made once, reused, refused where it does not fit, and its weights where they belong."""

import dataclasses
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.config import DataConfig, PretrainConfig
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.jobs import SHIPPED_RUN, TrainingJob
from rnn_textclf.models.language_model import LanguageModel
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.encoded.dataset import Dataset
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.checkpoints import Checkpoints, checkpoint_steps
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.sessions import Sessions
from rnn_textclf.training import pipeline, trainer
from rnn_textclf.training.composite.ensembles import member_pretrainings
from rnn_textclf.training.concurrency.interrupts import Interrupted, StopRequest
from rnn_textclf.training.pretraining import language_model_training, stages
from rnn_textclf.training.steps.step_loop import StepLoop
from rnn_textclf.training.trainer import Trainer
from tests.tiny_runs import assert_same_run, job, rows, train, variables, write_corpus

_THINGS = ("the book", "her novel", "that poem", "this song", "the play", "an opera")
_VERDICTS = {"positive": ("is wonderful", "is a joy", "shines"), "negative": ("is dreadful", "is a chore", "bores")}


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The training corpus, and labelled and unlabelled texts of another kind."""
    folder = tmp_path_factory.mktemp("texts")
    labelled_texts = [
        (label, f"{thing} {verdict} {again}")
        for label, verdicts in _VERDICTS.items()
        for thing in _THINGS
        for verdict in verdicts
        for again in ("indeed", "again")
    ]
    labelled = folder / "other.tsv"
    labelled.write_text("label\ttext\n" + "".join(f"{label}\t{text}\n" for label, text in labelled_texts))
    unlabelled = folder / "other.txt"
    unlabelled.write_text("".join(f"{text}\n" for _, text in labelled_texts))
    return {"data": write_corpus(folder / "data"), "labelled": labelled, "unlabelled": unlabelled}


def pretrained_job(texts: dict[str, Path], run: Path, kind: str, **options: Any) -> TrainingJob:
    options = {"pretrain_epochs": 2, "pretrain_batch_size": 8, **options}
    if kind == "lm":
        options["unlabelled_file"] = str(texts["unlabelled"])
    elif "pretrain_file" not in options and kind in ("labels", "lm,labels"):
        options["pretrain_file"] = str(texts["labelled"])
    return job(run, texts["data"], pretrain=kind, pretrain_dir=str(run.parent / "pretraining"), **options)


def best_weights(run: Path) -> dict[str, np.ndarray]:
    path = run / "best" / f"model.ckpt-{checkpoint_steps(run / 'best')[-1]}"
    reader = tf.train.load_checkpoint(str(path))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


@pytest.mark.parametrize("kind", [pytest.param("lm", marks=pytest.mark.slow), "labels", "lm,labels"])
def test_a_run_begins_with_the_pretrained_weights(kind: str, texts: dict[str, Path], tmp_path: Path) -> None:
    # A step this small moves nothing that can be seen.
    share = 0.5 if kind == "labels" else 0.0
    train(pretrained_job(texts, tmp_path / "run", kind, num_epochs=1, learning_rate=1e-12, log_count_ratio=share))
    folders = sorted(path.name.split("-")[0] for path in (tmp_path / "pretraining").iterdir())
    assert folders == sorted(kind.split(","))
    [last] = (tmp_path / "pretraining").glob(f"{kind.split(',')[-1]}-*")
    theirs, ours = best_weights(last), best_weights(tmp_path / "run")
    words = Vocabulary.load(last / "vocab.txt")
    vocabulary = Vocabulary.load(tmp_path / "run" / "vocab.txt")
    assert vocabulary.words[: words.num_words] == words.words[: words.num_words]
    assert {"novel", "film"} <= set(vocabulary.words)
    for name in ("layer_0/kernel", "layer_0/recurrent_kernel", "layer_0/bias"):
        np.testing.assert_allclose(ours[name], theirs[name], atol=1e-8, err_msg=name)
    for number, word in enumerate(words.words):
        np.testing.assert_allclose(ours["embedding"][vocabulary.id(word)], theirs["embedding"][number], atol=1e-8)
    if kind != "lm":
        np.testing.assert_allclose(ours["output_kernel"], theirs["output_kernel"], atol=1e-8)
        assert np.abs(theirs["pair_scores"]).max() > 0.005
        added = ours["pair_scores"] - theirs["pair_scores"]
        if share:  # Of the ratios, which have a mean of zero over the classes.
            assert np.abs(added).max() > 0.1
            np.testing.assert_allclose(added.sum(axis=1), 0, atol=1e-6)
        else:
            np.testing.assert_allclose(added, 0, atol=1e-8)


def test_vectors_of_a_pretrained_run_stay_as_they_are_where_they_are_frozen(
    texts: dict[str, Path], tmp_path: Path
) -> None:
    train(pretrained_job(texts, tmp_path / "run", "labels", num_epochs=2, freeze_embeddings=True))
    [pretrained] = (tmp_path / "pretraining").iterdir()
    theirs, ours = best_weights(pretrained), variables(tmp_path / "run", 8)
    words, vocabulary = RunFolder(pretrained).read_vocabulary().words, RunFolder(tmp_path / "run").read_vocabulary()
    shared = [vocabulary.entry_id(word) for word in words]
    np.testing.assert_array_equal(ours["embedding"][shared], theirs["embedding"])
    own = np.setdiff1d(np.arange(len(vocabulary)), shared)
    assert np.abs(ours["embedding/Adam"][own]).any()
    assert not ours["embedding/Adam"][shared].any()
    assert np.abs(ours["layer_0/kernel"] - theirs["layer_0/kernel"]).max() > 1e-4


def test_it_is_made_once(
    texts: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    train(pretrained_job(texts, tmp_path / "one", "labels"))
    assert "Pretraining (labels) into" in capfd.readouterr().err
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "train_model", None)  # It would be called for another pretraining.
        pipeline.pretrain(pretrained_job(texts, tmp_path / "two", "labels"), Sessions(1))
    train(pretrained_job(texts, tmp_path / "two", "labels"))
    assert "Pretrained: " in capfd.readouterr().err
    assert_same_run(tmp_path / "one", tmp_path / "two", 12)


@pytest.mark.slow
def test_each_member_may_have_a_pretraining_of_its_own(texts: dict[str, Path], tmp_path: Path) -> None:
    options = {"ensemble": 2, "pretrain_each": True, "pretrain_epochs": 1, "num_epochs": 1, "learning_rate": 1e-12}
    asked = pretrained_job(texts, tmp_path / "run", "labels", log_count_ratio=0.0, **options)
    for pretraining in member_pretrainings(asked):
        pipeline.pretrain(asked._replace(pretrain=pretraining), Sessions(1))
    made = {path.name: best_weights(path)["output_kernel"] for path in (tmp_path / "pretraining").iterdir()}
    assert len(made) == 2
    train(asked)
    assert {path.name for path in (tmp_path / "pretraining").iterdir()} == made.keys()
    kernels = [best_weights(tmp_path / "run" / "members" / number)["output_kernel"] for number in "12"]
    for name, kernel in made.items():
        alike = [np.allclose(mine, kernel, atol=1e-8) for mine in kernels]
        assert sum(alike) == 1, name
    # The first has the one that a run without an ensemble has.
    alone = stages.last_stage(pretrained_job(texts, tmp_path / "alone", "labels", pretrain_epochs=1)).job
    np.testing.assert_allclose(kernels[0], made[alone.ckpt_dir.name], atol=1e-8)


def test_each_member_begins_with_its_member_of_a_pretrained_ensemble(texts: dict[str, Path], tmp_path: Path) -> None:
    first = {"data": texts["data"], "num_epochs": 1, "ensemble": 2}
    train(job(tmp_path / "first", **first))
    again = {**first, "pretrain": str(tmp_path / "first"), "learning_rate": 1e-12}
    train(job(tmp_path / "run", **again))
    for number in "12":
        ours, theirs = (best_weights(tmp_path / name / "members" / number) for name in ("run", "first"))
        np.testing.assert_allclose(ours["layer_0/kernel"], theirs["layer_0/kernel"], atol=1e-8)
    with pytest.raises(FlagError, match="has 2 members; give --ensemble=2 at most"):
        train(job(tmp_path / "three", **(again | {"ensemble": 3})))
    with pytest.raises(FlagError, match=r"is an ensemble; name a member, such as .*first/members/1"):
        train(job(tmp_path / "alone", **(again | {"ensemble": 1})))


def test_other_options_or_other_text_are_another_pretraining(texts: dict[str, Path], tmp_path: Path) -> None:
    def folder(**options: Any) -> Path:
        return stages.last_stage(pretrained_job(texts, tmp_path / "run", "labels", **options)).job.ckpt_dir

    first = folder()
    assert folder() == first
    assert folder(num_epochs=7, seed=3) == first  # these are the run's own
    changed = tmp_path / "other.tsv"
    changed.write_text(texts["labelled"].read_text().replace("novel", "essay"))
    others = [folder(pretrain_epochs=3), folder(num_hidden_units=9), folder(pretrain_file=str(changed))]
    assert len({first, *others}) == 4


def test_a_run_folder_can_be_named_and_classes_may_differ(texts: dict[str, Path], tmp_path: Path) -> None:
    three = tmp_path / "three.tsv"
    lines = texts["labelled"].read_text().splitlines()
    three.write_text("\n".join([*lines, *(f"neutral\tthe play is {n} acts long" for n in range(20))]) + "\n")
    train(job(tmp_path / "first", texts["data"], train_file=str(three)))
    train(job(tmp_path / "run", texts["data"], pretrain=str(tmp_path / "first"), num_epochs=1, learning_rate=1e-12))
    ours, theirs = best_weights(tmp_path / "run"), best_weights(tmp_path / "first")
    assert ours["output_kernel"].shape == (8, 2)
    np.testing.assert_allclose(ours["layer_0/kernel"], theirs["layer_0/kernel"], atol=1e-8)


@pytest.mark.parametrize("option", [{"rnn_unit": "lstm"}, {"num_hidden_units": 9}, {"stems": False}])
def test_a_pretrained_run_that_does_not_fit_is_refused(
    option: dict[str, Any], texts: dict[str, Path], scored_run: Any, tmp_path: Path
) -> None:
    [(name, value)] = option.items()
    with pytest.raises(FlagError, match=f"--{name}=.* this run --{name}={value}; they must be equal"):
        train(job(tmp_path / "run", texts["data"], pretrain=str(scored_run.folder.path), **option))
    assert not RunFolder(tmp_path / "run").exists()


def test_a_run_that_was_trained_on_held_out_rows_is_refused(
    texts: dict[str, Path], scored_run: Any, tmp_path: Path
) -> None:
    options = {"pretrain": str(scored_run.folder.path), "num_epochs": 1}
    with pytest.raises(UserError, match="rows that validate or test here, which would leak; give its --seed"):
        train(job(tmp_path / "other", texts["data"], seed=8, **options))
    assert not RunFolder(tmp_path / "other").exists()
    train(job(tmp_path / "same", texts["data"], **options))


def test_a_folder_without_a_run_is_refused(texts: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no run here"):
        train(job(tmp_path / "run", texts["data"], pretrain=str(tmp_path / "nothing")))


@pytest.mark.slow
def test_a_run_that_was_stopped_before_its_first_epoch_ends_as_one_that_was_not(
    texts: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = (pretrained_job(texts, tmp_path / name, "lm,labels") for name in ("whole", "cut"))
    train(whole)

    def kill(*_: Any) -> None:
        raise SystemError

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "train_epoch", kill)
        with pytest.raises(SystemError):
            train(cut)
    train(cut)
    assert_same_run(tmp_path / "whole", tmp_path / "cut", 12)


def test_a_pretraining_that_was_killed_before_its_temperature_was_fitted_fits_it(
    texts: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise RuntimeError("killed")

    whole, stopped = (pretrained_job(texts, tmp_path / name / "run", "labels", num_epochs=1) for name in ("a", "b"))
    train(whole)
    with monkeypatch.context() as patch:
        patch.setattr(trainer, "calibrated", killed)
        with pytest.raises(RuntimeError, match="killed"):
            train(stopped)
    train(stopped)
    (path,) = tmp_path.glob("a/pretraining/labels-*/calibration.json")
    assert (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("ending", ["a kill", "Ctrl-C"])
def test_a_language_model_that_ended_amid_an_epoch_resumes_bit_by_bit(
    ending: str, texts: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests: list[StopRequest] = []
    calls = []
    finish, step = StepLoop.finish_epoch, LanguageModel.step

    def keep_request(loop: Any, session: Any, epoch: int, take: Any, stop: StopRequest) -> None:
        requests.append(stop)
        finish(loop, session, epoch, take, stop)

    def end_at_some(model: Any, session: Any, batch: Any) -> Any:
        calls.append(1)
        if len(calls) in (4, 15):
            if ending == "a kill":
                raise SystemError
            requests[-1].signal_number = signal.SIGINT
        return step(model, session, batch)

    def asked(name: str) -> TrainingJob:
        job = pretrained_job(texts, tmp_path / name / "run", "lm", pretrain_epochs=2)
        return stages.last_stage(job).job.replace(checkpoint_steps=2)

    with monkeypatch.context() as patch:
        patch.setattr(StepLoop, "finish_epoch", keep_request)
        patch.setattr(LanguageModel, "step", end_at_some)
        for _ in range(2):
            with pytest.raises(SystemError if ending == "a kill" else Interrupted):
                language_model_training.train_language_model(asked("cut"), Sessions(1))
        language_model_training.train_language_model(asked("cut"), Sessions(1))
    language_model_training.train_language_model(asked("whole"), Sessions(1))
    one, other = asked("cut").ckpt_dir, asked("whole").ckpt_dir
    [last] = checkpoint_steps(other)
    # A kill costs the step under way and the one after the last save; Ctrl-C costs none.
    assert len(calls) == last + (4 if ending == "a kill" else 0)
    mine, theirs = variables(one, last), variables(other, last)
    assert "epoch_totals" in theirs
    assert any("Adam" in name for name in theirs)
    for name, value in mine.items():
        np.testing.assert_array_equal(value, theirs[name], err_msg=name)
    assert rows(one) == rows(other)
    assert len(rows(one)) == 2


def test_a_language_model_that_resumes_reads_its_words_and_masked_names(
    texts: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = stages.last_stage(pretrained_job(texts, tmp_path / "run", "lm", mask_entities=True)).job
    language_model_training.train_language_model(asked, Sessions(1))
    folder = RunFolder(asked.ckpt_dir)
    files = [path.read_bytes() for path in (folder.vocabulary_path, folder.entities_path)]
    read = []
    for name in ("entity_aliases", "build_vocabulary"):  # Another release may find others in the same text.
        monkeypatch.delattr(language_model_training, name)
    monkeypatch.setattr(language_model_training, "Dataset", lambda *parts: read.append(parts[1]) or Dataset(*parts))
    more = asked.replace(train=dataclasses.replace(asked.train, num_epochs=3), given=frozenset({"num_epochs"}))
    language_model_training.train_language_model(more, Sessions(1))
    assert len(rows(folder.path)) == 3
    assert [path.read_bytes() for path in (folder.vocabulary_path, folder.entities_path)] == files
    [vocabulary] = read
    assert vocabulary.words == folder.read_vocabulary().words
    assert vocabulary.aliases == folder.read_vocabulary().aliases
    assert vocabulary.aliases
    folder.entities_path.write_bytes(files[1].replace(b"london", b"lomdon"))
    with pytest.raises(UserError, match=r"entities.txt: is damaged"):
        language_model_training.train_language_model(more, Sessions(1))


def test_a_language_model_begun_by_an_earlier_version_resumes(tmp_path: Path) -> None:
    with Sessions().new_graph() as session:
        totals, weight = tf.get_variable("epoch_totals", [2]), tf.get_variable("weight", [1])
        session.run(tf.global_variables_initializer())
        Checkpoints(tmp_path, [weight]).save(session, 3)
        totals.load(np.zeros(2), session)
        assert Checkpoints(tmp_path, [totals, weight], optional=[totals]).restore(session) == 3
        np.testing.assert_array_equal(session.run(totals), [0, 0])
        with pytest.raises(UserError, match="epoch_totals has shape None"):
            Checkpoints(tmp_path, [totals, weight]).restore(session)


def test_a_pretraining_that_diverges_names_its_own_flag_and_what_it_kept(
    texts: dict[str, Path], tmp_path: Path
) -> None:
    for kind in ("lm", "labels"):
        asked = pretrained_job(texts, tmp_path / "run", kind, pretrain_learning_rate=1e38)
        with pytest.raises(UserError, match=r"at step \d+ .* gradient norm .*lower --pretrain_learning_rate; nothing"):
            pipeline.pretrain(asked, Sessions(1))


def test_text_without_two_words_in_a_row_cannot_be_modelled(texts: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("".join(f"word{n}\n" for n in range(40)))
    options = {"pretrain": "lm", "pretrain_dir": str(tmp_path), "unlabelled_file": str(path)}
    with pytest.raises(UserError, match="too few rows of two words or more"):
        train(job(tmp_path / "run", texts["data"], **options))


def test_word_vectors_beside_those_of_a_run_folder_are_refused(tmp_path: Path) -> None:
    glove, path = DataConfig(embeddings="glove"), str(SHIPPED_RUN)
    with pytest.raises(FlagError, match=r"--embeddings: .*pretrained has word vectors of its own"):
        stages.with_pretrained_shape(TrainingJob(tmp_path, data=glove, pretrain=PretrainConfig(pretrain=path)))
    first = TrainingJob(tmp_path, data=glove, pretrain=PretrainConfig(pretrain="labels"))
    assert stages.with_pretrained_shape(first) == first


def test_a_run_folder_gives_the_network_but_for_what_the_user_set(tmp_path: Path) -> None:
    path = str(SHIPPED_RUN)
    asked = TrainingJob(tmp_path, pretrain=PretrainConfig(pretrain=path), given=frozenset({"pretrain"}))
    fitted = stages.with_pretrained_shape(asked)
    assert fitted.model == dataclasses.replace(asked.model, num_hidden_units=320, embedding_size=192)
    assert (fitted.train, fitted.data) == (
        asked.train,
        dataclasses.replace(asked.data, mask_entities=True, correct_typos=True),
    )
    stages.check_fits(RunFolder(SHIPPED_RUN), fitted)
    own = asked.replace(given=frozenset({"pretrain", "num_hidden_units"}))
    assert stages.with_pretrained_shape(own).model.num_hidden_units == asked.model.num_hidden_units
    with pytest.raises(FlagError, match="has --num_hidden_units=320, this run --num_hidden_units=128"):
        stages.check_fits(RunFolder(SHIPPED_RUN), stages.with_pretrained_shape(own))
    assert stages.with_pretrained_shape(TrainingJob(tmp_path)) == TrainingJob(tmp_path)
