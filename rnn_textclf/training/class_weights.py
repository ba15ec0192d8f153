"""How much each class counts in the loss."""

import math
from collections.abc import Sequence

import numpy as np

from rnn_textclf.errors import FlagError
from rnn_textclf.preprocessing.encoded.prepared_data import Subset


def class_weights(specification: str, labels: Sequence[str], train: Subset) -> dict[str, float] | None:
    """Class name -> weight, as `--class_weight` specifies.

    Args:
      specification: empty for None; `balanced` for N / (C * examples of the class), which gives every class
        the same share of the loss; or `name=weight,…`, 1 for those left out.
      labels: the C class names.
      train: the N training examples that are counted.

    Raises:
      FlagError: an unknown class, or a weight that is no positive number.
    """
    if not specification:
        return None
    if specification == "balanced":
        share = len(train.indices) / (len(labels) * np.maximum(train.class_counts(), 1))
        return {label: round(float(weight), 6) for label, weight in zip(labels, share, strict=True)}
    weights = dict.fromkeys(labels, 1.0)
    for item in specification.split(","):
        name, _, value = item.rpartition("=")
        if name not in weights:
            raise FlagError(f"--class_weight: no class {name!r}; the classes are {', '.join(labels)}")
        weights[name] = _positive(item, value)
    return weights


def _positive(item: str, value: str) -> float:
    try:
        weight = float(value)
    except ValueError:
        weight = math.nan
    if not (0 < weight < math.inf):
        raise FlagError(f"--class_weight: {item!r} is not name=weight with a weight above 0")
    return weight
