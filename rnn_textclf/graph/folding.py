"""All words' projected inputs, `x W + b`, in one table: scoring much text, half of the products are made but once."""

from typing import Any

from rnn_textclf.graph.tf1 import tf


class FoldedTable:
    """A table `[V, G * H]` that is empty until `fill` runs in a session.

    It is no weight, and in no checkpoint: `fill` is to run after the weights were restored.

    Args:
      values: what it will hold.
    """

    def __init__(self, values: Any) -> None:
        self._table = tf.get_variable(
            "folded", values.shape, initializer=tf.zeros_initializer(), trainable=False, collections=[]
        )
        self.fill = self._table.assign(values, read_value=False)

    @property
    def num_bytes(self) -> int:
        """The memory that it takes when it is full."""
        return self._table.shape.num_elements() * self._table.dtype.size

    def is_filled(self) -> Any:
        """Whether `fill` has run, a boolean in the graph."""
        return self._table.is_initialized()

    def read(self) -> Any:
        """The table; an error in the session where it is empty."""
        return self._table.read_value()
