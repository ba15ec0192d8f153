"""What a training step reads and writes of a variable happens in one order, however its threads run.

TensorFlow orders two operations only where one leads to the other. A pair on the same variable of which one writes
and neither leads to the other is a race, which shows in some runs and not in others; so the graph itself is read.
"""

import dataclasses
from itertools import combinations
from typing import Any

import pytest

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.models.language_model import LanguageModel
from rnn_textclf.models.skipgram import SkipGram
from rnn_textclf.models.tf1 import tf
from rnn_textclf.models.training import optimizer
from tests import graphs
from tests.training.test_regularization import EACH

READS = ("ReadVariableOp", "VariableShape", "ResourceGather", "ResourceGatherNd")
ALL = TrainConfig(dropout=0.5, freeze_embeddings=True, **EACH)


def ancestors(operations: list[Any]) -> dict[Any, set[Any]]:
    """All that must run before each of the operations, and before each of those."""
    found: dict[Any, set[Any]] = {}
    waiting = list(operations)
    while waiting:
        operation = waiting[-1]
        if operation in found:
            waiting.pop()
            continue
        direct = [*operation.control_inputs, *(tensor.op for tensor in operation.inputs)]
        missing = [other for other in direct if other not in found]
        if missing:
            waiting += missing
            continue
        found[operation] = set(direct).union(*(found[other] for other in direct))
        waiting.pop()
    return found


def races(fetched: Any) -> list[tuple[str, str]]:
    """Pairs of operations of a step that fetches these tensors which run in either order."""
    earlier = ancestors([getattr(tensor, "op", tensor) for tensor in tf.nest.flatten(fetched)])
    uses: dict[Any, list[Any]] = {}
    for operation in earlier:
        for tensor in operation.inputs:
            if tensor.dtype == tf.resource:
                uses.setdefault(tensor.op, []).append(operation)
    return [
        (one.name, other.name)
        for operations in uses.values()
        for one, other in combinations(operations, 2)
        if not (one.type in READS and other.type in READS) and one not in earlier[other] and other not in earlier[one]
    ]


@pytest.mark.parametrize(
    "network",
    [
        {"num_layers": 2},
        {"rnn_unit": "lstm", "pooling": "attention"},
        {"rnn_unit": "rnn", "bidirectional": True},
    ],
    ids=str,
)
def test_a_classifiers_training_step_has_none(network: dict[str, Any]) -> None:
    training = ALL
    if "bidirectional" in network:
        training = dataclasses.replace(ALL, prefix_loss_weight=0.0)
    with graphs.classifier(training, stems=True, direct_scores=True, **network) as (model, _):
        assert not races(model.training.result)


def test_a_language_models_step_has_none() -> None:
    with tf.Graph().as_default():
        model = LanguageModel(
            ModelConfig(num_hidden_units=6, embedding_size=5), graphs.WITH_STEMS, TrainConfig(), steps_per_epoch=1
        )
        assert not races(model._train)


def test_skip_grams_step_has_none() -> None:
    with tf.Graph().as_default():
        model = SkipGram(9, 3, negatives=2.0, learning_rate=0.1, steps=5, seed=1)
        assert not races([model.loss, model._update])


def test_a_race_is_seen() -> None:
    with tf.Graph().as_default():
        weight = tf.get_variable("weight", initializer=[1.0, 2.0])
        loss = tf.reduce_sum(weight**2)
        update = optimizer.minimize(
            loss, [weight], tf.train.get_or_create_global_step(),
            learning_rate=1.0, decay_factor=1.0, steps_per_epoch=1, max_gradient_norm=1.0,
        )  # fmt: skip
        assert not races([loss, update.operation])
        assert races([loss, update.operation, weight.assign_sub([0.5, 0.5])])
