"""Masking of entities (delexicalization): aliases that have all words of a kind read as one symbol.

What is computed from ids, vectors, direct scores and bigrams, is then equal for all words of a kind.
"""

import logging
from collections.abc import Mapping, Sequence, Set
from pathlib import Path

from rnn_textclf.atomic import write_text
from rnn_textclf.config import DataConfig
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.unlabelled import unlabelled_texts
from rnn_textclf.preprocessing.entities.capitals import capitalised_words
from rnn_textclf.preprocessing.entities.word_lists import GROUPS
from rnn_textclf.preprocessing.vocabulary import UNK, read_lines

logger = logging.getLogger(__name__)

# One symbol for all that English writes with a capital, because texts with capitals do not tell their kinds apart.
NAME = "<name>"
ORIENTATION = "<orientation>"
_SYMBOL_OF_GROUP = dict.fromkeys(
    ("women", "men", "families", "cities", "countries", "nationalities", "religions", "believers"), NAME
) | dict.fromkeys(("orientations", "people of orientations"), ORIENTATION)
_ALSO = {"orientations"}  # Groups of which also those words count that often mean something else: "straight".
_ARTICLES = {"an": "a"}  # The sound of the word behind it is the only difference.
_UNKNOWN = {UNK: NAME}  # Most words that a large vocabulary lacks are names.


def listed_aliases() -> dict[str, str]:
    """Those of the word lists, word -> symbol, of the article and of unknown words."""
    aliases = _ARTICLES | _UNKNOWN
    for name, symbol in _SYMBOL_OF_GROUP.items():
        words = GROUPS[name].words + (GROUPS[name].also if name in _ALSO else ())
        aliases |= dict.fromkeys(words, symbol)
    return aliases


def entity_aliases(config: DataConfig) -> dict[str, str]:
    """The aliases of a run: those of the lists, and names that the unlabelled text writes with a capital.

    Raises UserError where that text cannot be read.
    """
    if not config.mask_entities:
        return {}
    listed = listed_aliases()
    if config.unlabelled is None and config.unlabelled_file is None:
        return listed
    text = unlabelled_texts(config.unlabelled, config.unlabelled_file, skip_bad_rows=config.skip_bad_rows)
    found = dict.fromkeys(capitalised_words(text), NAME)
    logger.info(f"Masked entities: {len(listed):,} words of lists, {len(found):,} names of {text.source}")
    return found | listed


def save_aliases(aliases: Mapping[str, str], path: Path) -> None:
    """Writes a word, a tab and what it is read as, a line each. Raises UserError when the disk is full."""
    write_text(path, "".join(f"{word}\t{entry}\n" for word, entry in sorted(aliases.items())))


def load_aliases(path: Path, entries: Sequence[str]) -> dict[str, str]:
    """Reads a file written by `save_aliases`.

    Args:
      path: the file.
      entries: of the vocabulary.

    Raises:
      UserError: a line is no alias of an entry, or of a word that has an entry or an alias already; names the line.
    """
    known, aliases = frozenset(entries), dict[str, str]()
    for line, text in enumerate(read_lines(path), start=1):
        word, _, entry = text.partition("\t")
        if reason := _bad_alias(word, entry, known, aliases):
            raise UserError(f"{path}:{line}: {reason}; take the {path.name} that the run wrote")
        aliases[word] = entry
    return aliases


def _bad_alias(word: str, entry: str, known: Set[str], aliases: Mapping[str, str]) -> str:
    """What is wrong with a line; empty where nothing is."""
    if not word.isprintable() or not entry.isprintable():
        return "has a control character"
    if not word or not entry or (word + entry).split() != [word + entry]:
        return "expected a word, a tab and a symbol"
    if (word in known and word != UNK) or word in aliases:
        return f"{word!r} is known already"
    return "" if entry in known else f"{entry!r} is not in the vocabulary"
