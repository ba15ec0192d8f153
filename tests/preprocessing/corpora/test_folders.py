import pytest

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.files import open_corpus


def write(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text of {name}")


def labels(folder):
    return sorted({label for example in open_corpus(folder).examples() for label in example.labels})


def test_the_training_folder_of_the_imdb_reviews(tmp_path, messages):
    write(tmp_path, "pos/1_9.txt", "neg/1_2.txt", "unsup/1_0.txt", "labeledBow.feat", "urls_pos.txt")
    assert labels(tmp_path) == ["neg", "pos"]
    assert messages == [
        f"Classes: neg, pos (by the names in {tmp_path})",
        f"{tmp_path}: skipped, no class: labeledBow.feat, unsup, urls_pos.txt",
    ]


def test_the_folder_above_it_is_refused(tmp_path):
    write(tmp_path, "train/pos/1.txt", "test/pos/2.txt", "imdb.vocab", "README")
    with pytest.raises(UserError, match=f"such as --train_file={tmp_path / 'test'}"):
        open_corpus(tmp_path)


def test_files_that_are_no_text_are_no_classes(tmp_path, messages):
    write(tmp_path, "pos.txt", "neg.txt", "README.md", "LICENSE", "plot.png", ".hidden")
    assert labels(tmp_path) == ["neg", "pos"]
    assert "skipped, no class: LICENSE, README.md, plot.png" in messages[1]


def test_html_is_mended(tmp_path):
    (tmp_path / "pos").mkdir()
    (tmp_path / "pos" / "1.txt").write_text("It&#39;s fine.<br /><br />Really")
    assert [example.text for example in open_corpus(tmp_path).examples()] == ["It's fine.\n\nReally"]
