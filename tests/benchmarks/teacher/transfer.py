"""Transfer set: unlabelled texts of the kind that people type, for a teacher to label.

    python -m tests.benchmarks.teacher.transfer --plain=100000 --imdb=100000 --output=transfer.jsonl

Plain short sentences about many things, made of frames and word lists; with --imdb also sentences of the packaged IMDB
reviews, and beginnings of both. Texts whose words are those of a Cornell row are left out, so that none of them can be
a row that validates or tests. The same seed gives the same texts.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from rnn_textclf.atomic import replacing
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.packaged import PackagedCornell
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.tokens import Tokenizer
from tests.benchmarks.teacher.transfer_frames import beginning, draw_text

_LONGEST = 40  # Words of an IMDB sentence.
_BEGINNINGS = 0.3  # Share of the IMDB sentences that are cut.
_TRIES = 50


def main() -> None:
    """Writes the texts, an object a line."""
    options = _options()
    try:
        known = cornell_words()
        with replacing(options.output) as file:
            count = 0
            for text in transfer_texts(options.plain, options.imdb, options.seed, known):
                file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
                count += 1
    except UserError as error:
        sys.exit(str(error))
    print(f"{count:,} texts: {options.output}", file=sys.stderr)


def cornell_words() -> set[tuple[str, ...]]:
    """The words of each packaged Cornell row."""
    tokenizer = Tokenizer()
    return {tuple(tokenizer(text)) for text, _ in PackagedCornell().examples()}


def transfer_texts(plain: int, imdb: int, seed: int, left_out: set[tuple[str, ...]]) -> Iterator[str]:
    """As many plain texts, then as many of IMDB; no two have the same words.

    Args:
      plain: texts of frames.
      imdb: sentences of reviews, or their beginnings; fewer where there are no more.
      seed: fixes all of them.
      left_out: words of texts that must not be among them.
    """
    seen, tokenizer, draw = set(left_out), Tokenizer(), random.Random(seed)

    def is_new(text: str) -> bool:
        words = tuple(tokenizer(text))
        new = bool(words) and words not in seen
        seen.add(words)
        return new

    made = 0
    for _ in range(_TRIES * plain):
        if made == plain:
            break
        if is_new(text := draw_text(draw)):
            made += 1
            yield text
    found = 0
    for text in _imdb_sentences(draw) if imdb else ():
        if is_new(text):
            found += 1
            yield text
            if found == imdb:
                break


def _imdb_sentences(draw: random.Random) -> Iterator[str]:
    """Sentences of IMDB reviews in random order, some of them cut."""
    sentences = [text for text, _ in unlabelled_texts("imdb50k").examples() if 2 < len(text.split()) <= _LONGEST]
    draw.shuffle(sentences)
    for text in sentences:
        yield beginning(text, draw) if draw.random() < _BEGINNINGS else text


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None, allow_abbrev=False)
    parser.add_argument("--plain", type=int, default=100_000, help="texts made of frames (%(default)s)")
    parser.add_argument("--imdb", type=int, default=0, help="IMDB sentences and beginnings of them (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="fixes the texts (%(default)s)")
    parser.add_argument("--output", type=Path, required=True, metavar="PATH", help="JSON lines to write")
    return parser.parse_args()


if __name__ == "__main__":
    main()
