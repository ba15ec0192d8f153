"""Encoded corpora: flat id files, datasets, splits, batches."""
