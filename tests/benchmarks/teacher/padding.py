"""Ids of texts as one array, and means that leave the padding out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

PADDING = 1  # Id of <pad>.


def padded(batch: Sequence[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Int64 `[B, T]`: the ids of each text, and 1 where there is one."""
    ids = np.full([len(batch), max(map(len, batch))], PADDING, np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(batch):
        ids[row, : len(tokens)], mask[row, : len(tokens)] = tokens, 1
    return ids, mask


def token_means(outputs: Any, mask: Any) -> Any:
    """Tensor `[B, E]`: the mean of outputs `[B, T, E]` over the tokens of each text, by a mask `[B, T]`."""
    weights = mask.unsqueeze(-1).float()
    return (outputs * weights).sum(1) / weights.sum(1)
