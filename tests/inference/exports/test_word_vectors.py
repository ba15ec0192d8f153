"""Word vectors for TensorBoard's projector."""

import csv
from pathlib import Path
from typing import Any

import numpy as np

from rnn_textclf.inference.exports.word_vectors import export_vectors
from rnn_textclf.models.tf1 import tf
from rnn_textclf.runs.checkpoints import last_checkpoint
from rnn_textclf.runs.sessions import Sessions


def test_vectors_and_words(scored_run: Any, tmp_path: Path) -> None:
    run = scored_run.folder
    export_vectors(run.path, tmp_path / "vectors", Sessions(1))
    vectors = np.loadtxt(tmp_path / "vectors" / "vectors.tsv", np.float32, delimiter="\t")
    stored = tf.train.load_checkpoint(str(last_checkpoint(run.best))).get_tensor("embedding")
    np.testing.assert_array_equal(vectors, stored)
    with (tmp_path / "vectors" / "words.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert [word for (word,) in rows] == [*run.read_vocabulary().words]
    assert 'tensor_path: "vectors.tsv"' in (tmp_path / "vectors" / "projector_config.pbtxt").read_text()
