"""How much more often a word stands in texts of one class than of the others, counted on the training rows.

What makes naive Bayes features strong (Wang and Manning 2012). There a linear model multiplies the features by their
ratios, so that one starts from the ratios and moves most where they are large. Here direct scores do the same.
"""

from typing import Any

import numpy as np

from rnn_textclf.models.layers.wide import WideTables
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.preprocessing.bigrams import NUM_BUCKETS, hashed_bigram
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.vocabulary import UNK_ID, Vocabulary
from rnn_textclf.runs.prepared_data import Subset

_ROWS = 1024


def add_ratios(session: Any, classifier: TextClassifier, ratios: WideTables, share: float) -> None:
    """Adds a share of the ratios to the direct scores, and lets each learn as fast as its ratio is large.

    The learning rate of a feature is multiplied by the largest size of its ratios. A feature that is as frequent in
    all classes, or that no training row has, then stays where it is.

    Args:
      session: holds the first weights.
      classifier: one with direct scores, to be trained.
      ratios: of its training rows.
      share: by what they are multiplied (> 0).
    """
    assert classifier.wide
    for table, values in zip(classifier.wide.tables, ratios, strict=True):
        table.load(session.run(table) + share * values, session)
        classifier.training.row_learning_rates[table.op.name].load(np.abs(values).max(axis=1), session)


def log_count_ratios(train: Subset, vocabulary: Vocabulary) -> WideTables:
    """The ratios of words and stems, float32 `[V, C]`, and of pairs of known neighbours, `[NUM_BUCKETS, C]`.

    With n the rows of class c that have the feature and N all its rows, r = log((n + 1) / (N + 1)), less
    the mean of r over the classes; 0 for what no row has. For two classes, the difference between theirs is
    the log-count ratio of naive Bayes.
    """
    classes = train.dataset.num_classes
    words, pairs = np.zeros((len(vocabulary), classes)), np.zeros((NUM_BUCKETS, classes))
    stem_ids = vocabulary.stem_ids
    for begin in range(0, len(train.rows), _ROWS):
        batch = train.dataset.gather(train.rows[begin : begin + _ROWS])
        _count(words, np.concatenate([batch.ids, stem_ids[batch.ids]], axis=1), batch.targets)
        _count(pairs, pair_ids(batch, vocabulary), batch.targets)
    rows = train.class_counts()
    return WideTables(_ratios(words, rows), _ratios(pairs, rows))


def pair_ids(batch: Batch, vocabulary: Vocabulary) -> np.ndarray:
    """The pair that each word makes with the one before, int `[B, T - 1]`; 0 where one of them is not known."""
    known = (batch.ids > UNK_ID) & (batch.ids < vocabulary.num_words)
    ids = batch.ids.astype(np.int64)
    return np.where(known[:, :-1] & known[:, 1:], hashed_bigram(ids[:, :-1], ids[:, 1:]), 0)


def _count(counts: np.ndarray, features: np.ndarray, targets: np.ndarray) -> None:
    """Adds to `counts` `[F, C]` how many rows of each class have each of the features `[B, …]`."""
    row = np.broadcast_to(np.arange(len(features))[:, np.newaxis], features.shape)
    present = np.unique(np.stack([row[features > 0], features[features > 0]]), axis=1)
    np.add.at(counts, present[1], targets[present[0]])


def _ratios(counts: np.ndarray, rows: np.ndarray) -> np.ndarray:
    logs = np.log((counts + 1) / (rows + 1))
    centred = logs - logs.mean(axis=1, keepdims=True)
    return np.where(counts.sum(axis=1, keepdims=True) > 0, centred, 0).astype(np.float32)
