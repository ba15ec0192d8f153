"""Files that `train.py` reads: soft labels, and labelled rows."""

import csv
import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from rnn_textclf.atomic import replacing


def write(path: Path, lines: Iterator[tuple[str, np.ndarray]], labels: Sequence[str]) -> None:
    """Writes JSON lines that `--soft_labels` reads, gzipped where the name ends in .gz, whole or not at all."""
    with maybe_gzipped(path) as file:
        for text, chances in lines:
            by_class = {label: round(float(chance), 6) for label, chance in zip(labels, chances, strict=True)}
            file.write((json.dumps({"text": text, "probabilities": by_class}, ensure_ascii=False) + "\n").encode())


def write_rows(path: Path, rows: Iterable[tuple[str, str]]) -> None:
    """Writes a TSV of labels and texts that `--train_file` reads, whole or not at all."""
    with replacing(path) as file:
        lines = csv.writer(file, delimiter="\t", lineterminator="\n")
        lines.writerow(("label", "text"))
        lines.writerows(rows)


@contextmanager
def maybe_gzipped(path: Path) -> Iterator[IO]:
    """File of bytes that takes the path's place when it is whole, gzipped where the name ends in .gz.

    The same content gives the same bytes, since no name and no time are stored.
    """
    with replacing(path, "wb") as raw:
        if path.suffix != ".gz":
            yield raw
            return
        with gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0, compresslevel=1) as file:
            yield file
