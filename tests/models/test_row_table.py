"""Tables in parts: they are looked up, changed and stored as the one table would be."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_textclf.config import ModelConfig, TrainConfig
from rnn_textclf.models.row_table import RowTable, parts_of, split_tables, table
from rnn_textclf.models.text_classifier import TextClassifier
from rnn_textclf.models.tf1 import tf
from rnn_textclf.preprocessing.encoded.dataset import Batch
from rnn_textclf.preprocessing.vocabulary import Vocabulary
from rnn_textclf.runs.checkpoints import Checkpoints
from rnn_textclf.runs.sessions import Sessions

VALUES = np.arange(14, dtype=np.float32).reshape(7, 2)


def built(parts: int) -> Any:
    split_tables(parts)
    return table("rows", [7, 2], lambda: tf.constant(VALUES))


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_rows_are_looked_up_and_replaced_as_those_of_one_variable(parts: int) -> None:
    with Sessions().new_graph() as session:
        rows = built(parts)
        ids = tf.placeholder(tf.int32, None)
        found = tf.gather(rows, ids)
        (*gradients,) = tf.gradients(tf.reduce_sum(found * found), parts_of(rows))
        session.run(tf.global_variables_initializer())
        assert len(parts_of(rows)) == parts
        assert isinstance(rows, RowTable) == (parts > 1)
        for wanted in ([3], [6, 0, 3], [[5, 1], [2, 2]], []):
            np.testing.assert_array_equal(
                session.run(found, {ids: np.array(wanted, np.int32)}), VALUES[np.int32(wanted)]
            )
        changes = np.zeros_like(VALUES)
        first = 0
        for gradient in session.run(gradients, {ids: [6, 0, 3]}):
            np.add.at(changes, first + gradient.indices, gradient.values)
            first += gradient.dense_shape[0]
        np.testing.assert_array_equal(changes, np.where(np.isin(np.arange(7), [6, 0, 3])[:, None], 2 * VALUES, 0))
        rows.load(VALUES[::-1], session)
        np.testing.assert_array_equal(session.run(rows), VALUES[::-1])


def classifier(parts: int) -> TextClassifier:
    split_tables(parts)
    model = ModelConfig(num_hidden_units=4, embedding_size=3, pair_buckets=11)
    training = TrainConfig(dropout=0.0, average_weights=0.9, weight_decay=0.1)
    return TextClassifier(model, Vocabulary(["<pad>", "<unk>", "a", "b", "c", "d", "e"]), 2, training)


def trained(parts: int, folder: Path, begin: Path | None = None) -> dict[str, np.ndarray]:
    """What a checkpoint holds after some steps, from the beginning or from another checkpoint."""
    with Sessions().new_graph() as session:
        model = classifier(parts)
        checkpoints = Checkpoints(folder, tf.global_variables())
        session.run(tf.global_variables_initializer())
        if begin:
            Checkpoints(begin, tf.global_variables()).restore(session)
        ids = np.array([[2, 3, 4], [5, 6, 0]], np.int32)
        batch = Batch(ids, np.array([3, 2], np.int32), np.eye(2, dtype=np.float32), np.arange(2))
        for _ in range(3):
            step = model.step(session, batch, "train").global_step
        checkpoints.save(session, int(step))
    reader = tf.train.load_checkpoint(str(folder / f"model.ckpt-{step}"))
    return {name: np.array(reader.get_tensor(name)) for name in reader.get_variable_to_shape_map()}


def test_a_checkpoint_of_parts_is_that_of_one_table_and_either_goes_on_from_it(tmp_path: Path) -> None:
    whole = trained(1, tmp_path / "1")
    parts = trained(3, tmp_path / "3")
    on = trained(2, tmp_path / "3_2", tmp_path / "3")
    back = trained(1, tmp_path / "3_1", tmp_path / "3")
    assert {name for name in whole if name.startswith("embedding")} == {
        f"embedding{end}" for end in ("", "/Adam", "/Adam_1", "/average", "/taken_in")
    }
    for one, other in ((whole, parts), (on, back)):
        assert one.keys() == other.keys()
        for name, value in one.items():
            np.testing.assert_allclose(value, other[name], atol=1e-6, err_msg=name)
