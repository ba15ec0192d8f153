"""Lower case and NFC (Unicode Standard Annex 15) in the graph, with Python's results, over a whole batch at once.

Decompose, sort the combining marks of each letter by their class, then compose: in each round every letter absorbs
its first mark that fits. Three rounds, and one that finds nothing, are enough for any text, since no character
decomposes into more than four.
"""

from collections.abc import Callable
from typing import NamedTuple

from rnn_textclf.models.tf1 import Tensor, tf
from rnn_textclf.preprocessing import code_points

_FIRST_MARK = 0x300  # No character before it combines with one that precedes it.


class Characters(NamedTuple):
    """Code points of several sentences, concatenated; the first and the last are spaces.

    codes: int32 `[N]`.
    sentences: int64 `[N]`, the index of each one's sentence.
    """

    codes: Tensor
    sentences: Tensor


def lower_and_compose(characters: Characters, version: int) -> Characters:
    """The replacements of a version of `tokens`, `str.lower`, then `unicodedata`'s NFC, of each sentence."""
    codes, sentences = characters
    decomposed = _decompose(Characters(_lower_final_sigmas(codes, version), sentences), version)
    combining_class = table(code_points.combining_classes())
    return _compose(_sort_marks(decomposed, combining_class), combining_class)


def table(values: code_points.Property) -> Callable[[Tensor], Tensor]:
    """Look-up of a property, int32 `[N]`, of code points `[N]`."""
    starts, pages = tf.constant(values.starts), tf.constant(values.pages)

    def look_up(codes: Tensor) -> Tensor:
        page = tf.gather(starts, tf.bitwise.right_shift(codes, 8))
        return tf.gather(pages, page + tf.bitwise.bitwise_and(codes, 255))

    return look_up


def gather_at_or_before(values: Tensor, marked: Tensor) -> Tensor:
    """The value at the nearest marked position at or before each position.

    Args:
      values: `[N]`.
      marked: bool `[N]`, true at the first place.
    """
    return tf.gather(tf.boolean_mask(values, marked), tf.cumsum(tf.cast(marked, tf.int32)) - 1)


def _lower_final_sigmas(codes: Tensor, version: int) -> Tensor:
    """Capital sigmas at the end of a word become small final ones; see `code_points.sigma_kinds`."""
    kind = table(code_points.sigma_kinds(version))(codes)
    places = tf.where(tf.not_equal(kind, code_points.IGNORED))
    cased = tf.equal(tf.gather_nd(kind, places), code_points.CASED)
    found = tf.gather_nd(codes, places)
    final = tf.equal(found, code_points.CAPITAL_SIGMA) & tf.roll(cased, 1, 0) & ~tf.roll(cased, -1, 0)
    return tf.tensor_scatter_nd_update(codes, places, tf.where_v2(final, code_points.FINAL_SIGMA, found))


def _decompose(characters: Characters, version: int) -> Characters:
    codes, sentences = characters
    decompositions = code_points.decompositions(version)
    row = table(decompositions.row)(codes)
    parts = tf.gather(tf.constant(decompositions.codes), row)
    same = tf.pad(codes[:, tf.newaxis], [[0, 0], [0, decompositions.codes.shape[1] - 1]], constant_values=-1)
    parts = tf.where_v2(tf.equal(row, 0)[:, tf.newaxis], same, parts)
    there = tf.not_equal(parts, code_points.NOTHING)
    sentences = tf.broadcast_to(sentences[:, tf.newaxis], tf.shape(parts, out_type=tf.int64))
    return Characters(tf.boolean_mask(parts, there), tf.boolean_mask(sentences, there))


def _sort_marks(characters: Characters, combining_class: Callable[[Tensor], Tensor]) -> Characters:
    """Combining marks in the order of their class, stable; starters keep their places."""
    codes, sentences = characters
    classes = combining_class(codes)
    disordered = tf.reduce_any((classes > 0) & (tf.roll(classes, 1, 0) > classes))

    def sort() -> Tensor:
        starter = tf.cumsum(tf.cast(tf.equal(classes, 0), tf.int64))
        return tf.gather(codes, tf.argsort(starter * 256 + tf.cast(classes, tf.int64), stable=True))

    return Characters(tf.cond(disordered, sort, lambda: codes), sentences)


def _compose(characters: Characters, combining_class: Callable[[Tensor], Tensor]) -> Characters:
    find = _pair_finder()

    def compose_once(codes: Tensor, sentences: Tensor, _: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        classes = combining_class(codes)
        before = tf.roll(classes, 1, 0)
        starter = tf.roll(gather_at_or_before(tf.range(tf.size(codes)), tf.equal(classes, 0)), 1, 0)
        # Between a mark and its starter there may be marks of smaller classes only.
        free = tf.equal(before, 0) | (before < classes)
        composites = tf.where_v2(free, find(tf.gather(codes, starter), codes), code_points.NOTHING)
        taken = tf.boolean_mask(tf.range(tf.size(codes)), tf.not_equal(composites, code_points.NOTHING))
        taker = tf.gather(starter, taken)
        taken = tf.boolean_mask(taken, tf.not_equal(taker, tf.concat([[-1], taker[:-1]], 0)))
        taker = tf.gather(starter, taken)
        codes = tf.tensor_scatter_nd_update(codes, taker[:, tf.newaxis], tf.gather(composites, taken))
        left = tf.tensor_scatter_nd_update(
            tf.ones_like(codes, tf.bool), taken[:, tf.newaxis], tf.zeros_like(taken, tf.bool)
        )
        return tf.boolean_mask(codes, left), tf.boolean_mask(sentences, left), tf.size(taken) > 0

    codes, sentences, _ = tf.while_loop(
        lambda codes, sentences, more: more,
        compose_once,
        [*characters, tf.reduce_any(characters.codes >= _FIRST_MARK)],
        shape_invariants=[tf.TensorShape([None]), tf.TensorShape([None]), tf.TensorShape([])],
    )
    return Characters(codes, sentences)


def _pair_finder() -> Callable[[Tensor, Tensor], Tensor]:
    pairs = code_points.pairs()
    keys, composites = tf.constant(pairs.keys), tf.constant(pairs.composites)

    def find(first: Tensor, second: Tensor) -> Tensor:
        """The composite of two code points, int32 `[N]` each; NOTHING where there is none."""
        key = tf.cast(first, tf.int64) * (1 << 32) + tf.cast(second, tf.int64)
        place = tf.minimum(tf.searchsorted(keys, key), len(pairs.keys) - 1)
        return tf.where_v2(tf.equal(tf.gather(keys, place), key), tf.gather(composites, place), code_points.NOTHING)

    return find
