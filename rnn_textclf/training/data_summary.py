"""Data summary: examples, classes, lengths and words, logged before training so that mistakes are seen."""

from collections.abc import Iterator

import numpy as np

from rnn_textclf.preprocessing.encoded.prepared_data import PreparedData, Subset
from rnn_textclf.preprocessing.vocabulary import UNK_ID, Vocabulary

_MOST_CLASSES = 20
_BLOCK = 4096


def data_summary(prepared: PreparedData) -> Iterator[str]:
    """Lines to log: examples, classes, lengths, words, and the share of unknown words in the validation examples."""
    subsets = {"train": prepared.train, "validation": prepared.valid, "test": prepared.test}
    yield "Rows: " + ", ".join(f"{_rows(subset)} {name}" for name, subset in subsets.items())
    counts = prepared.train.class_counts()
    shown = [f"{label} {count:,}" for label, count in zip(prepared.labels, counts, strict=True)][:_MOST_CLASSES]
    more = f" and {len(prepared.labels) - len(shown):,} more" if len(prepared.labels) > len(shown) else ""
    yield f"Classes of the training rows: {', '.join(shown)}{more}"
    lengths = prepared.train.dataset.lengths[prepared.train.indices]
    quantiles = ", ".join(f"{q} % {np.percentile(lengths, q):.0f}" for q in (5, 25, 50, 75, 95, 100))
    yield f"Words a row: {quantiles}"
    vocabulary = prepared.vocabulary
    stems = f" and {len(vocabulary) - vocabulary.num_words:,} stems" if vocabulary.has_stems else ""
    unknown = unknown_rate(prepared.valid, vocabulary)
    yield f"Vocabulary: {vocabulary.num_words:,} words{stems}; unknown in validation rows: {unknown:.1%}"


def _rows(subset: Subset) -> str:
    """The number of examples and, where the same text occurs again, of distinct ones."""
    count, distinct = len(subset.indices), subset.dataset.num_distinct(subset.indices)
    return f"{count:,}" if distinct == count else f"{count:,} ({distinct:,} distinct)"


def unknown_rate(subset: Subset, vocabulary: Vocabulary) -> float:
    """Share of the words of some examples that are not in the vocabulary, in [0, 1]."""
    unknown = total = 0
    for begin in range(0, len(subset.indices), _BLOCK):
        batch = subset.dataset.gather(subset.indices[begin : begin + _BLOCK])
        unknown += int(((batch.ids == UNK_ID) | (batch.ids >= vocabulary.num_words)).sum())
        total += int(batch.lengths.sum())
    return unknown / total
