"""Alignment of entities: words that are exchanged in training are read alike.

Each is seen too seldom for training to bring its vector near to those of its group, so their mean is given to all: at
the beginning, and after each epoch.
"""

from typing import Any

import numpy as np

from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.preprocessing.entities.swapping import EntityGroups
from rnn_textclf.preprocessing.vocabulary import PAD_ID, Vocabulary


def align_entities(session: Any, classifier: TextClassifier, vocabulary: Vocabulary, entities: EntityGroups) -> None:
    """Gives the words of each group the same vector and the same direct scores."""
    for table in [classifier.embedding.table, *([classifier.wide.tables.words] if classifier.wide else [])]:
        table.load(aligned(session.run(table), vocabulary.stem_ids, entities), session)


def aligned(table: np.ndarray, stem_ids: np.ndarray, entities: EntityGroups) -> np.ndarray:
    """A table with the rows of each group's words changed so that the sums of word and stem are their mean.

    Args:
      table: float `[V, D]`.
      stem_ids: int `[V]`, the row of each word's stem; PAD_ID where it has none.
      entities: the groups.
    """
    of_stems = np.where(stem_ids[:, np.newaxis] != PAD_ID, table[stem_ids], 0)
    is_entity = entities.group_of[:, np.newaxis] > 0
    return np.where(is_entity, entities.averaged(table + of_stems) - of_stems, table).astype(table.dtype)
