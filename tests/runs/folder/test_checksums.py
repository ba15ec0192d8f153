"""Checksums: every file that a run is read from is told when it is damaged, and never while it is only rewritten."""

import contextlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_textclf import atomic
from rnn_textclf.errors import UserError
from rnn_textclf.jobs import SHIPPED_RUN
from rnn_textclf.preprocessing.encoded.splits import load_split
from rnn_textclf.runs.calibration import read_temperature
from rnn_textclf.runs.folder import checksums as checksums_module
from rnn_textclf.runs.folder.checksums import Checksums
from rnn_textclf.runs.folder.row_hashes import read_row_hashes
from rnn_textclf.runs.folder.run_folder import RunFolder
from rnn_textclf.runs.run_data import find_corpora

READERS: dict[str, Callable[[RunFolder], Any]] = {
    "config.json": RunFolder.read_config,
    "vocab.txt": lambda run: run.read_vocabulary().words,
    "labels.txt": RunFolder.read_labels,
    "metrics.jsonl": RunFolder.read_metrics,
    "calibration.json": lambda run: read_temperature(run, max(row["step"] for row in run.read_metrics())),
    "train_keys.npy": lambda run: np.asarray(read_row_hashes(run)).tolist(),
    "split.json": lambda run: [
        part.tolist()
        for part in load_split(run.checked(run.split_path), 40, json.loads(run.split_path.read_text())["fingerprint"])
    ],
}


@pytest.fixture
def copy(scored_run: Any, tmp_path: Path) -> RunFolder:
    return RunFolder(Path(shutil.copytree(scored_run.folder.path, tmp_path / "run")))


def test_every_file_that_is_read_has_a_hash(copy: RunFolder) -> None:
    assert set(json.loads((copy.path / "checksums.json").read_text())) == set(READERS)


@pytest.mark.parametrize("name", READERS)
def test_a_flipped_bit_is_told_by_name(name: str, copy: RunFolder) -> None:
    path = copy.path / name
    content = path.read_bytes()
    before = READERS[name](copy)
    for place in {0, len(content) // 2, len(content) - 2}:
        damaged = bytearray(content)
        damaged[place] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(UserError, match=rf"{name}: is damaged, its SHA-256") as error:
            READERS[name](copy)
        assert "\n" not in str(error.value)
    path.write_bytes(content)
    assert READERS[name](copy) == before


@pytest.mark.parametrize("name", [name for name in READERS if name != "config.json"])
def test_a_lost_file_is_told_by_name(name: str, copy: RunFolder) -> None:
    (copy.path / name).unlink()
    with pytest.raises(UserError, match=rf"{name}: is missing, but checksums\.json names it"):
        READERS[name](copy)


def test_who_changed_a_file_deletes_the_checksums_as_the_message_says(copy: RunFolder) -> None:
    copy.labels_path.write_text("bad\ngood\n")
    with pytest.raises(UserError, match=r"if you changed it yourself, delete checksums\.json"):
        copy.read_labels()
    copy.checksums.path.unlink()
    assert copy.read_labels() == ("bad", "good")


@pytest.mark.parametrize("content", ["[]", "{", '{"labels.txt": "00"}', '{"labels.txt": [1]}'])
def test_damaged_checksums_are_told_and_can_be_deleted(content: str, copy: RunFolder) -> None:
    copy.checksums.path.write_text(content)
    with pytest.raises(UserError, match=r"checksums\.json: "):
        copy.read_labels()
    copy.checksums.path.unlink()
    assert copy.read_labels() == ("negative", "positive")


def test_runs_from_before_checksums_and_later_options_are_read(tmp_path: Path) -> None:
    old = RunFolder(shutil.copytree(SHIPPED_RUN, tmp_path / "old"))
    old.checksums.path.unlink()
    later = {
        "model": ["pair_buckets"],
        "train": ["swap_entities", "best_by", "soft_labels"],
        "data": ["tokenizer_version", "correct_typos"],
    }
    config = json.loads(old.config_path.read_text())
    for section, names in later.items():
        for name in names:
            del config[section][name]
    old.config_path.write_text(json.dumps(config))
    assert old.read_labels() == ("negative", "positive")
    assert len(old.read_vocabulary()) == (SHIPPED_RUN / "vocab.txt").read_bytes().count(b"\n")
    assert old.read_config().data.tokenizer_version == 1
    assert len(old.read_metrics()) == old.read_config().train.num_epochs


class Killed(BaseException):
    """The process ends here."""


@given(st.integers(0, 3), st.booleans())
def test_a_kill_between_two_writes_leaves_a_version_that_is_read(
    tmp_path_factory: pytest.TempPathFactory, writes: int, known: bool
) -> None:
    folder = tmp_path_factory.mktemp("run")
    checksums, path = Checksums(folder), folder / "metrics.jsonl"
    old = [b"one\n", b"one\ntwo\n"]
    for version in old if known else []:
        checksums.write(path, version)
    with pytest.MonkeyPatch.context() as patch:
        left = iter(range(writes))

        def replace(*paths: Any) -> None:
            if next(left, None) is None:
                raise Killed
            os.rename(*paths)

        patch.setattr(atomic.os, "replace", replace)
        with contextlib.suppress(Killed):
            checksums.write(path, b"one\ntwo\nthree\n")
    if path.exists():
        assert checksums.read(path) in (old[-1], b"one\ntwo\nthree\n")
    else:
        assert not checksums.exists(path)


def test_a_reader_waits_for_a_writer_between_hash_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checksums, path = Checksums(tmp_path), tmp_path / "calibration.json"
    for version in (b"one", b"two", b"three"):
        checksums.write(path, version)
    path.write_bytes(b"one")  # Three versions behind: as if hashes and file were read at different times.
    monkeypatch.setattr(checksums_module.time, "sleep", lambda _: path.write_bytes(b"three"))
    assert checksums.read(path) == b"three"


@pytest.mark.parametrize("name", ["word_ids.bin", "label_ids.bin", "row_keys.bin", "words.txt", "labels.txt"])
def test_a_damaged_encoded_corpus_is_made_anew(name: str, copy: RunFolder, scored_run: Any) -> None:
    damaged = copy.encoded / "main" / name
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    config = copy.read_config()
    find_corpora(copy, config.model, config.data, download=False)
    assert damaged.read_bytes() == (scored_run.folder.encoded / "main" / name).read_bytes()
