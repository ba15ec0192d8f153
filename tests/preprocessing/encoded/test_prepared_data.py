"""From files to training, validation and test examples: which they are, and which files are refused."""

import collections
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.config import DataConfig
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.encoded import prepared_data
from rnn_textclf.preprocessing.encoded.prepared_data import (
    EncodedCorpora,
    PreparedData,
    Subset,
    draw_split,
    encode_corpora,
    prepare,
    training_vocabulary,
)
from rnn_textclf.preprocessing.encoded.splits import save_split
from rnn_textclf.runs.folder.run_folder import RunFolder

Rows = list[tuple[str, str]]
ROWS: Rows = [(f"{word} number w{i}", label) for label in ("b", "a") for i, word in enumerate(["one", "two"] * 10)]
VALID: Rows = [("one w1", "a"), ("never seen", "b"), ("", "a")]
TEST: Rows = [("two", "b"), ("one three", "b")]


def write(path: Path, rows: Rows) -> str:
    path.write_text("text\tlabel\n" + "".join(f"{text or '...'}\t{label}\n" for text, label in rows))
    return str(path)


class Run:
    """A run folder and its corpora."""

    def __init__(self, folder: Path, several_labels: bool = False, **files: Any) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = RunFolder(folder / "run")
        names = {"train_file": ROWS, **files}
        paths = {
            name: write(folder / f"{name}.tsv", value) if name.endswith("_file") else value
            for name, value in names.items()
        }
        self.config = DataConfig(**paths)
        self.corpora: EncodedCorpora = encode_corpora(
            self.config, self.folder.encoded, several_labels=several_labels, download=False
        )

    def draw(self, seed: int = 1) -> PreparedData:
        split = draw_split(self.corpora, self.config, seed)
        prepared = prepare(self.corpora, split, training_vocabulary(self.corpora, split, self.config))
        save_split(split, self.folder.split_path, self.corpora.main.fingerprint)
        self.folder.write_words(prepared.vocabulary, prepared.labels)
        return prepared


def numbers(part: Subset) -> list[int]:
    return part.indices.tolist()


def texts(part: Subset, prepared: PreparedData) -> list[list[str]]:
    return [prepared.vocabulary.decode(row[row > 0]) for row in part.dataset.gather(part.indices).ids]


def test_one_file_is_divided(tmp_path: Path) -> None:
    prepared = Run(tmp_path).draw()
    parts = [numbers(part) for part in (prepared.train, prepared.valid, prepared.test)]
    assert sorted(row for part in parts for row in part) == list(range(40))
    assert [len(part) for part in parts] == [32, 4, 4]
    assert prepared.labels == ("a", "b")
    for part in (prepared.train, prepared.valid, prepared.test):
        expected = collections.Counter(ROWS[row][1] for row in part.indices)
        assert part.class_counts().tolist() == [expected["a"], expected["b"]]
        assert expected["a"] == expected["b"]


@pytest.mark.parametrize("own", [{"valid_file"}, {"test_file"}, {"valid_file", "test_file"}])
def test_held_out_rows_of_their_own(tmp_path: Path, own: set[str]) -> None:
    files = {name: rows for name, rows in (("valid_file", VALID), ("test_file", TEST)) if name in own}
    run = Run(tmp_path, valid_fraction=0.25, test_fraction=0.25, **files)
    prepared = run.draw()
    held_out = {"valid_file": prepared.valid, "test_file": prepared.test}
    drawn: list[int] = []
    for name, part in held_out.items():
        if name in own:
            assert len(part.dataset) == len(part.indices) == len(files[name])
            expected = [[1.0, 0.0] if label == "a" else [0.0, 1.0] for _, label in files[name]]
            np.testing.assert_array_equal(part.dataset.gather(part.indices).targets, expected)
        else:
            assert part.dataset is prepared.train.dataset
            assert len(part.indices) == 10
            drawn += numbers(part)
    assert sorted(drawn + numbers(prepared.train)) == list(range(40))
    assert run.corpora.num_examples == 40 + sum(map(len, files.values()))
    assert len(run.corpora.fingerprint.split(" ")) == 1 + len(own)


def test_words_are_those_of_the_training_rows_alone(tmp_path: Path) -> None:
    prepared = Run(tmp_path, valid_file=VALID, test_file=TEST).draw()
    assert texts(prepared.valid, prepared) == [["one", "w1"], ["<unk>", "<unk>"], ["<unk>"]]
    assert texts(prepared.test, prepared) == [["two"], ["one", "<unk>"]]
    divided = Run(tmp_path / "other", valid_fraction=0.25).draw()
    known = {word for row in divided.train.indices for word in ROWS[row][0].split()}
    assert set(divided.vocabulary.words[2 : divided.vocabulary.num_words]) == known


