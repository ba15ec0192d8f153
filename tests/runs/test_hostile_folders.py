"""Run folders of strangers: at worst they are refused, in one line, at once."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.runs import restoring
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.restoring import restore_best
from rnn_textclf.runs.sessions import Sessions

Harm = Callable[[RunFolder], None]


@pytest.fixture
def run(scored_run: Any, tmp_path: Path) -> RunFolder:
    """Without checksums, which a stranger would have made anew."""
    folder = RunFolder(Path(shutil.copytree(scored_run.folder.path, tmp_path / "run")))
    folder.checksums.path.unlink()
    return folder


def replaced(name: str, old: str, new: str) -> Harm:
    def harm(run: RunFolder) -> None:
        text = (run.path / name).read_text()
        assert old in text
        (run.path / name).write_text(text.replace(old, new, 1))

    return harm


def written(name: str, content: str | bytes) -> Harm:
    def harm(run: RunFolder) -> None:
        (run.path / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return harm


def linked(name: str, target: str) -> Harm:
    def harm(run: RunFolder) -> None:
        (run.path / name).unlink()
        (run.path / name).symlink_to(target)

    return harm


def fifo(name: str) -> Harm:
    def harm(run: RunFolder) -> None:
        (run.path / name).unlink()
        os.mkfifo(run.path / name)

    return harm


def folder_instead(run: RunFolder) -> None:
    run.vocabulary_path.unlink()
    run.vocabulary_path.mkdir()


def link_out(run: RunFolder) -> None:
    outside = run.path.parent / "outside.txt"
    run.labels_path.rename(outside)
    run.labels_path.symlink_to(outside)


def weights(values: object) -> Harm:
    return replaced("config.json", '"class_weights": null', f'"class_weights": {json.dumps(values)}')


HARMS: dict[str, tuple[Harm, str]] = {
    "nested": (written("config.json", "[" * 100_000), r"config\.json: cannot be read \(nested too deeply\)"),
    "long integer": (replaced("config.json", '"seed": 1', f'"seed": {"9" * 5000}'), "more than 20 digits"),
    "NaN": (replaced("config.json", '"dropout": 0.0', '"dropout": NaN'), "NaN is no number"),
    "twice": (replaced("config.json", '"seed": 1', '"seed": 1, "seed": 2'), "'seed' stands twice"),
    "surrogate": (replaced("config.json", '"source": "', '"source": "\\ud800'), "surrogate"),
    "escape": (replaced("config.json", '"source": "', '"source": "\\u001b[2J'), "has a control character"),
    "units": (replaced("config.json", '"num_hidden_units": 8', '"num_hidden_units": 1000000000'), "no weights for"),
    "layers": (replaced("config.json", '"num_layers": 1', '"num_layers": 1000000'), "no weights for 1,000,000"),
    "width": (replaced("config.json", '"embedding_size": 8', '"embedding_size": 2000000000'), "no weights for"),
    "a large config": (written("config.json", b" " * (1 << 24) + b"{}"), "larger than 16,777,216 bytes"),
    "lost class": (weights({"negative": 1.0}), "class_weights are not of the classes"),
    "weightless class": (weights({"negative": 1.0, "positive": -1}), "'positive' has no weight above 0"),
    "hot": (written("calibration.json", '{"temperature": 1e300, "step": 32}'), "expected a temperature from 0.1"),
    "cold": (written("calibration.json", '{"temperature": 1e-300, "step": 32}'), "expected a temperature from 0.1"),
    "not a number": (written("calibration.json", '{"temperature": NaN, "step": 32}'), "NaN is no number"),
    "true": (written("calibration.json", '{"temperature": true, "step": 32}'), "expected a temperature"),
    "zeros": (linked("vocab.txt", "/dev/zero"), r"vocab\.txt: is not a regular file"),
    "pipe": (fifo("labels.txt"), r"labels\.txt: is not a regular file"),
    "folder": (folder_instead, "vocab.txt: is not a regular file"),
    "link out": (link_out, r"labels\.txt: is a link out of the run folder"),
    "link nowhere": (linked("vocab.txt", "nowhere"), r"vocab\.txt: cannot be read"),
    "bell": (written("labels.txt", "bad\a\ngood\n"), "class name 'bad[?]' has a control character"),
    "many words": (written("vocab.txt", "<pad>\n<unk>\n" + "".join(f"w{i}\n" for i in range(5000))), "5,002 rows"),
    "many classes": (written("labels.txt", "".join(f"c{i}\n" for i in range(5000))), "5,000 rows"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_strangers_folder_is_refused_before_anything_is_built(
    harm: str, run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "TextClassifier", None)
    apply, message = HARMS[harm]
    apply(run)
    with Sessions().new_graph() as session, pytest.raises(UserError, match=message) as error:
        restore_best(run, session)
    assert "\n" not in str(error.value)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 600


@pytest.mark.parametrize("line", ["[" * 100_000, '{"epoch": NaN}', "7", '{"epoch": 1, "epoch": 1}', "\0"])
def test_a_strangers_history_is_refused(line: str, run: RunFolder) -> None:
    run.history_path.write_text(line + "\n")
    with pytest.raises(UserError, match=r"metrics\.jsonl:1: .*start anew with --overwrite"):
        run.read_metrics()


def test_a_checkpoint_that_claims_more_than_it_holds_is_refused(run: RunFolder) -> None:
    (data,) = run.best.glob("*.data-*")
    data.write_bytes(data.read_bytes()[:100])
    said = r"its index speaks of .* bytes, its data has 100"
    with Sessions().new_graph() as session, pytest.raises(UserError, match=said):
        restore_best(run, session)


def test_a_class_name_that_a_terminal_would_obey_is_refused_in_training_too(run: RunFolder) -> None:
    with pytest.raises(UserError, match="has a control character; rename the class"):
        run.write_words(run.read_vocabulary(), ("bad\x1b[2J", "good"))
    assert run.read_labels() == ("negative", "positive")
