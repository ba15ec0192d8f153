"""A small copy of a run: what it holds, how far its weights are off, and what it says of itself."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from rnn_textclf import flags
from rnn_textclf.errors import FlagError, UserError
from rnn_textclf.inference.commands import infer
from rnn_textclf.inference.exports.compact import compact_run
from rnn_textclf.inference.predictor import Predictor
from rnn_textclf.jobs import InferenceJob
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.quantized_checkpoint import CheckpointReader, save_quantized
from rnn_textclf.runs.sessions import Sessions
from tests.tiny_runs import job, train

TEXTS = ["the film is wonderful", "its plot bores", "nobody has said this before", ""]
SESSIONS = Sessions(1)
ALL_WORDS = 1000


def best_weights(run: Path) -> CheckpointReader:
    [index] = (run / "best").glob("model.ckpt-*.index")
    return CheckpointReader(index.with_suffix(""))


@pytest.fixture(scope="module")
def copy(scored_run: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With all its words."""
    folder = tmp_path_factory.mktemp("compact") / "copy"
    compact_run(scored_run.folder.path, folder, ALL_WORDS, SESSIONS)
    return folder


finite = st.floats(-100, 100, width=32)


@given(values=arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=5), elements=finite))
def test_a_number_is_off_by_half_a_step_of_its_row(
    tmp_path_factory: pytest.TempPathFactory, values: np.ndarray
) -> None:
    path = tmp_path_factory.mktemp("weights") / "model.ckpt-1"
    save_quantized(path, {"matrix": values, "vector": values[0]})
    stored = CheckpointReader(path)
    assert stored.is_quantized
    assert stored.shapes == {"matrix": [*values.shape], "vector": [values.shape[1]]}
    np.testing.assert_array_equal(stored["vector"], values[0])
    for row, original in zip(stored["matrix"], values, strict=True):
        half_a_step = max(map(abs, original.tolist())) / 254
        assert max(abs(row - original)) <= half_a_step * 1.0001 + 2e-36  # smaller numbers are 0


def test_it_answers_like_the_run(scored_run: Any, copy: Path) -> None:
    run, small = Predictor.load(scored_run.folder.path, 1), Predictor.load(copy, 1)
    assert small.vocabulary.words == run.vocabulary.words
    assert small.temperature == run.temperature
    np.testing.assert_allclose(small.predict_proba(TEXTS), run.predict_proba(TEXTS), atol=0.05)
    assert small.predict(TEXTS[:2]) == run.predict(TEXTS[:2])


def test_fewer_words_are_the_first_with_their_stems(scored_run: Any, tmp_path: Path) -> None:
    small = compact_run(scored_run.folder.path, tmp_path / "small", 6, SESSIONS)
    run, copy = RunFolder(scored_run.folder.path), RunFolder(tmp_path / "small")
    before, after = run.read_vocabulary(), copy.read_vocabulary()
    assert after.words[: after.num_words] == before.words[:6]
    assert {*after.words[after.num_words :]} == {w[:5] + "…" for w in before.words[:6] if len(w) >= 5} & {*before.words}
    assert small.words_after == len(after) < small.words_before == len(before)
    table, smaller = best_weights(run.path)["embedding"], best_weights(copy.path)["embedding"]
    rows = [before.id(word) for word in after.words]
    np.testing.assert_allclose(smaller, table[rows], atol=np.abs(table).max() / 254 * 1.01)
    # Pairs of words are found by their ids, which must have stayed.
    assert [after.id(word) for word in after.words[:6]] == list(range(6))


def test_it_says_how_right_both_are(scored_run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    infer(InferenceJob(scored_run.folder.path, compact=tmp_path / "small", compact_words=ALL_WORDS))
    size, accuracy = capsys.readouterr().out.splitlines()
    assert "MB" in size
    right, rows = int(scored_run.test.right.sum()), len(scored_run.test)
    assert accuracy.startswith(f"Test accuracy {right / rows:.2%} ({right} of {rows}) -> ")
    assert not (tmp_path / "small" / "encoded").exists()


def test_without_the_corpus_it_is_made_all_the_same(
    scored_run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(*_: Any, **__: Any) -> Any:
        raise UserError("no corpus here")

    monkeypatch.setattr("rnn_textclf.inference.exports.compact.find_corpora", absent)
    small = compact_run(scored_run.folder.path, tmp_path / "small", ALL_WORDS, SESSIONS)
    assert small.test_after is None
    assert len(small.lines()) == 1
    assert "no corpus here" in capsys.readouterr().err
    assert Predictor.load(tmp_path / "small", 1).predict(TEXTS[:1])


def test_a_copy_of_a_copy_is_the_same(copy: Path, tmp_path: Path) -> None:
    compact_run(copy, tmp_path / "again", ALL_WORDS, SESSIONS)
    once, twice = best_weights(copy), best_weights(tmp_path / "again")
    for name in once.shapes:
        np.testing.assert_allclose(twice[name], once[name], rtol=1e-6)


def test_others_may_begin_with_its_weights_but_it_goes_on_no_further(copy: Path, tmp_path: Path) -> None:
    data = Path(RunFolder(copy).read_config().data.data_dir)
    begun = train(job(tmp_path / "run", data, pretrain=str(copy), num_epochs=1, learning_rate=1e-9))
    words = RunFolder(copy).read_vocabulary()
    learned = best_weights(begun.folder.path)["embedding"][: words.num_words]
    np.testing.assert_allclose(learned, best_weights(copy)["embedding"][: words.num_words], atol=1e-6)
    with pytest.raises(UserError, match=r"no model.ckpt-N here, so training cannot go on"):
        train(job(copy, data, num_epochs=9))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--compact=a", "--text=b"], "an export scores no text"),
        (["--compact=a", "--nearest=b"], "--nearest and --compact exclude each other"),
        (["--compact_words=9"], "--compact_words needs --compact"),
        (["--compact=a", "--compact_words=2"], "compact_words"),
    ],
)
def test_flags_that_make_no_sense(arguments: list[str], message: str) -> None:
    with pytest.raises(FlagError, match=message):
        flags.inference_job(["infer.py", *arguments], flags.inference_command_line(flags.flags.FlagValues()))


def test_what_cannot_be_copied_is_told(scored_run: Any, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no run here"):
        compact_run(tmp_path / "nothing", tmp_path / "small", 9, SESSIONS)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(UserError, match="there is something already"):
        compact_run(scored_run.folder.path, tmp_path / "full", 9, SESSIONS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full"]
