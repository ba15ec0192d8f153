"""Log-count ratios of words and bigrams: how much more frequent they are in one class than in the others.

The strength of naive Bayes features (Wang and Manning 2012), counted on the training examples. There a linear model
multiplies the features by their ratios, so that it starts from the ratios and moves most where they are large; here
the n-gram linear part does the same.
"""

from typing import Any

import numpy as np

from rnn_textclf.config.model import PAIR_BUCKETS
from rnn_textclf.models.layers.wide import WideTables
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.preprocessing.bigrams import hashed_bigram
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.encoded.prepared_data import Subset
from rnn_textclf.preprocessing.entities.swapping import EntityGroups
from rnn_textclf.preprocessing.vocabulary import PAD_ID, UNK_ID, Vocabulary

_BLOCK = 1024
_LARGEST_ARRAY = 1 << 22  # Numbers in the arrays of a block.


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
        rates = np.maximum(values.max(axis=1), -values.min(axis=1))
        classifier.training.row_learning_rates[table.op.name].load(rates, session)
        scores = session.run(table)
        scores += share * values
        table.load(scores, session)


def log_count_ratios(
    train: Subset, vocabulary: Vocabulary, pair_buckets: int = PAIR_BUCKETS, entities: EntityGroups | None = None
) -> WideTables:
    """The ratios of words and stems, float32 `[V, C]`, and of bigrams of known words, `[P + 1, C]` for P buckets.

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
    words, bigrams = (np.zeros((size, classes), np.float32) for size in (len(vocabulary), pair_buckets + 1))
    stem_ids, is_entity = vocabulary.stem_ids, np.zeros(len(vocabulary), bool)
    if entities:
        is_entity = entities.group_of > 0
        stem_ids = np.where(is_entity, PAD_ID, stem_ids)
    block = max(1, min(_BLOCK, _LARGEST_ARRAY // classes))
    for begin in range(0, len(train.indices), block):
        batch = train.dataset.gather(train.indices[begin : begin + block])
        _count(words, np.concatenate([batch.ids, stem_ids[batch.ids]], axis=1), batch.targets)
        lone = is_entity[batch.ids[:, :-1]] | is_entity[batch.ids[:, 1:]]
        _count(bigrams, np.where(lone, 0, bigram_ids(batch, vocabulary, pair_buckets)), batch.targets)
    words = entities.averaged(words) if entities else words
    totals = train.class_counts()
    for counts in (words, bigrams):
        _counts_to_ratios(counts, totals)
    return WideTables(words, bigrams)


def bigram_ids(batch: Batch, vocabulary: Vocabulary, pair_buckets: int) -> np.ndarray:
    """The hashed bigram of each word and the one before, int `[B, T - 1]`; 0 where one of them is unknown."""
    known = (batch.ids > UNK_ID) & (batch.ids < vocabulary.num_words)
    ids = batch.ids.astype(np.int64)
    return np.where(known[:, :-1] & known[:, 1:], hashed_bigram(ids[:, :-1], ids[:, 1:], pair_buckets), 0)


def _count(counts: np.ndarray, features: np.ndarray, targets: np.ndarray) -> None:
    """Adds to `counts` `[F, C]` the number of examples of each class that have each of the features `[B, …]`."""
    example = np.broadcast_to(np.arange(len(features))[:, np.newaxis], features.shape)
    present = np.unique(np.stack([example[features > 0], features[features > 0]]), axis=1)
    # Class by class of an example, of which most have one: a row of C numbers a feature would take far longer.
    examples, classes = np.nonzero(targets)
    place = np.arange(len(examples)) - np.searchsorted(examples, examples)
    for nth in range(place.max(initial=-1) + 1):
        nth_class = np.full(len(targets), -1)
        nth_class[examples[place == nth]] = classes[place == nth]
        found = nth_class[present[0]]
        np.add.at(counts, (present[1][found >= 0], found[found >= 0]), 1)


def _counts_to_ratios(counts: np.ndarray, totals: np.ndarray) -> None:
    """Replaces counts, below 2^24, by ratios, block by block: there is no room for a second table."""
    sizes = np.maximum(totals, 1)  # A class may have all its examples in the held-out rows.
    smoothing = np.median(1 / sizes)
    block = max(1, _LARGEST_ARRAY // len(totals))
    for begin in range(0, len(counts), block):
        rows = counts[begin : begin + block].astype(np.float64)
        logs = np.log(rows / sizes + smoothing)
        centred = logs - logs.mean(axis=1, keepdims=True)
        counts[begin : begin + block] = np.where(rows.sum(axis=1, keepdims=True) > 0, centred, 0)
