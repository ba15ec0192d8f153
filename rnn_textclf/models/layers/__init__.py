"""Layers: cells, recurrence, embedding, pooling, the wide part."""
