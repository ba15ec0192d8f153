"""Small graphs that several test modules build."""

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.graph.classifier import TextClassifier
from rnn_textclf.graph.tf1 import tf
from rnn_textclf.text.dataset import Batch
from rnn_textclf.text.vocabulary import Vocabulary

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