def test_rows_with_the_same_words_stay_together(tmp_path: Path) -> None:
    rows = [(text.upper() if i % 2 else text, label) for i, (text, label) in enumerate(row for row in ROWS * 3)]
    prepared = Run(tmp_path, train_file=rows, valid_fraction=0.2, test_fraction=0.2).draw()
    words = [{rows[row][0].lower() for row in part.indices} for part in (prepared.train, prepared.valid, prepared.test)]
    assert all(words)
    # The two classes have the same texts here.
    assert not words[0] & words[1]
    assert not words[0] & words[2]
    assert not words[1] & words[2]


def test_the_seed_fixes_the_split(tmp_path: Path) -> None:
    run = Run(tmp_path)
    assert numbers(run.draw().valid) == numbers(run.draw().valid)
    assert any(numbers(run.draw(seed).valid) != numbers(run.draw().valid) for seed in (2, 3))


def test_several_labels(tmp_path: Path) -> None:
    rows = [*ROWS, *[(f"both w{i}", "a|b") for i in range(20)]]
    run = Run(tmp_path, several_labels=True, train_file=rows)
    assert run.corpora.multi_label
    prepared = run.draw()
    wanted = [[float("a" in rows[row][1]), float("b" in rows[row][1])] for row in prepared.train.indices]
    np.testing.assert_array_equal(prepared.train.dataset.gather(prepared.train.indices).targets, wanted)
    assert prepared.train.class_counts().tolist() == np.sum(wanted, 0).tolist()
    assert not Run(tmp_path / "other", several_labels=True).corpora.multi_label


def test_without_several_labels_a_bar_is_part_of_the_name(tmp_path: Path) -> None:
    assert Run(tmp_path, train_file=[*ROWS, ("x", "a|b")]).corpora.main.labels == ("a", "a|b", "b")


def test_counts_are_summed_over_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = Run(tmp_path).draw().train
    whole = part.class_counts()
    monkeypatch.setattr(prepared_data, "_BLOCK", 3)
    assert part.class_counts().tolist() == whole.tolist()
    assert whole.sum() == len(part.indices)


@pytest.mark.parametrize("name", ["valid_file", "test_file"])
def test_a_label_of_the_held_out_rows_alone_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match=rf"{name}\.tsv:3: label 'c' is not a class"):
        Run(tmp_path, **{name: [("one", "a"), ("two", "c")]})


def test_held_out_rows_need_not_have_every_class(tmp_path: Path) -> None:
    prepared = Run(tmp_path, test_file=TEST).draw()
    assert prepared.test.class_counts().tolist() == [0, 2]


def test_one_class_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"train_file\.tsv: all rows have the label 'a'; a classifier needs two"):
        Run(tmp_path, train_file=[(text, "a") for text, _ in ROWS])


def test_a_column_of_ids_is_refused_as_labels(tmp_path: Path) -> None:
    rows = [(f"text {i}", f"c{i}") for i in range(prepared_data.MAX_CLASSES + 1)]
    with pytest.raises(UserError, match=r"10,001 different labels, more than 10,000; .*--label_field"):
        Run(tmp_path, train_file=rows)


def test_as_many_classes_as_allowed_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared_data, "MAX_CLASSES", 3)
    assert len(Run(tmp_path, train_file=[*ROWS, ("x", "c")]).corpora.main.labels) == 3
    with pytest.raises(UserError, match="4 different labels, more than 3"):
        Run(tmp_path, train_file=[*ROWS, ("x", "c"), ("y", "d")])


def test_several_labels_need_the_sigmoid(tmp_path: Path) -> None:
    path = tmp_path / "train.txt"
    path.write_text("__label__a one\n__label__b two\n__label__a __label__b three\n")
    config = DataConfig(train_file=str(path))
    folder = RunFolder(tmp_path / "run")
    with pytest.raises(UserError, match=r"train\.txt: some rows have other than one label; they need --loss=sigmoid"):
        encode_corpora(config, folder.encoded, several_labels=False, download=False)
    assert encode_corpora(config, folder.encoded, several_labels=True, download=False).multi_label


@pytest.mark.parametrize("name", ["valid_file", "test_file"])
def test_several_labels_in_held_out_rows_need_the_sigmoid_too(tmp_path: Path, name: str) -> None:
    (tmp_path / "train.txt").write_text("__label__a one\n__label__b two\n" * 10)
    (tmp_path / "held_out.txt").write_text("__label__a __label__b three\n")
    files = {"train_file": f"{tmp_path}/train.txt", name: f"{tmp_path}/held_out.txt"}
    with pytest.raises(UserError, match=r"held_out\.txt: some rows have other than one label"):
        encode_corpora(DataConfig(**files), tmp_path / "run", several_labels=False, download=False)


def test_a_missing_column_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no field 'sense'; the fields are text, label"):
        Run(tmp_path, label_field="sense")
