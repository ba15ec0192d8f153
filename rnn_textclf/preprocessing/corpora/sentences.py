"""Rule-based sentence splitting, without a model of the language.

A sentence ends

  - at a line feed;
  - after `.`, `!`, `?` or `…`, any number of them and the quotation marks or brackets that close after them,
    where white space follows and then no lower-case letter;
  - after such a mark that stands alone between spaces, as in text that was cut into words before.

A full stop after a single letter or one of a dozen abbreviations ("Mr.", "vs.") ends nothing.
"""

import re
from collections.abc import Iterator, Sequence

from rnn_textclf.preprocessing.corpora.corpus import Corpus, Example

SENTENCES_VERSION = 1  # Part of every cache's key: raise it whenever some text is cut in another way.

_END = re.compile(r"""\n|[.!?…]+["'”’)\]]*[^\S\n]+""")
_ABBREVIATION = re.compile(r"(?:^|[\s(\"'.])(?:[^\W\d_]|mr|mrs|ms|dr|st|jr|sr|vs|prof|etc|no|vol)$", re.IGNORECASE)
_LOOKED_BACK = 8  # Characters; more than the longest abbreviation has.
_LETTER = re.compile(r"[^\W_]")


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text by the rules above, without white space at their ends; none without a letter."""
    begin = 0
    for mark in _END.finditer(text):
        if _ends(text, begin, mark):
            yield from _worth(text[begin : mark.end()])
            begin = mark.end()
    yield from _worth(text[begin:])


def _ends(text: str, begin: int, mark: re.Match[str]) -> bool:
    if mark[0] == "\n":
        return True
    before = text[max(begin, mark.start() - _LOOKED_BACK) : mark.start()]
    if not before or before[-1].isspace():
        return True
    if mark[0].rstrip() == "." and _ABBREVIATION.search(before):
        return False
    return not text[mark.end() : mark.end() + 1].islower()


def _worth(piece: str) -> Iterator[str]:
    if _LETTER.search(piece):
        yield piece.strip()


class Sentences(Corpus):
    """The sentences of other corpora, in order; each has the labels of its text."""

    def __init__(self, corpora: Sequence[Corpus]) -> None:
        """Takes one corpus or more, which are read lazily."""
        self._corpora = tuple(corpora)
        self.name = ", ".join(corpus.name for corpus in corpora)
        self.source = " and ".join(corpus.source for corpus in corpora)
        self.labels = corpora[0].labels if len(corpora) == 1 else None
        self.paths = tuple(path for corpus in corpora for path in corpus.paths)
        self.reading = f"sentences {SENTENCES_VERSION} of " + "; ".join(corpus.reading for corpus in corpora)

    def examples(self) -> Iterator[Example]:
        """Streams the sentences. Raises UserError as the corpora do."""
        for corpus in self._corpora:
            for text, labels in corpus.examples():
                for sentence in sentences(text):
                    yield Example(sentence, labels)
