"""Soft labels as a file that `train.py --soft_labels` reads."""

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from rnn_textclf.atomic import replacing


def write(path: Path, lines: Iterator[tuple[str, np.ndarray]], labels: Sequence[str]) -> None:
    """Writes JSON lines that `--soft_labels` reads, gzipped where the name ends in .gz, whole or not at all."""
    with replacing(path, "wb") as raw:
        file = gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) if path.suffix == ".gz" else raw
        for text, chances in lines:
            by_class = {label: round(float(chance), 6) for label, chance in zip(labels, chances, strict=True)}
            file.write((json.dumps({"text": text, "probabilities": by_class}, ensure_ascii=False) + "\n").encode())
        if file is not raw:
            file.close()
