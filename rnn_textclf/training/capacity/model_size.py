"""Size of a model: how much memory its training takes, and tables of direct scores that fit into what there is.

Direct scores take a row of C numbers for each word and each bucket of pairs. With thousands of classes that is by far
the largest part of a model, so there the buckets are fewer, or direct scores are left out.
"""

import dataclasses
import logging
from typing import NamedTuple

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.config.model import PAIR_BUCKETS
from rnn_textclf.errors import UserError
from rnn_textclf.models.layers.cells import CELLS
from rnn_textclf.training.capacity.memory import memory_at_hand

logger = logging.getLogger(__name__)

# Weights: with the moments of Adam, 12 bytes each. 256 classes have all the buckets of the default.
_LARGEST_PAIR_TABLE = 256 * PAIR_BUCKETS
_LARGEST_TABLES = 100_000_000
_FEWEST_BUCKETS = 1 << 10
_SHARE_OF_TABLES = 0.5  # Of the memory at hand, that a model may take before its tables are made smaller.
_FLOAT = 4  # Bytes.
_COPIES_OF_LOGITS = 4  # After each word, in training: those of the net, of the wide part, their sum, a gradient.


class DataSize(NamedTuple):
    """Sizes that a model depends on.

    num_words: V.
    num_classes: C.
    num_pairs: pairs of neighbours in the training examples.
    longest: words of the longest training example.
    """

    num_words: int
    num_classes: int
    num_pairs: int
    longest: int


def num_weights(model: ModelConfig, size: DataSize) -> int:
    """The weights of a network, but for a few of its pooling."""
    units, directions = model.num_hidden_units, 2 if model.bidirectional else 1
    widths = [model.embedding_size] + [units * directions] * (model.num_layers - 1)
    layers = sum(CELLS[model.rnn_unit].num_gates * directions * units * (width + units + 1) for width in widths)
    direct = (size.num_words + model.pair_buckets + 1) * size.num_classes if model.direct_scores else 0
    return size.num_words * model.embedding_size + layers + (units * directions + 1) * size.num_classes + direct


def bytes_to_train(model: ModelConfig, train: TrainConfig, size: DataSize) -> int:
    """A lower estimate of the memory that training takes: weights, the optimizer's moments, a batch's logits."""
    copies = 4 if train.average_weights else 3
    words = size.longest if train.prefix_loss_weight else 1
    logits = _COPIES_OF_LOGITS * train.batch_size * words * size.num_classes
    return _FLOAT * (copies * num_weights(model, size) + logits)


def fit_direct_scores(model: ModelConfig, train: TrainConfig, size: DataSize, given: frozenset[str]) -> ModelConfig:
    """The model with tables of direct scores that suit the data and the memory; options `given` stay as they are."""
    if not model.direct_scores:
        return model
    if "pair_buckets" not in given:
        model = dataclasses.replace(model, pair_buckets=_pair_buckets(model, train, size))
    words = size.num_words * size.num_classes
    if "direct_scores" in given or (words <= _LARGEST_TABLES and _has_room(model, train, size)):
        return model
    logger.warning(
        f"Warning: no direct scores, which would be {words:,} weights for {size.num_words:,} words and "
        f"{size.num_classes:,} classes; --direct_scores insists on them"
    )
    return dataclasses.replace(model, direct_scores=False)


def check_size(model: ModelConfig, train: TrainConfig, size: DataSize) -> None:
    """Raises UserError where a model cannot be trained in the memory at hand; nothing of it is built yet."""
    needed, free = bytes_to_train(model, train, size), memory_at_hand()
    if free is not None and needed > free:
        raise UserError(
            f"Not enough memory for this model: its {num_weights(model, size):,} weights take {_gigabytes(needed)} to "
            f"train, and {_gigabytes(free)} are free; lower --num_hidden_units, --embedding_size, --vocab_size, "
            "--batch_size or --pair_buckets"
        )


def _pair_buckets(model: ModelConfig, train: TrainConfig, size: DataSize) -> int:
    buckets, classes = model.pair_buckets, size.num_classes
    if buckets * classes > _LARGEST_PAIR_TABLE:
        room = min(_LARGEST_PAIR_TABLE, _LARGEST_TABLES - size.num_words * classes)
        buckets = max(_FEWEST_BUCKETS, min(room // classes, size.num_pairs))
    while buckets > _FEWEST_BUCKETS and not _has_room(dataclasses.replace(model, pair_buckets=buckets), train, size):
        buckets //= 2
    return buckets


def _has_room(model: ModelConfig, train: TrainConfig, size: DataSize) -> bool:
    free = memory_at_hand()
    return free is None or bytes_to_train(model, train, size) <= _SHARE_OF_TABLES * free


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:,.1f} GB"
