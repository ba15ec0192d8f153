"""Texts and classes in memory as a corpus, and the names of the classes in a run folder."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from rnn_textclf.preprocessing.corpora.corpus import Corpus, Example


class GivenTexts(Corpus):
    """Labelled texts that a program holds.

    Args:
      texts: N texts.
      classes: int `[N]`, the class of each, a place in `labels`.
      labels: the class names.
    """

    def __init__(self, texts: Sequence[str], classes: np.ndarray, labels: tuple[str, ...]) -> None:
        self.name = "texts"
        self.source = "texts given to fit"
        self.labels = labels
        self.paths = (Path("X"),)  # named in messages alone
        self.reading = "texts in memory, version 1"
        self._texts, self._classes = texts, classes

    def examples(self) -> Iterator[Example]:
        """Streams the examples."""
        assert self.labels is not None
        for text, place in zip(self._texts, self._classes.tolist(), strict=True):
            yield Example(text, (self.labels[place],))

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the texts and their classes in hex."""
        if self._fingerprint is None:
            digest = hashlib.sha256()
            for text, labels in self.examples():
                for part in (text.encode("utf-8", "surrogatepass"), labels[0].encode("utf-8", "surrogatepass")):
                    digest.update(b"%d %b" % (len(part), part))
            self._fingerprint = digest.hexdigest()
        return self._fingerprint


def class_names(classes: np.ndarray) -> tuple[str, ...]:
    """Names of classes for `labels.txt`: their values as text, or their numbers where a value is no line of its own."""
    names = tuple(str(value) for value in classes.tolist())
    if len(set(names)) == len(names) and all(name and name.isprintable() for name in names):
        return names
    return tuple(str(number) for number in range(len(names)))
