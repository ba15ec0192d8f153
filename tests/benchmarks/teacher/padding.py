"""Ids of texts as one array."""

from collections.abc import Sequence

import numpy as np

PADDING = 1  # Id of <pad>.


def padded(batch: Sequence[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Int64 `[B, T]`: the ids of each text, and 1 where there is one."""
    ids = np.full([len(batch), max(map(len, batch))], PADDING, np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(batch):
        ids[row, : len(tokens)], mask[row, : len(tokens)] = tokens, 1
    return ids, mask
