"""Data of a run folder: read back as written, and refused where its files are not of one run."""

from pathlib import Path

import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.runs.run_data import read_prepared_data, read_split
from tests.preprocessing.encoded.test_prepared_data import TEST, Run, numbers, texts


def test_a_restored_run_has_the_same_rows_words_and_classes(tmp_path: Path) -> None:
    run = Run(tmp_path, test_file=TEST)
    before = run.draw(seed=5)
    again = read_prepared_data(run.corpora, read_split(run.corpora, run.folder), run.folder)
    for mine, theirs in zip(again[:3], before[:3], strict=True):
        assert numbers(mine) == numbers(theirs)
        assert texts(mine, again) == texts(theirs, before)
    assert again.labels == before.labels
    assert again.vocabulary.words == before.vocabulary.words


def test_classes_that_were_changed_are_refused(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.draw()
    run.folder.labels_path.write_text("b\na\n")
    run.folder.checksums.path.unlink()
    with pytest.raises(UserError, match=r"labels\.txt: its classes are not those of the corpus"):
        read_prepared_data(run.corpora, read_split(run.corpora, run.folder), run.folder)
