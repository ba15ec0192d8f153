"""Raw text -> words -> ids inside the graph: the words of `preprocessing.tokens`, for programs without Python.

TensorFlow's own lower-casing and regular expressions follow another version of Unicode than Python, have no
look-ahead, and lack NFC. So the text becomes one flat vector of code points, with a space before, between and after
the sentences, and each rule is arithmetic on it with tables from `preprocessing.code_points`. Words never contain
white space, so they never span two sentences.

N is the number of code points of a batch with these spaces.
"""

import functools
from typing import NamedTuple

from rnn_textclf.config import TOKENIZER_VERSION
from rnn_textclf.models.raw_text.normal_form import Characters, gather_at_or_before, lower_and_compose, table
from rnn_textclf.models.tf1 import Tensor, tf
from rnn_textclf.preprocessing import code_points
from rnn_textclf.preprocessing.addresses import ADDRESS, REPLACEMENT
from rnn_textclf.preprocessing.characters import ZERO_WIDTH_JOINER
from rnn_textclf.preprocessing.vocabulary import STEM_LENGTH, STEM_MARK, UNK, UNK_ID

_CLITICS = ("'s", "'ve", "n't", "'re", "'d", "'ll")


class Sentences(NamedTuple):
    """A batch of tokenized texts.

    words: string `[B, T]`, empty past the length; one `<unk>` for a text without words.
    ids: int32 `[B, T]`, zero past the length.
    lengths: int32 `[B]`, in words, >= 1.
    """

    words: Tensor
    ids: Tensor
    lengths: Tensor


class WordTables(NamedTuple):
    """Lookup tables of words.

    vocabulary: words and stems -> ids, int64; UNK_ID for all else.
    aliases: words -> the words that they are read as, empty for all else; None where there are none.
    typos: unknown words -> the known ones that they are corrected to, empty for all else; None for no correction.
    """

    vocabulary: Tensor
    aliases: Tensor | None = None
    typos: Tensor | None = None


def read_sentences(
    texts: Tensor,
    tables: WordTables,
    max_length: int,
    max_characters: int,
    version: int = TOKENIZER_VERSION,
    skip_addresses: bool = False,
) -> Sentences:
    """The words and ids of each text, as `TextEncoder` finds them.

    Args:
      texts: string `[B]`, UTF-8; invalid bytes count as spaces.
      tables: of the vocabulary.
      max_length: words read of a text (>= 1).
      max_characters: code points read of a text (>= 1).
      version: of the tokenizer.
      skip_addresses: whether addresses are left out, as the tokenizer does.
    """
    if skip_addresses:
        texts = _without_addresses(texts, max_characters)
    words = tokenize(texts, max_characters, version)[:, :max_length]
    empty = tf.cast(tf.equal(words.row_lengths(), 0), tf.int64)
    unknown = tf.RaggedTensor.from_row_lengths(tf.fill([tf.reduce_sum(empty)], UNK), empty, validate=False)
    words = tf.concat([words, unknown], axis=1)
    ids = words.with_flat_values(_look_up(words.flat_values, tables))
    # At least one column, also for a batch without sentences: the loop over words needs a step.
    shape = tf.stack([-1, tf.maximum(words.bounding_shape(axis=1), 1)])
    return Sentences(words.to_tensor(shape=shape), ids.to_tensor(shape=shape), tf.cast(words.row_lengths(), tf.int32))


def vocabulary_table(path: Tensor) -> Tensor:
    """A lookup table from words to ids; `path`, a string tensor, names a file with one word a line."""
    lines = tf.lookup.TextFileInitializer(
        path, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER
    )
    return tf.lookup.StaticHashTable(lines, UNK_ID)


def replacement_table(path: Tensor) -> Tensor:
    """A lookup table from words to those that they are read as; `path` names a file of pairs, a tab in each line."""
    lines = tf.lookup.TextFileInitializer(path, tf.string, 0, tf.string, 1)
    return tf.lookup.StaticHashTable(lines, "")


def _without_addresses(texts: Tensor, max_characters: int) -> Tensor:
    """Texts `[B]` as `addresses.without_addresses` returns them, of their first characters."""
    valid = tf.strings.unicode_transcode(texts, "UTF-8", "UTF-8")
    return tf.strings.regex_replace(tf.strings.substr(valid, 0, max_characters, unit="UTF8_CHAR"), ADDRESS, REPLACEMENT)


def _look_up(words: Tensor, tables: WordTables) -> Tensor:
    """`Vocabulary.id` of each word, `[W]` -> int32 `[W]`."""
    vocabulary, none = tables.vocabulary, tf.equal(words, UNK)
    words = _replaced(words, tables.typos)
    words, unknown = (_replaced(texts, tables.aliases) for texts in (words, tf.constant(UNK)))
    ids = vocabulary.lookup(words)
    has_stem = tf.strings.length(words, unit="UTF8_CHAR") >= STEM_LENGTH
    stems = tf.strings.substr(words, 0, STEM_LENGTH, unit="UTF8_CHAR") + STEM_MARK
    of_stems = vocabulary.lookup(tf.where_v2(has_stem, stems, UNK))
    ids = tf.where_v2(tf.equal(ids, UNK_ID), of_stems, ids)
    ids = tf.where_v2(tf.equal(ids, UNK_ID), vocabulary.lookup(unknown), ids)
    return tf.cast(tf.where_v2(none, tf.cast(UNK_ID, tf.int64), ids), tf.int32)


