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
from rnn_textclf.models.language_model import NUM_SAMPLED
from rnn_textclf.models.layers.cells import CELLS
from rnn_textclf.runs.prefix_evaluation import PREFIX_SHARES
from rnn_textclf.training.capacity.memory import memory_at_hand

logger = logging.getLogger(__name__)

# Weights: with the moments of Adam, 12 bytes each. 256 classes have all the buckets of the default.
_LARGEST_PAIR_TABLE = 256 * PAIR_BUCKETS
_LARGEST_TABLES = 100_000_000
_FEWEST_BUCKETS = 1 << 10
_SHARE_OF_TABLES = 0.5  # Of the memory at hand, that a model may take before its tables are made smaller.
_FLOAT = 4  # Bytes.
_COPIES_OF_LOGITS = 4  # After each word, in training: those of the net, of the wide part, their sum, a gradient.
_PER_SCORE = _FLOAT + 1  # Bytes of a probability and its target, of held-out examples.
_LOGIT = 8  # Bytes, while the temperature is fitted.


class DataSize(NamedTuple):
    """Sizes that a model depends on.

    num_words: V.
    num_classes: C.
    num_pairs: pairs of neighbours in the training examples.
    longest: words of the longest training example.
    num_valid, num_test: held-out examples.
    members: models of an ensemble, which are averaged; 1 for a model alone.
    """

    num_words: int
    num_classes: int
    num_pairs: int
    longest: int
    num_valid: int = 0
    num_test: int = 0
    members: int = 1


def num_weights(model: ModelConfig, size: DataSize) -> int:
    """The weights of a network, but for a few of its pooling."""
    units, directions = model.num_hidden_units, 2 if model.bidirectional else 1
    widths = [model.embedding_size] + [units * directions] * (model.num_layers - 1)
    layers = sum(CELLS[model.rnn_unit].num_gates * directions * units * (width + units + 1) for width in widths)
    direct = (size.num_words + model.pair_buckets + 1) * size.num_classes if model.direct_scores else 0
    return size.num_words * model.embedding_size + layers + (units * directions + 1) * size.num_classes + direct


def bytes_to_train(model: ModelConfig, train: TrainConfig, size: DataSize) -> int:
    """A lower estimate of the memory that training takes: weights, the optimizer's moments, a batch's logits."""
    words = size.longest if train.prefix_loss_weight else 1
    logits = _COPIES_OF_LOGITS * train.batch_size * words * size.num_classes
    return _bytes_of_weights(model, train, size) + _FLOAT * logits


def bytes_to_evaluate(model: ModelConfig, train: TrainConfig, size: DataSize) -> int:
    """A lower estimate of the memory that the evaluation after training takes.

    Beside the weights and moments: the probabilities of all held-out examples, once more while those of a part are put
    in order, and the logits that the temperature is fitted to. Members of an ensemble keep those of prefixes too.
    """
    held_out = size.num_valid + size.num_test
    bytes_a_class = _PER_SCORE * (held_out + max(size.num_valid, size.num_test)) + _LOGIT * size.num_valid
    if size.members > 1:
        bytes_a_class += size.members * held_out * (_PER_SCORE + len(PREFIX_SHARES) * _FLOAT)
    return _bytes_of_weights(model, train, size) + bytes_a_class * size.num_classes


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
    free = memory_at_hand()
    if free is None:
        return
    if (needed := bytes_to_train(model, train, size)) > free:
        raise UserError(
            f"Not enough memory for this model: its {num_weights(model, size):,} weights take {_gigabytes(needed)} to "
            f"train, and {_gigabytes(free)} are free; lower --num_hidden_units, --embedding_size, --vocab_size, "
            "--batch_size or --pair_buckets"
        )
    if (needed := bytes_to_evaluate(model, train, size)) > free:
        rows = f"{size.num_valid:,} validation and {size.num_test:,} test rows of {size.num_classes:,} classes"
        raise UserError(
            f"Not enough memory to evaluate this model: {rows} take {_gigabytes(needed)}, and {_gigabytes(free)} are "
            "free; hold out fewer rows with --valid_fraction and --test_fraction, or in --valid_file and --test_file"
        )


def check_language_model(model: ModelConfig, train: TrainConfig, num_words: int, longest: int) -> None:
    """Raises UserError where a language model cannot be trained in the memory at hand.

    Counted are the weights with the optimizer's moments, and a batch's logits of the sampled words: of `num_words`
    words in all, and texts of up to `longest` words.
    """
    free, weights = memory_at_hand(), num_language_weights(model, num_words)
    logits = _COPIES_OF_LOGITS * train.batch_size * longest * NUM_SAMPLED
    needed = _FLOAT * (3 * weights + logits)
    if free is not None and needed > free:
        raise UserError(
            f"Not enough memory for this language model: its {weights:,} weights take {_gigabytes(needed)} to train, "
            f"and {_gigabytes(free)} are free; lower --num_hidden_units, --embedding_size, --pretrain_words, "
            "--pretrain_batch_size or --max_length"
        )


def num_language_weights(model: ModelConfig, num_words: int) -> int:
    """The weights of a language model."""
    size = DataSize(num_words, 0, 0, 0)
    kernel = model.num_hidden_units * model.embedding_size
    return num_weights(dataclasses.replace(model, direct_scores=False), size) + kernel + num_words


def _bytes_of_weights(model: ModelConfig, train: TrainConfig, size: DataSize) -> int:
    copies = 4 if train.average_weights else 3
    return _FLOAT * copies * num_weights(model, size)


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
