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
    with tf.Graph().as_default(), tf.Session() as session:
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
    places = [tf.placeholder(tf.float32, variable.shape) for variable in model.weights]
    assign = [v.assign(place) for v, place in zip(model.weights, places, strict=True)]
    directions = [draw.normal(size=value.shape).astype("f") for value in values]

    def loss_at(distance: float) -> float:
        moved = [v + distance * d for v, d in zip(values, directions, strict=True)]
        session.run(assign, dict(zip(places, moved, strict=True)))
        sample = model.step(session, some, "sample")
        at_target = (sample.running_scores * some.targets[:, None, :]).sum(-1)
        logs = np.log(np.where(some.ids > 0, at_target, 1.0), dtype=np.float64)
        last = np.log((sample.probabilities * some.targets).sum(-1), dtype=np.float64)
        return float(-((1 - prefix_loss_weight) * last + prefix_loss_weight * logs.sum(1) / some.lengths).mean())

    numeric = (loss_at(step) - loss_at(-step)) / (2 * step)
    analytic = sum(float((g * d).sum()) for g, d in zip(found, directions, strict=True))
    assert analytic == pytest.approx(numeric, rel=5e-3, abs=2e-4)


def gradients(built: Built, some: Batch) -> list[np.ndarray]:
    """The dense gradients of the training loss, from how a step of Adam's first moment moved."""
    names = [f"{v.op.name}/Adam" for v in built.classifier.weights]
    moments = [v for name in names for v in tf.global_variables() if v.op.name == name]
    built.classifier.step(built.session, some, "train")
    return [value / 0.1 for value in built.session.run(moments)]


def weights_after_steps(built: Built, some: Batch) -> list[np.ndarray]:
    """The weights after three training steps from the first ones on, whatever was trained before."""
    with built.session.graph.as_default():
        built.session.run(tf.global_variables_initializer())
    for _ in range(3):
        built.classifier.step(built.session, some, "train")
    return built.session.run(built.classifier.weights)


def assert_close(some: list[np.ndarray], others: list[np.ndarray]) -> None:
    """To six digits behind the point."""
    for one, other in zip(some, others, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
