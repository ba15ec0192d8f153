"""Log-count ratios of words and bigrams: how much more frequent they are in one class than in the others.

The strength of naive Bayes features (Wang and Manning 2012), counted on the training examples. There a linear model
multiplies the features by their ratios, so that it starts from the ratios and moves most where they are large; here
the n-gram linear part does the same.
"""

from typing import Any

import numpy as np

from rnn_textclf.models.layers.wide import WideTables
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.preprocessing.bigrams import NUM_BUCKETS, hashed_bigram
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.encoded.prepared_data import Subset
from rnn_textclf.preprocessing.entities.swapping import EntityGroups
from rnn_textclf.preprocessing.vocabulary import PAD_ID, UNK_ID, Vocabulary

_BLOCK = 1024


def add_ratios(session: Any, classifier: TextClassifier, ratios: WideTables, share: float) -> None:
    """Adds a share of the ratios to the n-gram linear part, and scales its learning rates by their size.

    The learning rate of a feature is multiplied by the largest magnitude of its ratios. A feature that is equally
    frequent in all classes, or in no training example, then keeps its score.

    Args:
      session: holds the first weights.
      classifier: one with an n-gram linear part, to be trained.
      ratios: of its training examples.
      share: the factor of the ratios (> 0).
    """
    assert classifier.wide
    for table, values in zip(classifier.wide.tables, ratios, strict=True):
        table.load(session.run(table) + share * values, session)
        classifier.training.row_learning_rates[table.op.name].load(np.abs(values).max(axis=1), session)


def log_count_ratios(train: Subset, vocabulary: Vocabulary, entities: EntityGroups | None = None) -> WideTables:
    """The ratios of words and stems, float32 `[V, C]`, and of bigrams of known words, `[NUM_BUCKETS, C]`.

    With n the examples of class c that have the feature and N_c all its examples, r = log(n / N_c + s), less the mean
    of r over the classes; 0 for features of no example. For two classes, the difference between theirs is the
    log-count ratio of naive Bayes with pseudo-counts of s * N_c, in proportion to the classes, in place of 1 for each.
    Words of `entities`, which are exchanged in training, share the mean count of their group, and count neither for
    their stems nor in bigrams.

    The smoothing s is the median of the 1 / N_c; where classes are equal, it gives pseudo-counts of 1. With 1 for
    classes of any size, every feature that a small class has not seen looks frequent there, and argues for that class
    (compare Rennie et al. 2003, "Tackling the poor assumptions of naive Bayes", section 3.1). With the median, which
    is the mean for two classes, a feature in one of a few examples is no strong evidence, and yet one small class
    among many does not blur the others.
    """
    classes = train.dataset.num_classes
    words, bigrams = np.zeros((len(vocabulary), classes)), np.zeros((NUM_BUCKETS, classes))
    stem_ids, is_entity = vocabulary.stem_ids, np.zeros(len(vocabulary), bool)
    if entities:
        is_entity = entities.group_of > 0
        stem_ids = np.where(is_entity, PAD_ID, stem_ids)
    for begin in range(0, len(train.indices), _BLOCK):
        batch = train.dataset.gather(train.indices[begin : begin + _BLOCK])
        _count(words, np.concatenate([batch.ids, stem_ids[batch.ids]], axis=1), batch.targets)
        lone = is_entity[batch.ids[:, :-1]] | is_entity[batch.ids[:, 1:]]
        _count(bigrams, np.where(lone, 0, bigram_ids(batch, vocabulary)), batch.targets)
    words = entities.averaged(words) if entities else words
    totals = train.class_counts()
    return WideTables(_ratios(words, totals), _ratios(bigrams, totals))


def bigram_ids(batch: Batch, vocabulary: Vocabulary) -> np.ndarray:
    """The hashed bigram of each word and the one before, int `[B, T - 1]`; 0 where one of them is unknown."""
    known = (batch.ids > UNK_ID) & (batch.ids < vocabulary.num_words)
    ids = batch.ids.astype(np.int64)
    return np.where(known[:, :-1] & known[:, 1:], hashed_bigram(ids[:, :-1], ids[:, 1:]), 0)


def _count(counts: np.ndarray, features: np.ndarray, targets: np.ndarray) -> None:
    """Adds to `counts` `[F, C]` the number of examples of each class that have each of the features `[B, …]`."""
    example = np.broadcast_to(np.arange(len(features))[:, np.newaxis], features.shape)
    present = np.unique(np.stack([example[features > 0], features[features > 0]]), axis=1)
    np.add.at(counts, present[1], targets[present[0]])


def _ratios(counts: np.ndarray, totals: np.ndarray) -> np.ndarray:
    sizes = np.maximum(totals, 1)  # A class may have all its examples in the held-out rows.
    logs = np.log(counts / sizes + np.median(1 / sizes))
    centred = logs - logs.mean(axis=1, keepdims=True)
    return np.where(counts.sum(axis=1, keepdims=True) > 0, centred, 0).astype(np.float32)
