"""Raw text -> words -> ids inside the graph: the words of `preprocessing.tokens`, for programs without Python.

TensorFlow's own lower-casing and regular expressions follow another version of Unicode than Python, have no
look-ahead, and lack NFC. So the text becomes one flat vector of code points, with a space before, between and after
the sentences, and each rule is arithmetic on it with tables from `preprocessing.code_points`. Words never contain
white space, so they never span two sentences.

N is the number of code points of a batch with these spaces.
"""

from typing import NamedTuple

from rnn_textclf.models.raw_text.normal_form import Characters, gather_at_or_before, lower_and_compose, table
from rnn_textclf.models.tf1 import Tensor, tf
from rnn_textclf.preprocessing import code_points
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


def read_sentences(texts: Tensor, vocabulary: Tensor, max_length: int, max_characters: int) -> Sentences:
    """The words and ids of each text, as `TextEncoder` finds them.

    Args:
      texts: string `[B]`, UTF-8; invalid bytes count as spaces.
      vocabulary: a lookup table from words and stems to ids, int64, UNK_ID for all else.
      max_length: words read of a text (>= 1).
      max_characters: code points read of a text (>= 1).
    """
    words = tokenize(texts, max_characters)[:, :max_length]
    empty = tf.cast(tf.equal(words.row_lengths(), 0), tf.int64)
    unknown = tf.RaggedTensor.from_row_lengths(tf.fill([tf.reduce_sum(empty)], UNK), empty, validate=False)
    words = tf.concat([words, unknown], axis=1)
    ids = words.with_flat_values(_look_up(words.flat_values, vocabulary))
    # At least one column, also for a batch without sentences: the loop over words needs a step.
    shape = tf.stack([-1, tf.maximum(words.bounding_shape(axis=1), 1)])
    return Sentences(words.to_tensor(shape=shape), ids.to_tensor(shape=shape), tf.cast(words.row_lengths(), tf.int32))


def vocabulary_table(path: Tensor) -> Tensor:
    """A lookup table from words to ids; `path`, a string tensor, names a file with one word a line."""
    lines = tf.lookup.TextFileInitializer(
        path, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER
    )
    return tf.lookup.StaticHashTable(lines, UNK_ID)


def _look_up(words: Tensor, vocabulary: Tensor) -> Tensor:
    """`Vocabulary.id` of each word, `[W]` -> int32 `[W]`."""
    ids = vocabulary.lookup(words)
    has_stem = tf.strings.length(words, unit="UTF8_CHAR") >= STEM_LENGTH
    stems = tf.strings.substr(words, 0, STEM_LENGTH, unit="UTF8_CHAR") + STEM_MARK
    of_stems = vocabulary.lookup(tf.where_v2(has_stem, stems, UNK))
    return tf.cast(tf.where_v2(tf.equal(ids, UNK_ID), of_stems, ids), tf.int32)


def tokenize(texts: Tensor, max_characters: int) -> Tensor:
    """The words of each text, ragged string `[B, (T)]`, as `tokens.Tokenizer()` finds them."""
    num_texts = tf.shape(texts, out_type=tf.int64)[0]
    return _words(lower_and_compose(_characters(texts, num_texts, max_characters)), num_texts)


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


def _words(characters: Characters, num_texts: Tensor) -> Tensor:
    """The words, ragged string `[B, (T)]`, by the rules of the regular expression in `tokens`."""
    codes, sentences = characters
    kind = table(code_points.word_kinds())(codes)
    letter = tf.equal(kind, code_points.LETTER)
    opens = letter | tf.equal(kind, code_points.QUOTE)
    punctuation = tf.equal(kind, code_points.PUNCTUATION)
    joins = tf.equal(kind, code_points.MARK) | (tf.equal(kind, code_points.JOINER) & tf.roll(letter, -1, 0))
    inside = gather_at_or_before(opens, ~joins)
    begins = punctuation | (opens & (_clitic_begins(codes) | ~tf.roll(inside, 1, 0)))
    kept = inside | punctuation
    letters = tf.RaggedTensor.from_value_rowids(
        tf.boolean_mask(codes, kept),
        tf.boolean_mask(tf.cumsum(tf.cast(begins, tf.int64)) - 1, kept),
        tf.math.count_nonzero(begins),
        validate=False,
    )
    return tf.RaggedTensor.from_value_rowids(
        tf.strings.unicode_encode(letters, "UTF-8"), tf.boolean_mask(sentences, begins), num_texts, validate=False
    )


def _clitic_begins(codes: Tensor) -> Tensor:
    """Whether a clitic begins at each code point, bool `[N]`."""
    following = [tf.roll(codes, -distance, 0) for distance in range(max(map(len, _CLITICS)))]

    def begins(clitic: str) -> Tensor:
        same = [tf.equal(code, ord(character)) for code, character in zip(following, clitic, strict=False)]
        return tf.reduce_all(same, axis=0)

    return tf.reduce_any([begins(clitic) for clitic in _CLITICS], axis=0)
