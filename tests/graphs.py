"""Small graphs that several test modules build."""

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.sessions import Sessions

WORDS = ["<pad>", "<unk>", "the", "dazzled", "dazzles", "not", "good", "bad", "actors", "acted", "it", "is"]
VOCABULARY_SIZE = len(WORDS)
WITHOUT_STEMS = Vocabulary(WORDS)
WITH_STEMS = Vocabulary([*WORDS, "actor…", "dazzl…", "sting…"])


class Built(NamedTuple):
    classifier: TextClassifier
    session: Any


@contextlib.contextmanager
def classifier(
    training: TrainConfig | None = None,
    num_classes: int = 2,
    steps_per_epoch: int = 1,
    stems: bool = False,
    **model: Any,
) -> Iterator[Built]:
    """A classifier with freshly initialized weights, in a graph and a session of its own."""
    config = ModelConfig(**{"num_hidden_units": 6, "embedding_size": 5, "direct_scores": False, **model})
    with Sessions().new_graph() as session:
        vocabulary = WITH_STEMS if stems else WITHOUT_STEMS
        built = TextClassifier(config, vocabulary, num_classes, training, steps_per_epoch=steps_per_epoch)
        session.run(tf.global_variables_initializer())
        yield Built(built, session)


def batch(sentences: list[list[int]], classes: list[int], num_classes: int = 2, padding: int = 0) -> Batch:
    """Sentences of ids as a batch, with `padding` more columns of zeros than they need."""
    lengths = np.array([len(sentence) for sentence in sentences], np.int32)
    ids = np.zeros((len(sentences), lengths.max() + padding), np.int32)
    for row, sentence in zip(ids, sentences, strict=True):
        row[: len(sentence)] = sentence
    targets = np.eye(num_classes, dtype=np.float32)[classes]
    return Batch(ids, lengths, targets, np.arange(len(sentences), dtype=np.int32))


def load_large_weights(built: Built) -> None:
    """Weights that tell words apart."""
    draw = np.random.default_rng(2)
    for variable in built.classifier.weights:
        variable.load(draw.normal(0, 0.7, variable.shape).astype("f"), built.session)


def assert_gradients_are_numeric(built: Built, prefix_loss_weight: float, step: float = 3e-3) -> None:
    """The gradients of one training step against differences of the loss along a random direction."""
    model, session = built
    some = batch([[2, 3, 4, 5, 3], [6, 7], [8], [9, 10, 11, 2]], [0, 1, 1, 0], padding=1)
    draw = np.random.default_rng(0)
    values = session.run(model.weights)
    found = gradients(built, some)
    directions = [draw.normal(size=value.shape).astype("f") for value in values]

    def loss_at(distance: float) -> float:
        for variable, value, direction in zip(model.weights, values, directions, strict=True):
            variable.load(value + distance * direction, session)
        sample = model.step(session, some, "sample")
        at_target = (sample.running_scores * some.targets[:, None, :]).sum(-1)
        logs = np.log(np.where(some.ids > 0, at_target, 1.0), dtype=np.float64)
        last = np.log((sample.probabilities * some.targets).sum(-1), dtype=np.float64)
        return float(-((1 - prefix_loss_weight) * last + prefix_loss_weight * logs.sum(1) / some.lengths).mean())

    numeric = (loss_at(step) - loss_at(-step)) / (2 * step)
    analytic = sum(float((g * d).sum()) for g, d in zip(found, directions, strict=True))
    assert analytic == pytest.approx(numeric, rel=5e-3, abs=2e-4)


def gradients(built: Built, some: Batch) -> list[np.ndarray]:
    """The dense gradients of the training loss, read from Adam's first moments after a step; weights stay as they are.

    Gradients rather than trained weights: Adam's division magnifies the rounding of those that are near zero.
    """
    model, session = built
    moments = [variable for v in model.weights for variable in _variables(session, f"{v.op.name}/Adam")]
    weights = session.run(model.weights)
    for moment in moments:
        moment.load(np.zeros(moment.shape, np.float32), session)
    model.step(session, some, "train")
    for variable, value in zip(model.weights, weights, strict=True):
        variable.load(value, session)
    return [value / 0.1 for value in session.run(moments)]


def _variables(session: Any, name: str) -> list[Any]:
    return [v for v in session.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES) if v.op.name == name]


def assert_padding_changes_no_gradient(built: Built, sentences: list[list[int]], classes: list[int]) -> None:
    """With weights large enough that gradients are not all small."""
    load_large_weights(built)
    plain, padded = (gradients(built, batch(sentences, classes, padding=padding)) for padding in (0, 4))
    assert all(np.abs(gradient).max() > 1e-4 for gradient in plain)
    assert_close(plain, padded)


def assert_close(some: list[np.ndarray], others: list[np.ndarray], atol: float = 1e-6) -> None:
    """Two lists of arrays, one by one."""
    for one, other in zip(some, others, strict=True):
        np.testing.assert_allclose(one, other, atol=atol)
