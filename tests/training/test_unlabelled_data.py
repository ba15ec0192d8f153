"""Unlabelled text: encoded, and without the held-out examples of a run."""

from pathlib import Path

import numpy as np

from rnn_textclf.config import DataConfig
from rnn_textclf.preprocessing.encoded.prepared_data import draw_split, encode_corpora
from rnn_textclf.training.unlabelled_data import encode_unlabelled, not_held_out


def test_no_held_out_row_is_read(data: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts.txt"
    lines = [line for ending in ("pos", "neg") for line in (data / f"rt-polarity.{ending}").read_text().splitlines()]
    texts.write_text("\n".join([*lines, "and something else"]) + "\n")
    encoded = encode_unlabelled(DataConfig(data_dir=str(tmp_path / "cache"), unlabelled_file=str(texts)))
    assert encoded is not None
    config = DataConfig(data_dir=str(data))
    corpora = encode_corpora(config, tmp_path / "encoded", several_labels=False, download=False)
    split = draw_split(corpora, config, 1)
    kept = not_held_out(encoded, corpora, split)
    held_out = corpora.main.keys[np.concatenate([split.valid, split.test])]
    assert len(kept) == 41 - len(held_out)
    assert set(encoded.keys[kept]).isdisjoint(held_out)


def test_no_text_at_all_is_no_unlabelled_text() -> None:
    assert encode_unlabelled(DataConfig()) is None
