"""Quantized (int8) checkpoints: a quarter of the size.

Each row of a matrix is stored as int8 with a float32 scale, in a variable beside it: the row's largest magnitude over
127. The error is at most 1/254 of that magnitude. Vectors and scalars stay float32.
"""

import math
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rnn_textclf.atomic import cannot_write
from rnn_textclf.models.tf1 import tf

TABLES_BY_WORD = ("embedding", "word_scores")  # Variables with a row for each entry of the vocabulary.
_SCALES = "/row_scales"
_LARGEST = 127
_PATTERN = set("*?[\\")


class CheckpointReader:
    """Reader of the weights of a checkpoint, quantized or not, as float32 arrays by name.

    Attributes:
      path: of the checkpoint.
      shapes: name -> shape of every weight.
      is_quantized: whether some are int8; a Saver cannot restore those.
    """

    def __init__(self, path: Path) -> None:
        """Raises TensorFlow's OpError, ValueError or RuntimeError for a checkpoint that is absent or damaged."""
        self.path = path
        self._link: tempfile.TemporaryDirectory[str] | None = None
        if set(str(path)) & _PATTERN:
            # TensorFlow takes such a path for a pattern; it is read through one that is none, as long as this lives.
            self._link = tempfile.TemporaryDirectory()
            link = Path(self._link.name, "run")
            link.symlink_to(path.parent.resolve(), target_is_directory=True)
            path = link / path.name
        self._reader = tf.train.load_checkpoint(str(path))
        stored = self._reader.get_variable_to_shape_map()
        self.shapes: dict[str, list[int]] = {name: stored[name] for name in stored if not name.endswith(_SCALES)}
        self.is_quantized = len(self.shapes) < len(stored)

    @property
    def num_bytes(self) -> int:
        """Size of all that the checkpoint says it holds."""
        types, shapes = self._reader.get_variable_to_dtype_map(), self._reader.get_variable_to_shape_map()
        return sum(types[name].size * math.prod(shape) for name, shape in shapes.items())

    def __contains__(self, name: str) -> bool:
        return name in self.shapes

    def __getitem__(self, name: str) -> np.ndarray:
        values = self._reader.get_tensor(name)
        if not self._reader.has_tensor(name + _SCALES):
            return values
        return values * self._reader.get_tensor(name + _SCALES)[:, np.newaxis]


def save_quantized(path: Path, weights: Mapping[str, np.ndarray]) -> None:
    """Saves float32 weights, by name, as a quantized checkpoint. Raises UserError where it cannot be written."""
    stored: dict[str, np.ndarray] = {}
    for name, values in weights.items():
        stored |= _quantized(name, values)
    with tf.Graph().as_default(), tf.Session() as session:
        variables = {name: tf.Variable(values) for name, values in stored.items()}
        session.run(tf.global_variables_initializer())
        try:
            tf.train.Saver(variables).save(session, str(path), write_meta_graph=False, write_state=False)
        except tf.errors.OpError as error:
            raise cannot_write(path, OSError(error.message.splitlines()[0])) from error


def _quantized(name: str, values: np.ndarray) -> dict[str, np.ndarray]:
    if values.ndim != 2:
        return {name: values}
    largest = np.abs(values).max(axis=1, initial=0.0)
    scales = (largest / _LARGEST).astype(np.float32)
    scales = np.where(scales >= np.finfo(np.float32).tiny, scales, np.float32(1))  # All zeros, or nearly.
    return {name: np.rint(values / scales[:, np.newaxis]).astype(np.int8), name + _SCALES: scales}
