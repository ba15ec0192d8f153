"""Words and their ids, and stems, entries that words with the same beginning share.

Half of the words of a small corpus occur once, and many of those in a new text not at all; "dazzled",
"dazzling" and the unknown "dazzles" share the stem `dazzl…`. A stem is an entry of the vocabulary like a
word. A known word is read as itself and its stem, an unknown word as its stem alone, where that is known.
An alias is a word without an entry of its own, which is read as another: "london" and "paris" both as `<name>`. That
of `<unk>` is for unknown words without a known stem. A vocabulary that corrects typos reads an unknown word, before it
looks for a stem, as the most frequent word that is one slip away: "horirble" as "horrible".
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from rnn_textclf.atomic import write_text
from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.typos import SHORTEST, slips

PAD_ID = 0
UNK_ID = 1
PAD = "<pad>"
UNK = "<unk>"
NO_WORDS = (UNK_ID,)  # The ids of a text without words: one unknown word.
LONGEST_WORD = 200  # Characters. Longer strings are never known.
STEM_LENGTH = 5  # Characters. Shorter words have no stem.
STEM_MARK = "…"  # No word has it: the tokenizer drops it.
_STEM_MIN_COUNT = 2


class Vocabulary:
    """The words that a model knows; an id is an index into them, and a line number, from 0, of the file.

    Attributes:
      words: all entries: `<pad>`, `<unk>`, the words, then the stems, if there are any.
      num_words: the number of entries before the stems.
      aliases: words without an entry -> the entry that they are read as.
      correct_typos: whether an unknown word is read as a known one that is a slip away.
    """

    def __init__(
        self, words: Sequence[str], aliases: Mapping[str, str] | None = None, correct_typos: bool = False
    ) -> None:
        """Takes the entries, and aliases, of which those of absent entries are left out.

        Raises ValueError when the first two words are not `<pad>` and `<unk>`, a word comes twice, or has an alias too.
        """
        self.words = list(words)
        self.num_words = next((id for id, word in enumerate(words) if word.endswith(STEM_MARK)), len(self.words))
        if self.words[:2] != [PAD, UNK]:
            raise ValueError(f"a vocabulary begins with {PAD} and {UNK}")
        self._ids = {word: id for id, word in enumerate(self.words)}
        if len(self._ids) != len(self.words):
            raise ValueError("a vocabulary holds each word once")
        self.aliases = {word: entry for word, entry in (aliases or {}).items() if entry in self._ids}
        if not self._ids.keys().isdisjoint(self.aliases.keys() - {UNK}):
            raise ValueError("an alias has no entry of its own")
        self._read_as = self._ids | {word: self._ids[entry] for word, entry in self.aliases.items()}
        self.correct_typos = correct_typos

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        """Whether a word has an entry of its own."""
        return word in self._ids

    def id(self, word: str) -> int:
        """The id in [0, V) of the word or what it is an alias of; of an unknown word that of its stem, else of UNK."""
        id = self._read_as.get(word)
        if id is None:
            id = self._corrected(word)
        return self._ids.get(stem(word), self._read_as[UNK]) if id is None else id

    def _corrected(self, word: str) -> int | None:
        """The id of the most frequent word that an unknown one is a slip of; None where there is none."""
        if not self.correct_typos or len(word) < SHORTEST:
            return None
        return min((self._ids[known] for known in slips(word) if known in self._ids), default=None)

    def typos(self) -> dict[str, str]:
        """All slips that are read as a known word -> that word; none where typos are not corrected."""
        if not self.correct_typos:
            return {}
        return {
            slip: word
            for word in reversed(self.words[: self.num_words])
            for slip in slips(word)
            if len(slip) >= SHORTEST and slip not in self._read_as
        }

    def entry_id(self, entry: str) -> int:
        """The id of an entry itself, without regard to aliases. Raises KeyError for what is none."""
        return self._ids[entry]

    @property
    def has_stems(self) -> bool:
        """Whether there are stems beside the words."""
        return self.num_words < len(self)

    def knows(self, word: str) -> bool:
        """Whether a word, its typos corrected, has an entry or an alias, rather than being read as any unknown word."""
        return word != UNK and (word in self._read_as or self._corrected(word) is not None)

    @property
    def stem_ids(self) -> np.ndarray:
        """Int32 [V], the id of each word's stem; PAD_ID where it has none, and for the stems themselves."""
        get = self._ids.get
        stems = [get(stem(word), PAD_ID) for word in self.words[: self.num_words]]
        return np.array(stems + [PAD_ID] * (len(self) - self.num_words), np.int32)

    @property
    def unknown_ids(self) -> np.ndarray:
        """Int32 [V], the id of each word if it were not known: its stem's, else that of unknown words.

        Padding and the stems, which stand for unknown words already, keep theirs.
        """
        own, stems = np.arange(len(self), dtype=np.int32), self.stem_ids
        unknown = np.where(stems != PAD_ID, stems, np.int32(self._read_as[UNK]))
        return np.where((own == PAD_ID) | (own >= self.num_words), own, unknown)

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """The ids of some words, as in `id`; `NO_WORDS` where there are none."""
        known = self._read_as
        return [known[token] if token in known else self.id(token) for token in tokens] or [*NO_WORDS]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """The words of some ids. Raises IndexError for an id of V or more."""
        return [self.words[id] for id in ids]

    def followed_by(self, other: "Vocabulary") -> "Vocabulary":
        """These words, which keep their ids, then those of `other` that are not among them, then the stems of both.

        Aliases are those of these words alone, and so is whether typos are corrected.
        """
        more = [word for word in other.words[: other.num_words] if word not in self._read_as]
        stems = sorted({*self.words[self.num_words :], *other.words[other.num_words :]})
        return self._with([*self.words[: self.num_words], *more, *stems])

    def first(self, count: int) -> "Vocabulary":
        """The first `count` words, `<pad>`, `<unk>` and symbols included, which keep their ids, then their stems."""
        symbols = {entry for entry in self.aliases.values() if _is_symbol(entry)}
        words = self.words[: min(max(count, 2 + len(symbols)), self.num_words)]
        stems = {stem(word) for word in words}
        return self._with([*words, *(entry for entry in self.words[self.num_words :] if entry in stems)])

    def _with(self, words: Sequence[str]) -> "Vocabulary":
        """Other entries that are read in the same way."""
        return Vocabulary(words, self.aliases, self.correct_typos)

    def save(self, path: Path | str) -> None:
        """Writes one word a line, whole or not at all. Raises UserError when the disk is full."""
        write_text(path, "".join(f"{word}\n" for word in self.words))

    @classmethod
    def load(cls, path: Path | str, aliases: Mapping[str, str] | None = None) -> "Vocabulary":
        """Reads a file written by `save`. Raises UserError, naming the line, for any other file."""
        words = read_lines(Path(path))
        for number, expected in enumerate((PAD, UNK)):
            if words[number : number + 1] != [expected]:
                raise UserError(f"{path}:{number + 1}: expected {expected}; take the vocab.txt that the run wrote")
        first_line: dict[str, int] = {}
        for line, word in enumerate(words, start=1):
            if not word or word != word.strip():
                raise UserError(f"{path}:{line}: expected one word; take the vocab.txt that the run wrote")
            if first_line.setdefault(word, line) != line:
                raise UserError(f"{path}:{line}: {word!r} is on line {first_line[word]} already; remove one of them")
        return cls(words, aliases)

    @classmethod
    def from_counts(
        cls,
        words: Sequence[str],
        counts: np.ndarray,
        max_size: int,
        min_count: int = 1,
        stems: bool = False,
        more_words: Sequence[str] = (),
        aliases: Mapping[str, str] | None = None,
        correct_typos: bool = False,
    ) -> "Vocabulary":
        """The most frequent words, ties in the order of their characters, and the stems of all words counted.

        `more_words` stand between them, where new, in their order.

        Args:
          words: distinct words.
          counts: int [len(words)], occurrences of each; words that never occur are left out.
          max_size: most words kept, `<pad>` and `<unk>` included, and most stems beside them (>= 2).
          min_count: occurrences that a word needs.
          stems: whether to add the stems that occur twice or more.
          more_words: words from elsewhere, not limited by `max_size` and `min_count`.
          aliases: word -> the word that it is counted and read as; symbols, `<…>`, among these come first.
          correct_typos: whether it is to read unknown words as known ones that are a slip away.
        """
        aliases = aliases or {}
        words, counts = _merged(words, counts, aliases)
        symbols = sorted({entry for entry in aliases.values() if _is_symbol(entry)})
        more_words = [word for word in more_words if word not in aliases]
        count_of = {
            word: count
            for word, count in zip(words, np.asarray(counts).tolist(), strict=True)
            if count >= max(min_count, 1) and len(word) <= LONGEST_WORD and word not in (PAD, UNK, *symbols)
        }
        known = [PAD, UNK, *symbols]
        known += _by_count(count_of, max(max_size - len(known), 0))
        kept = list(dict.fromkeys([*known, *(word for word in more_words if len(word) <= LONGEST_WORD)]))
        return cls(kept + (_frequent_stems(words, counts, max_size) if stems else []), aliases, correct_typos)