def _replaced(words: Tensor, table: Tensor | None) -> Tensor:
    """The words that a table has for some words; these themselves where it has none."""
    if table is None:
        return words
    others = table.lookup(words)
    return tf.where_v2(tf.equal(others, ""), words, others)


def tokenize(texts: Tensor, max_characters: int, version: int = TOKENIZER_VERSION) -> Tensor:
    """The words of each text, ragged string `[B, (T)]`, as `tokens.Tokenizer(version=version)` finds them."""
    num_texts = tf.shape(texts, out_type=tf.int64)[0]
    characters = lower_and_compose(_characters(texts, num_texts, max_characters), version)
    return _words(characters, num_texts, version)


def _characters(texts: Tensor, num_texts: Tensor, max_characters: int) -> Characters:
    decoded = tf.strings.unicode_decode(texts, "UTF-8")[:, :max_characters]
    spaces = tf.RaggedTensor.from_row_lengths(
        tf.fill([num_texts], ord(" ")), tf.ones([num_texts], tf.int64), validate=False
    )
    spaced = tf.concat([decoded, spaces], axis=1)
    # The first space is counted to sentence 0, where it changes no word.
    return Characters(
        tf.pad(spaced.flat_values, [[1, 0]], constant_values=ord(" ")),
        tf.pad(spaced.value_rowids(), [[1, 0]]),
    )


class _Pieces(NamedTuple):
    """Words by one rule: whether each code point begins a word, and whether it is part of one, bool `[N]`."""

    begins: Tensor
    kept: Tensor


def _words(characters: Characters, num_texts: Tensor, version: int) -> Tensor:
    """The words, ragged string `[B, (T)]`, by the rules of the regular expressions in `tokens`."""
    codes, sentences = characters
    kind = table(code_points.word_kinds(version))(codes)
    rules = [_spaced_words(codes, kind)]
    if version >= 2:
        rules += [_clusters(kind), _emoji(codes, kind), _flags(kind)]
    begins = functools.reduce(tf.logical_or, [rule.begins for rule in rules])
    kept = functools.reduce(tf.logical_or, [rule.kept for rule in rules])
    letters = tf.RaggedTensor.from_value_rowids(
        tf.boolean_mask(codes, kept),
        tf.boolean_mask(tf.cumsum(tf.cast(begins, tf.int64)) - 1, kept),
        tf.math.count_nonzero(begins),
        validate=False,
    )
    return tf.RaggedTensor.from_value_rowids(
        tf.strings.unicode_encode(letters, "UTF-8"), tf.boolean_mask(sentences, begins), num_texts, validate=False
    )


def _spaced_words(codes: Tensor, kind: Tensor) -> _Pieces:
    """Words of letters, and punctuation."""
    letter = tf.equal(kind, code_points.LETTER)
    opens = letter | tf.equal(kind, code_points.QUOTE)
    punctuation = tf.equal(kind, code_points.PUNCTUATION)
    joins = tf.equal(kind, code_points.MARK) | (tf.equal(kind, code_points.JOINER) & tf.roll(letter, -1, 0))
    inside = gather_at_or_before(opens, ~joins)
    begins = punctuation | (opens & (_clitic_begins(codes) | ~tf.roll(inside, 1, 0)))
    return _Pieces(begins, inside | punctuation)


def _clusters(kind: Tensor) -> _Pieces:
    """Letters of scripts without spaces, each with its marks."""
    extending = tf.equal(kind, code_points.EXTENDING)
    letter = tf.equal(kind, code_points.UNSPACED) | extending
    inside = gather_at_or_before(letter, tf.not_equal(kind, code_points.MARK))
    return _Pieces(letter & ~(extending & tf.roll(inside, 1, 0)), inside)


def _emoji(codes: Tensor, kind: Tensor) -> _Pieces:
    """Emoji with their skin tones and others tied to them."""
    tone = tf.equal(kind, code_points.SKIN_TONE)
    emoji = tf.equal(kind, code_points.EMOJI) | tone
    ties = tf.equal(codes, ord(ZERO_WIDTH_JOINER)) & tf.roll(emoji, 1, 0) & tf.roll(emoji, -1, 0)
    return _Pieces(emoji & ~(tone & tf.roll(emoji, 1, 0)) & ~tf.roll(ties, 1, 0), emoji | ties)


def _flags(kind: Tensor) -> _Pieces:
    """Flags, two letters each."""
    letter = tf.equal(kind, code_points.REGIONAL)
    place = tf.range(tf.size(kind))
    from_first = place - gather_at_or_before(place, ~(letter & tf.roll(letter, 1, 0)))
    return _Pieces(letter & tf.equal(from_first % 2, 0), letter)


def _clitic_begins(codes: Tensor) -> Tensor:
    """Whether a clitic begins at each code point, bool `[N]`."""
    following = [tf.roll(codes, -distance, 0) for distance in range(max(map(len, _CLITICS)))]

    def begins(clitic: str) -> Tensor:
        same = [tf.equal(code, ord(character)) for code, character in zip(following, clitic, strict=False)]
        return tf.reduce_all(same, axis=0)

    return tf.reduce_any([begins(clitic) for clitic in _CLITICS], axis=0)
