"""Tables of rows, `[N, …]`, that are looked up by id: one variable, or parts of it on several machines.

A part holds consecutive rows. Checkpoints have the whole table under its name, however many parts it had.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnn_textclf.models.tf1 import Tensor, Variable, tf

_PARTS = "parts_of_tables"  # Collection of a graph that holds their number.


def split_tables(parts: int) -> None:
    """Makes tables of the default graph consist of so many parts (>= 1); to be called before there are any."""
    tf.add_to_collection(_PARTS, parts)


def table(name: str, shape: Sequence[int], initial_value: Callable[[], Tensor], trainable: bool = True) -> Any:
    """A table with its initial values `[N, …]`: a variable, or a `RowTable` where the graph's tables have parts."""
    (parts,) = tf.get_collection(_PARTS) or [1]
    if parts == 1 or shape[0] < parts:
        return tf.get_variable(name, initializer=initial_value, trainable=trainable)

    def rows(shape: Any, dtype: Any, partition_info: Any) -> Tensor:
        first = partition_info.var_offset[0]
        return initial_value()[first : first + shape[0]]

    partitioner = tf.fixed_size_partitioner(parts)
    partitioned = tf.get_variable(name, list(shape), initializer=rows, partitioner=partitioner, trainable=trainable)
    return RowTable(name, list(partitioned))


def parts_of(table: Any) -> list[Variable]:
    """The variables that a table consists of."""
    return table.parts if isinstance(table, RowTable) else [table]


class StoredPlace(NamedTuple):
    """Tensor of a checkpoint, by name and shape, and the rows of it that a variable has."""

    name: str
    shape: list[int]
    rows: slice


def stored_place(variable: Variable) -> StoredPlace:
    """Where a checkpoint has a variable."""
    part = variable._get_save_slice_info()
    if part is None:
        return StoredPlace(variable.op.name, variable.shape.as_list(), slice(None))
    first = part.var_offset[0]
    return StoredPlace(part.full_name, list(part.full_shape), slice(first, first + part.var_shape[0]))


def store_beside(variable: Variable, table_part: Variable, name: str) -> Variable:
    """Makes checkpoints have a variable, with a row for each of a table's part, under the table's name and `name`."""
    part = table_part._get_save_slice_info()
    if part is not None:
        count = len(variable.shape)
        place = (part.full_shape[:count], part.var_offset[:count], part.var_shape[:count])
        variable._set_save_slice_info(tf.Variable.SaveSliceInfo(f"{part.full_name}/{name}", *place))
    return variable


class _Name(NamedTuple):
    name: str


class RowTable:
    """Parts of a table, which takes the place of a variable: for `tf.gather`, `session.run`, `load` and its shape."""

    def __init__(self, name: str, parts: list[Variable]) -> None:
        self.parts, self.op, self.dtype = parts, _Name(name), parts[0].dtype
        sizes = [part.shape[0] for part in parts]
        self.shape = tf.TensorShape([sum(sizes), *parts[0].shape[1:]])
        self._ends = np.cumsum(sizes)
        self._whole = tf.concat(parts, 0)

    def sparse_read(self, indices: Tensor, name: str | None = None) -> Tensor:
        """The rows at `indices` `[…]`, of which each part is asked for its own; what `tf.gather` calls."""
        flat = tf.reshape(indices, [-1])
        part = tf.searchsorted(tf.constant(self._ends, flat.dtype), flat, side="right")
        places = tf.dynamic_partition(tf.range(tf.size(flat)), part, len(self.parts))
        first = [0, *self._ends[:-1].tolist()]
        rows = [
            tf.gather(variable, tf.gather(flat, own) - start)
            for variable, own, start in zip(self.parts, places, first, strict=True)
        ]
        found = tf.dynamic_stitch(places, rows)
        return tf.reshape(found, tf.concat([tf.shape(indices), found.shape[1:]], 0))

    def load(self, values: np.ndarray, session: Any) -> None:
        """Replaces all rows."""
        for variable, rows in zip(self.parts, np.split(values, self._ends[:-1]), strict=True):
            variable.load(rows, session)

    def _as_graph_element(self) -> Tensor:
        """What `session.run` fetches."""
        return self._whole