def _merged(words: Sequence[str], counts: np.ndarray, aliases: Mapping[str, str]) -> tuple[Sequence[str], np.ndarray]:
    """Words and their counts, with those of aliases counted to what they are read as."""
    if not aliases:
        return words, counts
    count_of: dict[str, int] = {}
    for word, count in zip(words, np.asarray(counts).tolist(), strict=True):
        entry = aliases.get(word, word)
        count_of[entry] = count_of.get(entry, 0) + count
    return list(count_of), np.fromiter(count_of.values(), np.int64, len(count_of))


def _by_count(count_of: dict[str, int], most: int) -> list[str]:
    """The most frequent words, ties in the order of their characters."""
    counts = np.fromiter(count_of.values(), np.int64, len(count_of))
    # Words rarer than the last one kept need no sorting.
    least = np.partition(counts, -most)[-most] if 0 < most < len(counts) else 0
    words = sorted(word for word, count in count_of.items() if count >= least)
    order = np.argsort([-count_of[word] for word in words], kind="stable")
    return [words[place] for place in order[:most].tolist()]


def stem(word: str) -> str:
    """The entry that a word shares with those that begin alike; empty for short words and for symbols, `<url>`."""
    return word[:STEM_LENGTH] + STEM_MARK if len(word) >= STEM_LENGTH and not _is_symbol(word) else ""


def _is_symbol(word: str) -> bool:
    return word.startswith("<")


def _frequent_stems(words: Sequence[str], counts: np.ndarray, max_size: int) -> list[str]:
    """The most frequent stems of those that occur often enough, in the order of their characters."""
    total: dict[str, int] = {}
    for word, count in zip(words, np.asarray(counts).tolist(), strict=True):
        if entry := stem(word):
            total[entry] = total.get(entry, 0) + count
    frequent = [(-count, entry) for entry, count in total.items() if count >= _STEM_MIN_COUNT]
    return sorted(entry for _, entry in sorted(frequent)[:max_size])


def read_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 file, ended by line feeds alone."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); it belongs to the run folder") from error
    if not data:
        raise UserError(f"{path}: empty; take the {path.name} that the run wrote")
    try:
        return data.decode("utf-8").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}:{line}: not UTF-8; take the {path.name} that the run wrote") from error
