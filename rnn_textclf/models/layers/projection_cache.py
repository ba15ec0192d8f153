"""All words' projected inputs, `x W + b`, in one table: scoring much text, half of the products are made but once."""

from typing import Any

from rnn_textclf.models.tf1 import tf


class ProjectionCache:
    """A table `[V, G * H]` that is empty until `fill` runs in a session.

    It is no weight, and in no checkpoint: `fill` is to run after the weights were restored. `is_filled` is a
    boolean in the graph: whether it has.

    Args:
      values: what it will hold, of a known shape.
    """

    def __init__(self, values: Any) -> None:
        self._table = tf.get_variable(
            "folded", values.shape, initializer=tf.zeros_initializer(), trainable=False, collections=[]
        )
        self.is_filled = self._table.is_initialized()
        self.fill = self._table.assign(values, read_value=False)

    @property
    def num_bytes(self) -> int:
        """The memory that it takes when it is full."""
        return self._table.shape.num_elements() * self._table.dtype.size

    def read(self) -> Any:
        """The table; an error in the session where it is empty."""
        return self._table.read_value()
