"""Classes of a corpus: their names and order from the labels found, and warnings where they can hardly be classes."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rnn_textclf.errors import UserError
from rnn_textclf.preprocessing.corpora.formats.labels import is_fraction, whole_number

logger = logging.getLogger(__name__)

_MOST_NAMED = 10
_MOST_FRACTIONS = 20  # Different numbers with fractions; more are measurements rather than classes.
_FEWEST = 3  # Examples of a class, of which training, validation and test need one each.


def class_names(found: Sequence[str], fixed: Sequence[str] | None, path: Path) -> tuple[list[str], np.ndarray]:
    """The classes of a corpus in their order.

    Args:
      found: the different labels.
      fixed: the corpus' own classes in their order, or None: then they are those found, sorted, and `1.0` is the
        class `1` where both are found.
      path: the corpus' file, for messages.

    Returns:
      The names, and the class of each label found, int [len(found)].

    Raises:
      UserError: a label that is not one of the fixed classes, or numbers that are no classes.
    """
    merged = list(found) if fixed else _merge_numbers(found)
    names = list(fixed or sorted(set(merged)))
    if unknown := sorted(set(merged) - set(names)):
        raise UserError(f"{path}: label {unknown[0]!r} is not one of {preview(names)}")
    if not fixed:
        _check_numbers(names, path)
    places = {name: place for place, name in enumerate(names)}
    return names, np.array([places[name] for name in merged], np.int64)


def warn_of_rare_classes(name: str, labels: Sequence[str], counts: np.ndarray, num_examples: int) -> None:
    """Warns where there are about as many classes as examples, or classes with one or two of them.

    Args:
      name: the corpus.
      labels: the classes.
      counts: int [C], the examples of each.
      num_examples: of all classes.
    """
    if len(labels) > max(_FEWEST, num_examples / 2):
        logger.warning(
            f"{name}: {len(labels):,} classes for {num_examples:,} texts; is this the label's column? "
            "(--label_field names another)"
        )
    elif rare := [label for label, count in zip(labels, counts.tolist(), strict=True) if count < _FEWEST]:
        logger.warning(
            f"{name}: {len(rare):,} of {len(labels):,} classes have one or two examples, too few to learn and to test "
            f"them: {preview(rare)}"
        )


def preview(names: Sequence[str]) -> str:
    """The first ten names, and the number of the others."""
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _merge_numbers(found: Sequence[str]) -> list[str]:
    whole = set(found)
    return [short if (short := whole_number(name)) in whole else name for name in found]


def _check_numbers(names: Sequence[str], path: Path) -> None:
    fractions = [name for name in names if is_fraction(name)]
    if len(fractions) > _MOST_FRACTIONS and 2 * len(fractions) > len(names):
        raise UserError(
            f"{path}: are these classes? The label's column has {len(names):,} different numbers, such as "
            f"{', '.join(fractions[:3])}; round them to a few classes, or name another column with --label_field"
        )
